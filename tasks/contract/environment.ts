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
  /** What this worker is given, where it is one of several, as JSON: see `WorkerShare`. */
  worker: "TASKS_WORKER",
  /** The address of the Cloud Tasks API: a local cloud on loopback, or a host under googleapis.com. */
  endpoint: "TASKS_ENDPOINT",
} as const;

/** What the worker keeps of a delivery for itself at the least, and what Cloud Tasks waits at the most. */
const DEADLINE_MS = { above: 3000, most: 1_800_000 };

const deadlineRule = {
  error: ({ input }: { readonly input?: unknown }) =>
    `${typeof input === "string" ? `'${input}' is no` : "it must be a"} duration of more than '3s' and at most '1800s'`,
};

const deadline = z.templateLiteral([z.number(), "s"], deadlineRule).refine((text) => {
  const ms = durationMs(text) ?? 0;
  return ms > DEADLINE_MS.above && ms <= DEADLINE_MS.most;
}, deadlineRule);

/** A queue as it is deployed. Keys beside these are those of a newer revision: they are passed over. */
export const deployedQueueSchema = z
  .object({
    /** `projects/PROJECT/locations/LOCATION/queues/QUEUE` */
    name: z.string().regex(/^projects\/[^/]+\/locations\/[^/]+\/queues\/[^/]+$/, {
      error: "it must be 'projects/PROJECT/locations/LOCATION/queues/QUEUE'",
    }),
    dispatchDeadline: deadline,
    /** Failed attempts after which the worker makes a dead letter of a task. */
    maxAttempts: z.int().min(1),
    /** Deliveries after which the worker makes a dead letter of a task that never ended. */
    maxDeliveries: z.int().min(1),
    /** Nothing may be enqueued on it. */
    retired: z.boolean().optional(),
  })
  .superRefine(({ maxAttempts, maxDeliveries }, context) => {
    if (maxDeliveries >= maxAttempts) return;
    const message = `${maxDeliveries} is less than 'maxAttempts', ${maxAttempts}: tasks would end before they had them`;
    context.addIssue({ code: "custom", path: ["maxDeliveries"], message });
  });
export type DeployedQueue = z.output<typeof deployedQueueSchema>;

/** The deployed queues by their name in `tasks/queues.ts`: the value of `TASKS_QUEUES`, as JSON. */
export const queueTableSchema = z
  .record(z.string(), deployedQueueSchema)
  .superRefine((table, context) => {
    const entries = Object.entries(table);
    if (entries.length === 0) context.addIssue("it names no queue");
    const keys = new Map<string, string>();
    for (const [key, { name }] of entries) {
      const id = name.slice(name.lastIndexOf("/") + 1);
      const other = keys.get(id);
      const message = `'${name}' has the id of queue '${other}', by which alone a delivery names its queue`;
      if (other !== undefined) context.addIssue({ code: "custom", path: [key, "name"], message });
      keys.set(id, key);
    }
  });
export type QueueTable = z.output<typeof queueTableSchema>;

/**
 * What one of several workers is given, as the handlers of its queues' tasks need it: the value of
 * `TASKS_WORKER`, as JSON. Keys beside these are those of a newer revision: they are passed over.
 */
export const workerShareSchema = z.object({
  /** The names of the settings that it has. */
  settings: z.array(z.string()),
  /** The queues that it may enqueue on, by their names in `tasks/queues.ts`. */
  enqueues: z.array(z.string()),
});
export type WorkerShare = z.output<typeof workerShareSchema>;
