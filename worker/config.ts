import * as z from "zod";
import { environment, type QueueTable } from "../tasks/environment.ts";
import {
  endpointVariable,
  queuesVariable,
  readEnvironment,
  type Environment,
} from "../tasks/readEnvironment.ts";

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
  /** A secret. */
  readonly smtpUrl: string;
  readonly mailFrom: string;
  /** The Cloud Run service and revision, for the log. */
  readonly service: string | undefined;
  readonly revision: string | undefined;
}

function isPort(text: string): boolean {
  const port = Number(text);
  return Number.isInteger(port) && port >= 0 && port <= 65_535;
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
  [environment.endpoint]: endpointVariable.optional(),
  // Never shown: it holds a password.
  [environment.smtpUrl]: z
    .string()
    .refine((text) => URL.canParse(text) && /^smtps?:$/.test(new URL(text).protocol), {
      error: "an SMTP server's address is 'smtp://user:password@host:port' (the value is a secret)",
    }),
  [environment.mailFrom]: z.string().regex(/^[^@\r\n]+@[^@\s>]+>?$/, {
    error: ({ input }) => `a sender is 'name@host' or 'Name <name@host>', not ${quote(input)}`,
  }),
  GCE_METADATA_HOST: z.string().optional(),
  K_SERVICE: z.string().optional(),
  K_REVISION: z.string().optional(),
});

/** Reads the worker's settings from its environment. Throws one error with all that is wrong. */
export function loadConfig(env: Environment): WorkerConfig {
  const read = readEnvironment(
    variables,
    env,
    "The worker reads them at start; infra sets them on the service, Cloud Run sets PORT.",
  );
  return {
    port: Number(read.PORT),
    host: read.HOST,
    queues: read[environment.queues],
    deadLetterQueue: read[environment.deadLetterQueue],
    invoker: read[environment.invoker],
    endpoint: read[environment.endpoint],
    metadataHost: read.GCE_METADATA_HOST,
    smtpUrl: read[environment.smtpUrl],
    mailFrom: read[environment.mailFrom],
    service: read.K_SERVICE,
    revision: read.K_REVISION,
  };
}
