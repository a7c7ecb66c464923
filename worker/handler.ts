import type { Enqueued, EnqueueOptions } from "../tasks/client.ts";
import type { Payload, PayloadInput, TaskName, tasks } from "../tasks/tasks.ts";
import type { Log } from "./log.ts";

/** The tasks that a task's handler may enqueue: its `enqueues` in `tasks/tasks.ts`. */
export type EnqueuedBy<Name extends TaskName> = (typeof tasks)[Name] extends {
  readonly enqueues: readonly (infer Target)[];
}
  ? Extract<Target, TaskName>
  : never;

/** What a handler knows of the delivery it serves. */
export interface HandlerContext<Name extends TaskName = TaskName> {
  readonly taskId: string;
  /** The same for every delivery of a task: what to recognise work by that was done before. */
  readonly idempotencyKey: string;
  /** 1 for the first. An upper bound: an answer of the platform may have been counted. */
  readonly attempt: number;
  /** Deliveries up to this one, with those that never reached a handler. */
  readonly deliveryCount: number;
  /** When this delivery was due. */
  readonly scheduledTime: Date;
  /** Fires when the handler's time is up: one second later the worker goes on without it. */
  readonly signal: AbortSignal;
  readonly log: Log;
  /** Enqueues a task within this one's trace. */
  readonly enqueue: <Target extends EnqueuedBy<Name>>(
    task: Target,
    payload: PayloadInput<Target>,
    options?: EnqueueOptions,
  ) => Promise<Enqueued>;
}

/**
 * Does a task. It returns when the task is done; it throws to have it tried again, or a `PermanentError`
 * to give it up. A task may be delivered more than once: doing it twice must do no harm.
 */
export type Handler<Name extends TaskName> = (
  payload: Payload<Name>,
  context: HandlerContext<Name>,
) => Promise<void>;

/** One handler for each task. */
export type Handlers = { readonly [Name in TaskName]: Handler<Name> };
