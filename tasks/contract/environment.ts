import * as z from "zod";
import { durationMs } from "./duration.ts";

/**
 * The environment variables that join the program, the worker and the producers. The program sets
 * them, the worker and the client read them. Beside them the worker has one for each setting that
 * `tasks/settings.ts` declares: `settingVariable`.
 */
export const environment = {
  /** The queues in force, as JSON: see `QueueTable`. */
  queues: "TASKS_QUEUES",
  /** The dead-letter queue's full name. */
  deadLetterQueue: "TASKS_DEAD_LETTER_QUEUE",
  /** The e-mail address of the only account that may call the worker. */
  invoker: "TASKS_INVOKER",
  /** The address of the Cloud Tasks API: a local cloud on loopback, or a host under googleapis.com. */
  endpoint: "TASKS_ENDPOINT",
} as const;

const duration = z
  .templateLiteral([z.number(), "s"])
  .refine((text) => durationMs(text) !== undefined);

/** A queue as it is deployed. */
export const deployedQueueSchema = z.object({
  /** `projects/PROJECT/locations/LOCATION/queues/QUEUE` */
  name: z.string().regex(/^projects\/[^/]+\/locations\/[^/]+\/queues\/[^/]+$/),
  dispatchDeadline: duration,
  /** Failed attempts after which the worker makes a dead letter of a task. */
  maxAttempts: z.int().min(1),
  /** Deliveries after which the worker makes a dead letter of a task that never ended. */
  maxDeliveries: z.int().min(1),
  /** Nothing may be enqueued on it. */
  retired: z.boolean().optional(),
});
export type DeployedQueue = z.output<typeof deployedQueueSchema>;

/** The deployed queues by their name in `tasks/queues.ts`: the value of `TASKS_QUEUES`, as JSON. */
export const queueTableSchema = z.record(z.string(), deployedQueueSchema);
export type QueueTable = z.output<typeof queueTableSchema>;
