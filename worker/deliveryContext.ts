import type { Client, Enqueued, EnqueueOptions } from "../tasks/client/client.ts";
import type { TaskTable } from "../tasks/contract/contract.ts";
import type { Hide } from "./hiding.ts";
import { deliveryFields, type Log, type WorkerLog } from "./log.ts";
import type { TaskRequest } from "./taskRequest.ts";

export interface ContextSettings {
  readonly client: Pick<Client<TaskTable>, "enqueue">;
  readonly log: WorkerLog;
}

/**
 * What a handler knows of its delivery: a `HandlerContext`, of whatever contract. The signal and the log are made when they are asked for: few
 * handlers do. By a class, since an object literal with getters is a shape of its own each time, and
 * thousands of shapes a second keep the garbage collector as busy as the worker.
 */
export class DeliveryContext {
  readonly taskId: string;
  readonly idempotencyKey: string;
  readonly attempt: number;
  readonly deliveryCount: number;
  readonly scheduledTime: Date;
  /** The values of the settings that the task names. */
  readonly settings: object;
  readonly #request: TaskRequest;
  readonly #delivery: ContextSettings;
  readonly #signal: () => AbortSignal;
  readonly #hide: Hide | undefined;
  #log: Log | undefined;

  constructor(
    request: TaskRequest,
    settings: object,
    delivery: ContextSettings,
    signal: () => AbortSignal,
    hide?: Hide,
  ) {
    this.taskId = request.taskId;
    this.idempotencyKey = request.idempotencyKey;
    this.attempt = request.executionCount + 1;
    this.deliveryCount = request.retryCount + 1;
    this.scheduledTime = request.scheduledTime;
    this.#request = request;
    this.settings = settings;
    this.#delivery = delivery;
    this.#signal = signal;
    this.#hide = hide;
  }

  get signal(): AbortSignal {
    return this.#signal();
  }

  get log(): Log {
    return (this.#log ??= this.#delivery.log.child(deliveryFields(this.#request), this.#hide));
  }

  // A function of its own, so that a handler may take it out of the context.
  readonly enqueue = (
    task: string,
    payload: unknown,
    options?: EnqueueOptions,
  ): Promise<Enqueued> => {
    const { traceparent } = this.#request;
    return this.#delivery.client.enqueue(task, payload, {
      traceparent,
      signal: this.signal,
      ...options,
    });
  };
}
