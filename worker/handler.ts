import type { Enqueued, EnqueueOptions } from "../tasks/client/client.ts";
import type {
  Payload,
  PayloadInput,
  TaskName,
  WorkerContract,
} from "../tasks/contract/contract.ts";
import type { SettingValues } from "../tasks/contract/setting.ts";
import type { Log } from "./log.ts";

/** The tasks that a task's handler may enqueue: its `enqueues`. */
export type EnqueuedBy<
  C extends WorkerContract,
  Name extends TaskName<C>,
> = C["tasks"][Name] extends {
  readonly enqueues: readonly (infer Target)[];
}
  ? Extract<Target, TaskName<C>>
  : never;

/** The settings that a task's handler is given: its `settings`. */
export type SettingsOf<
  C extends WorkerContract,
  Name extends TaskName<C>,
> = C["tasks"][Name] extends {
  readonly settings: readonly (infer Given)[];
}
  ? Pick<SettingValues<C["settings"]>, Extract<Given, keyof C["settings"]>>
  : Readonly<Record<string, never>>;

/** What a handler knows of the delivery it serves. */
export interface HandlerContext<C extends WorkerContract, Name extends TaskName<C> = TaskName<C>> {
  readonly taskId: string;
  /** The same for every delivery of a task: what to recognise work by that was done before. */
  readonly idempotencyKey: string;
  /** 1 for the first. An upper bound: an answer of the platform may have been counted. */
  readonly attempt: number;
  /** Deliveries up to this one, with those that never reached a handler. */
  readonly deliveryCount: number;
  /** When this delivery was due. */
  readonly scheduledTime: Date;
  /** The values of the settings that the task names. */
  readonly settings: SettingsOf<C, Name>;
  /** Fires when the handler's time is up: one second later the worker goes on without it. */
  readonly signal: AbortSignal;
  readonly log: Log;
  /** Enqueues a task within this one's trace. */
  readonly enqueue: <Target extends EnqueuedBy<C, Name>>(
    task: Target,
    payload: PayloadInput<C, Target>,
    options?: EnqueueOptions,
  ) => Promise<Enqueued>;
}

/**
 * Does a task. It returns when the task is done; it throws to have it tried again, or a `PermanentError`
 * to give it up. A task may be delivered more than once: doing it twice must do no harm.
 */
export type Handler<C extends WorkerContract, Name extends TaskName<C>> = (
  payload: Payload<C, Name>,
  context: HandlerContext<C, Name>,
) => Promise<void>;

/** One handler for each task of a contract. */
export type Handlers<C extends WorkerContract> = {
  readonly [Name in TaskName<C>]: Handler<C, Name>;
};
