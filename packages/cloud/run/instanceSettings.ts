import {
  INSTANCE_LIMITS,
  isCpuCount,
  type InstanceSettings,
} from "@background-tasks/google/instanceLimits.ts";
import { brokenLimits } from "@background-tasks/google/jointLimits.ts";
import { cpusOf, mebibytesOf } from "@background-tasks/google/resourceQuantities.ts";

/** What a template says of its instances, as it was given. */
export interface GivenInstances {
  readonly containers: readonly { readonly resources: Resources }[];
  readonly executionEnvironment?: string | undefined;
  /** 0 is what is not set. */
  readonly scaling: { readonly minInstanceCount: number; readonly maxInstanceCount: number };
}

interface Resources {
  readonly limits: { readonly cpu: string; readonly memory: string };
  readonly cpuIdle?: boolean | undefined;
}

/** Why Cloud Run gives no such instances; `concurrency` is what the template comes to. */
export function instanceProblems(template: GivenInstances, concurrency: number): string[] {
  const resources = template.containers.map((container) => container.resources);
  const unknown = resources.flatMap(quantityProblems);
  if (unknown.length > 0) return unknown;
  const settings: InstanceSettings = {
    cpu: total(resources, ({ limits }) => cpusOf(limits.cpu)),
    memory: total(resources, ({ limits }) => mebibytesOf(limits.memory)),
    concurrency,
    cpuIdle: resources.every(({ cpuIdle }) => cpuIdle === true),
    isGen2: template.executionEnvironment === "EXECUTION_ENVIRONMENT_GEN2",
    minInstances: template.scaling.minInstanceCount,
    maxInstances: template.scaling.maxInstanceCount,
  };
  return brokenLimits(INSTANCE_LIMITS, settings).map(({ joins: [about], refusal }) =>
    about === "cpu" || about === "memory"
      ? `${LIMITS}.${about}: ${refusal}`
      : `Violation in CreateServiceRequest.service.template.scaling.${refusal}`,
  );
}

const LIMITS = "template.containers.resources.limits";

function quantityProblems({ limits: { cpu, memory } }: Resources): string[] {
  const cpus = cpusOf(cpu);
  return [
    ...(cpus !== undefined && isCpuCount(cpus)
      ? []
      : [
          `${LIMITS}.cpu: Invalid value specified for cpu. '${cpu}' is none of 1, 2, 4, 6, 8 and what is from 0.08 up to 1.`,
        ]),
    ...(mebibytesOf(memory) !== undefined
      ? []
      : [
          `${LIMITS}.memory: Invalid value specified for memory. '${memory}' is no quantity such as 512Mi or 2Gi.`,
        ]),
  ];
}

function total(
  all: readonly Resources[],
  quantity: (resources: Resources) => number | undefined,
): number {
  return all.reduce((sum, one) => sum + (quantity(one) ?? 0), 0);
}
