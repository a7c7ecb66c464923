import { cpusOf } from "@background-tasks/google/resourceQuantities.ts";
import { z } from "zod";
import { GoogleError } from "../api/googleError.ts";
import type { Json } from "../api/parseJson.ts";
import { decodeMessage, type Message } from "../api/protoJson.ts";
import { instanceProblems } from "./instanceSettings.ts";
import { listeningProbe, livenessProbe, startupProbe } from "./probeSettings.ts";
import { OUTPUT_FIELDS, SERVICE_MESSAGE } from "./serviceMessage.ts";

/*
 * The settings of a service, read from what a request sent: what is absent gets Google's default, and
 * what this local cloud does not act upon stays as it came.
 */

/** https://cloud.google.com/run/docs/container-contract#env-vars */
const RESERVED = ["PORT", "K_SERVICE", "K_REVISION", "K_CONFIGURATION"];

const container = z
  .looseObject({
    image: z.string().min(1),
    command: z.array(z.string()).optional(),
    args: z.array(z.string()).optional(),
    env: z
      .array(
        z.looseObject({
          name: z.string().min(1),
          value: z.string().optional(),
          valueSource: z
            .object({
              secretKeyRef: z.object({ secret: z.string(), version: z.string().default("latest") }),
            })
            .optional(),
        }),
      )
      .superRefine((env, context) => {
        const reserved = env.map(({ name }) => name).filter((name) => RESERVED.includes(name));
        if (reserved.length === 0) return;
        context.addIssue(
          `The following reserved env names were provided: ${reserved.join(", ")}. These values are automatically set by the system.`,
        );
      })
      .optional(),
    ports: z
      .array(z.looseObject({ containerPort: z.number().default(8080) }))
      .max(1)
      .default([{ containerPort: 8080 }]),
    resources: z
      .looseObject({
        limits: z.record(z.string(), z.string()).default({}),
        cpuIdle: z.boolean().optional(),
      })
      // CPU is always allocated where there are resources that say nothing of it.
      .default({ limits: {}, cpuIdle: true })
      .transform((resources) => ({
        ...resources,
        limits: { cpu: "1", memory: "512Mi", ...resources.limits },
      })),
    startupProbe: startupProbe.optional(),
    livenessProbe: livenessProbe.optional(),
  })
  .transform((read) => ({
    ...read,
    startupProbe: read.startupProbe ?? listeningProbe(read.ports[0]?.containerPort ?? 8080),
  }));

const template = z.looseObject({
  revision: z.string().optional(),
  timeout: z.string().default("300s"),
  serviceAccount: z.string().optional(),
  vpcAccess: z
    .looseObject({ egress: z.string().default("VPC_EGRESS_UNSPECIFIED") })
    .transform(({ egress, ...network }) => ({
      ...network,
      egress: egress === "VPC_EGRESS_UNSPECIFIED" ? "PRIVATE_RANGES_ONLY" : egress,
    }))
    .optional(),
  containers: z.array(container).min(1),
  maxInstanceRequestConcurrency: z.number().min(0).max(1000).default(0),
  scaling: z
    .looseObject({
      minInstanceCount: z.number().min(0).default(0),
      maxInstanceCount: z.number().min(0).default(0),
    })
    .default({ minInstanceCount: 0, maxInstanceCount: 0 }),
});

const settings = z.looseObject({
  ingress: z.string().default("INGRESS_TRAFFIC_ALL"),
  launchStage: z.string().default("GA"),
  invokerIamDisabled: z.boolean().default(false),
  defaultUriDisabled: z.boolean().default(false),
  customAudiences: z.array(z.string()).optional(),
  template,
});

export type ServiceSettings = z.output<typeof settings>;

/** The settings that a message holds. Throws INVALID_ARGUMENT for those that Google would refuse. */
export function readSettings(message: Message, defaultAccount: string): ServiceSettings {
  const read = settings.safeParse(message);
  if (!read.success) {
    throw new GoogleError("INVALID_ARGUMENT", read.error.issues.map(violation).join("\n"));
  }
  const complete = withDefaults(read.data, defaultAccount);
  const { maxInstanceRequestConcurrency: concurrency } = complete.template;
  const problems = instanceProblems(read.data.template, concurrency);
  if (problems.length > 0) throw new GoogleError("INVALID_ARGUMENT", problems.join("\n"));
  return complete;
}

/** The message of a request, without what Google fills in. */
export function decodeService(body: Json | undefined): Message {
  return Object.fromEntries(
    Object.entries(decodeMessage(SERVICE_MESSAGE, body)).filter(
      ([field]) => !OUTPUT_FIELDS.includes(field),
    ),
  );
}

/** `INGRESS_TRAFFIC_UNSPECIFIED`, 0 and absence mean the default, and some defaults hang on other fields. */
function withDefaults(read: ServiceSettings, defaultAccount: string): ServiceSettings {
  const { template: given } = read;
  const timeoutSeconds = Number(given.timeout.slice(0, -1));
  if (timeoutSeconds <= 0 || timeoutSeconds > MAX_TIMEOUT_SECONDS) {
    throw new GoogleError(
      "INVALID_ARGUMENT",
      `template.timeout: '${given.timeout}' must be greater than 0s and at most ${MAX_TIMEOUT_SECONDS}s.`,
    );
  }
  return {
    ...read,
    ingress: read.ingress.endsWith("_UNSPECIFIED") ? "INGRESS_TRAFFIC_ALL" : read.ingress,
    template: {
      ...given,
      serviceAccount: given.serviceAccount ?? defaultAccount,
      maxInstanceRequestConcurrency:
        given.maxInstanceRequestConcurrency || (hasWholeCpu(given) ? 80 : 1),
      scaling: {
        ...given.scaling,
        maxInstanceCount: given.scaling.maxInstanceCount || DEFAULT_MAX_INSTANCES,
      },
    },
  };
}

const MAX_TIMEOUT_SECONDS = 3600;

/** What the regional quota commonly makes it. */
const DEFAULT_MAX_INSTANCES = 100;

function hasWholeCpu({ containers }: ServiceSettings["template"]): boolean {
  return (cpusOf(containers[0]?.resources.limits.cpu ?? "1") ?? 1) >= 1;
}

function violation({ path, message }: { path: PropertyKey[]; message: string }): string {
  const place = path.map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`));
  return `${place.join("").slice(1)}: ${message}`;
}
