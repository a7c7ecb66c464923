import type { Authority } from "../api/authority.ts";
import type { Clock, Timer } from "../time/clock.ts";
import type { Events } from "../api/events.ts";
import type { Send } from "../network/network.ts";
import { dispatchContent, dispatchHeaders } from "./dispatchRequest.ts";
import { authorization, tokenOf } from "../target/token.ts";
import { setHeader } from "../target/headers.ts";
import { targetUrl } from "./httpTarget.ts";
import type { Queue } from "./queue.ts";
import type { QueueMeter } from "./queueMeter.ts";
import {
  dispatchDue,
  expireTasks,
  finishDelivery,
  runNow,
  wakeTime,
  type Outcome,
} from "./queueCore.ts";
import type { Delivery, Task } from "./task.ts";
import type { TaskLog } from "./taskLog.ts";

export interface DispatcherOptions {
  readonly clock: Clock;
  readonly events: Events;
  readonly authority: Authority;
  readonly send: Send;
  /** Counts the deliveries. */
  readonly metrics: QueueMeter | undefined;
  readonly log: TaskLog;
  /** Deliveries may take as long as they like: the worker runs under a debugger. */
  readonly suspendDeadlines: boolean;
}

/** A delivery under way. */
interface Flight {
  readonly queue: Queue;
  readonly delivery: Delivery;
  readonly abort: AbortController;
  deadline: Timer | undefined;
  /** Where the request went, once that is known. */
  url: string;
}

/** Carries out what the queues' cores decide: one timer a queue, and the requests under way. */
export class Dispatcher {
  readonly #options: DispatcherOptions;
  readonly #flights = new Set<Flight>();
  #stopped = false;

  constructor(options: DispatcherOptions) {
    this.#options = options;
  }

  /** Whether no delivery is under way. */
  get isIdle(): boolean {
    return this.#flights.size === 0;
  }

  /** Begins what the queue allows now, and sees that it is asked again when there is more. */
  pump(queue: Queue): void {
    if (this.#stopped) return;
    const now = this.#options.clock.now();
    for (const task of expireTasks(queue.state, now)) {
      this.#options.events.emit("taskDeleted", { queue: queue.name, task: fullName(queue, task) });
    }
    for (const delivery of dispatchDue(queue.state, now)) void this.#deliver(queue, delivery);
    this.#setWake(queue, wakeTime(queue.state));
  }

  /** Begins a delivery of a task now, whatever the queue's rate, concurrency and state. */
  run(queue: Queue, task: Task): void {
    void this.#deliver(queue, runNow(queue.state, task, this.#options.clock.now()));
    this.pump(queue);
  }

  /** Forgets a queue that was deleted. */
  forget(queue: Queue): void {
    this.#setWake(queue, Infinity);
  }

  /** Dispatches nothing more, and breaks off what is under way. */
  stop(queues: Iterable<Queue>): void {
    this.#stopped = true;
    for (const queue of queues) this.forget(queue);
    for (const flight of this.#flights) {
      flight.deadline?.cancel();
      flight.abort.abort(new Error("The local cloud stops."));
    }
    this.#flights.clear();
  }

  async #deliver(queue: Queue, delivery: Delivery): Promise<void> {
    const { authority, send, log } = this.#options;
    const { request } = delivery.task;
    const target = queue.settings.httpTarget;
    const abort = new AbortController();
    const flight: Flight = { queue, delivery, abort, deadline: undefined, url: request.url };
    this.#flights.add(flight);
    flight.deadline = this.#startDeadline(flight);
    try {
      const url = targetUrl(request, target);
      flight.url = url.href;
      log.dispatched(queue, delivery, flight.url);
      const headers = dispatchHeaders(queue.id, delivery, target);
      // The queue's token goes before the task's own.
      const token = (target && tokenOf(target)) ?? request.token;
      if (token) {
        setHeader(headers, "Authorization", await authorization(authority, token, request.url));
      }
      // It may have been stopped, or out of time, while its token was minted.
      abort.signal.throwIfAborted();
      const { status } = await send({
        ...dispatchContent(request, target),
        url,
        headers,
        origin: { internal: true, project: queue.project },
        signal: abort.signal,
      });
      this.#finish(flight, { status });
    } catch (error) {
      // No answer is an outcome like any other: it is recorded, shown and retried. The microtask keeps a
      // failure before the first await from finishing inside the pump that began the delivery.
      await Promise.resolve();
      this.#finish(flight, { status: 0 }, messageOf(error));
    }
  }

  #startDeadline(flight: Flight): Timer | undefined {
    if (this.#options.suspendDeadlines) return undefined;
    const { dispatchTime, task } = flight.delivery;
    return this.#options.clock.at(dispatchTime + task.dispatchDeadlineMs, () => {
      const error = `No answer within the dispatch deadline of ${task.dispatchDeadlineMs / 1000} s.`;
      this.#finish(flight, { status: 0, timedOut: true }, error);
      flight.abort.abort(new Error(error));
    });
  }

  #finish(flight: Flight, outcome: Outcome, error?: string): void {
    // An answer that comes after the deadline, or after the stop, is nobody's.
    if (!this.#flights.delete(flight)) return;
    flight.deadline?.cancel();
    const { queue, delivery } = flight;
    const { clock, events, metrics, log } = this.#options;
    const now = clock.now();
    const delayMs = delivery.dispatchTime - delivery.scheduleTime;
    metrics?.delivery(queue.name, outcome.status, outcome.timedOut === true, delayMs, now);
    const verdict = finishDelivery(queue.state, delivery, outcome, now);
    log.answered(queue, flight, outcome, verdict, now);
    if (events.heard("deliveryFinished")) {
      events.emit("deliveryFinished", {
        queue: queue.name,
        task: fullName(queue, delivery.task),
        url: flight.url,
        dispatchCount: delivery.dispatchCount,
        status: outcome.status,
        ...(error !== undefined && { error }),
        scheduleTime: delivery.scheduleTime,
        dispatchTime: delivery.dispatchTime,
        durationMs: now - delivery.dispatchTime,
        ...verdict,
      });
    }
    this.pump(queue);
  }

  #setWake(queue: Queue, time: number): void {
    if (queue.wake?.time === time) return;
    queue.wake?.timer.cancel();
    queue.wake =
      time === Infinity
        ? undefined
        : {
            time,
            timer: this.#options.clock.at(time, () => {
              this.#wake(queue);
            }),
          };
  }

  #wake(queue: Queue): void {
    queue.wake = undefined;
    this.pump(queue);
  }
}

function fullName(queue: Queue, { id }: Task): string {
  return `${queue.name}/tasks/${id}`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
