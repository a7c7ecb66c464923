import type { JointLimit } from "./jointLimits.ts";

/** What decides whether Cloud Run takes a service's instances. */
export interface InstanceSettings {
  /** CPUs, of all containers. */
  readonly cpu: number;
  /** Mebibytes, of all containers. */
  readonly memory: number;
  /** Requests that an instance is given at once. */
  readonly concurrency: number;
  /** CPU is given while there are requests only. */
  readonly cpuIdle: boolean;
  /** Of the second generation, which few services need. */
  readonly isGen2: boolean;
  readonly minInstances: number;
  readonly maxInstances: number;
}

/** Whether an instance may have so many CPUs: whole ones, or a part of one. */
export function isCpuCount(cpus: number): boolean {
  return (cpus >= 0.08 && cpus < 1) || [1, 2, 4, 6, 8].includes(cpus);
}

/**
 * The memory that goes with CPUs, in mebibytes, each from that many CPUs on.
 * https://cloud.google.com/run/docs/configuring/services/memory-limits
 */
const MEMORY: readonly { readonly from: number; readonly min: number; readonly max: number }[] = [
  { from: 8, min: 4096, max: 32_768 },
  { from: 6, min: 4096, max: 24_576 },
  { from: 4, min: 2048, max: 16_384 },
  { from: 2, min: 128, max: 8192 },
  { from: 1, min: 128, max: 4096 },
  { from: 0.5, min: 128, max: 1024 },
  { from: 0, min: 128, max: 512 },
];

/** The limits that join settings of a service's instances, in Cloud Run's words (google-cloud.md 5.1). */
export const INSTANCE_LIMITS: readonly JointLimit<InstanceSettings>[] = [
  {
    joins: ["memory", "cpu"],
    refusal({ memory, cpu }) {
      const range = MEMORY.find(({ from }) => cpu >= from);
      if (range === undefined || (memory >= range.min && memory <= range.max)) return undefined;
      const cpus = Number.isInteger(cpu) ? cpu.toFixed(1) : String(cpu);
      return `Invalid value specified for memory. For ${cpus} CPU, memory must be between ${shown(range.min)} and ${shown(range.max)} inclusive.`;
    },
  },
  {
    joins: ["memory", "isGen2", "cpuIdle"],
    refusal: (settings) =>
      settings.memory < 512 ? unsupported("memory", "Total memory < 512 Mi", settings) : undefined,
  },
  {
    joins: ["cpu", "isGen2", "cpuIdle"],
    refusal: (settings) =>
      settings.cpu < 1 ? unsupported("cpu", "Total cpu < 1", settings) : undefined,
  },
  {
    joins: ["cpu", "concurrency"],
    refusal: ({ cpu, concurrency }) =>
      cpu < 1 && concurrency > 1
        ? "Invalid value specified for cpu. Total cpu < 1 is not supported with concurrency > 1."
        : undefined,
  },
  {
    joins: ["maxInstances", "minInstances"],
    refusal: ({ minInstances, maxInstances }) =>
      minInstances > maxInstances
        ? "max_instance_count: must be greater or equal than min_instance_count."
        : undefined,
  },
];

function shown(mebibytes: number): string {
  return mebibytes % 1024 === 0 ? `${mebibytes / 1024}Gi` : `${mebibytes}Mi`;
}

/** What neither the second generation nor CPU that is always allocated goes with. */
function unsupported(
  setting: string,
  what: string,
  { isGen2, cpuIdle }: InstanceSettings,
): string | undefined {
  if (!isGen2 && cpuIdle) return undefined;
  const environment = isGen2 ? " with gen2 execution environment" : "";
  const allocation = cpuIdle ? "" : " with cpu always allocated (unthrottled)";
  return `Invalid value specified for ${setting}. ${what} is not supported${environment}${allocation}.`;
}
