import * as z from "zod";
import type { Contract } from "../tasks/contract/contract.ts";
import { environment, type QueueTable, type WorkerShare } from "../tasks/contract/environment.ts";
import {
  endpointVariable,
  queuesVariable,
  readEnvironment,
  workerVariable,
  type Environment,
} from "../tasks/contract/readEnvironment.ts";
import { settingVariable } from "../tasks/contract/setting.ts";

/** The worker's settings. */
export interface WorkerConfig {
  readonly port: number;
  /** The address to listen on. @default - every address, as Cloud Run asks */
  readonly host: string | undefined;
  readonly queues: QueueTable;
  /** The full name of the dead-letter queue. */
  readonly deadLetterQueue: string;
  /** The e-mail address of the account that may call the worker. */
  readonly invoker: string;
  /** @default - Google's */
  readonly endpoint: string | undefined;
  /** The metadata server, where it is not Google's. */
  readonly metadataHost: string | undefined;
  /** What it is given of what handlers need. @default - it is the only worker, and has all */
  readonly share: WorkerShare | undefined;
  /** The values of those of the contract's settings that it is given. Some are secrets. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** The Cloud Run service and revision, for the log. */
  readonly service: string | undefined;
  readonly revision: string | undefined;
}

function isPort(text: string): boolean {
  return /^\d{1,5}$/.test(text) && Number(text) <= 65_535;
}

function quote(input: unknown): string {
  return typeof input === "string" ? `'${input}'` : "nothing";
}

const variables = z.object({
  PORT: z.string().refine((text) => isPort(text), {
    error: ({ input }) => `a port is a whole number from 0 to 65535, not ${quote(input)}`,
  }),
  HOST: z.string().optional(),
  [environment.queues]: queuesVariable,
  [environment.deadLetterQueue]: z
    .string()
    .regex(/^projects\/[^/]+\/locations\/[^/]+\/queues\/[^/]+$/, {
      error: ({ input }) =>
        `a queue's full name is 'projects/PROJECT/locations/LOCATION/queues/QUEUE', not ${quote(input)}`,
    }),
  [environment.invoker]: z.email({
    error: ({ input }) =>
      input === undefined ? "missing" : `${quote(input)} is not an e-mail address`,
  }),
  [environment.worker]: workerVariable.optional(),
  [environment.endpoint]: endpointVariable.optional(),
  GCE_METADATA_HOST: z.string().optional(),
  K_SERVICE: z.string().optional(),
  K_REVISION: z.string().optional(),
});

/**
 * Reads the worker's settings from its environment, those that the contract declares among them. Throws
 * one error with all that is wrong.
 */
export function loadConfig(declared: Contract["settings"], env: Environment): WorkerConfig {
  const share = workerVariable.optional().safeParse(env[environment.worker] || undefined).data;
  // Those that an image of another age does not know are none of its business.
  const settings = Object.fromEntries(
    Object.entries(declared).filter(([name]) => share?.settings.includes(name) ?? true),
  );
  const read = readEnvironment(
    withSettings(settings),
    env,
    "The worker reads them at start; infra sets them on the service, Cloud Run sets PORT.",
  );
  const values: Readonly<Record<string, unknown>> = read;
  return {
    port: Number(read.PORT),
    host: read.HOST,
    queues: read[environment.queues],
    deadLetterQueue: read[environment.deadLetterQueue],
    invoker: read[environment.invoker],
    endpoint: read[environment.endpoint],
    metadataHost: read.GCE_METADATA_HOST,
    share,
    settings: Object.fromEntries(
      Object.keys(settings).map((name) => [name, values[settingVariable(name)]]),
    ),
    service: read.K_SERVICE,
    revision: read.K_REVISION,
  };
}

/** The worker's variables and those of the settings. Only the former's names are known to the compiler. */
function withSettings(settings: Contract["settings"]): typeof variables {
  const own = Object.entries(settings).map(([name, { schema }]) => [settingVariable(name), schema]);
  const all = variables.extend(
    Object.fromEntries(own) as z.ZodRawShape,
  ) as unknown as typeof variables;
  return all.superRefine((read, context) => {
    const deadLetterQueue = read[environment.deadLetterQueue];
    const entries = Object.entries(read[environment.queues]);
    const key = entries.find(([, { name }]) => name === deadLetterQueue)?.[0];
    if (key === undefined) return;
    const message = `'${deadLetterQueue}' is the queue '${key}', which sends its tasks: dead letters would be run`;
    context.addIssue({ code: "custom", path: [environment.deadLetterQueue], message });
  });
}
