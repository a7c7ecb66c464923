import type { QueueLimits } from "../../cloudtasks/queueCore.ts";
import type { RetryConfig } from "../../target/retryConfig.ts";
import type { Outcome } from "./queueSteps.ts";
import { isDropped, waitBeforeRetry } from "./retryModel.ts";

export interface ModelTask {
  readonly id: string;
  readonly createTime: number;
  readonly retry: RetryConfig | undefined;
  dueTime: number;
  waits: boolean;
  readonly deliveries: ModelDelivery[];
}

export interface ModelDelivery {
  readonly task: ModelTask;
  readonly forced: boolean;
  readonly scheduleTime: number;
  readonly dispatchTime: number;
  /** How it ended: 0 without an answer, 504 after a timeout. */
  status?: number;
  responseTime?: number;
}

/**
 * A queue as google-cloud.md (G) 1 to 3 tells of it, in lists that are searched from end to end. It shares no
 * code with the queue that it judges.
 */
export class QueueModel {
  now: number;
  limits: QueueLimits;
  paused = false;
  /** In order of creation. */
  tasks: ModelTask[] = [];
  underWay: ModelDelivery[] = [];
  readonly #graves: { readonly id: string; readonly expiry: number }[] = [];
  readonly #answerTimes: number[] = [];
  #tokens: number;

  constructor(limits: QueueLimits, now: number) {
    this.limits = limits;
    this.now = now;
    this.#tokens = limits.burst;
  }

  /** G 3: the bucket is refilled continuously, to its capacity at most. */
  moveTo(now: number): void {
    const refill = ((now - this.now) * this.limits.ratePerSecond) / 1000;
    this.#tokens = Math.min(this.limits.burst, this.#tokens + refill);
    this.now = now;
  }

  setLimits(limits: QueueLimits): void {
    this.limits = limits;
    this.#tokens = Math.min(limits.burst, this.#tokens);
  }

  create(id: string, delayMs: number, retry: RetryConfig | undefined): void {
    const dueTime = this.now + delayMs;
    this.tasks.push({ id, createTime: this.now, retry, dueTime, waits: true, deliveries: [] });
  }

  /** G 1.6: the name of a task that is gone is not free at once. */
  isBuried(id: string): boolean {
    return this.#graves.some((grave) => grave.id === id && this.now < grave.expiry);
  }

  remove(task: ModelTask): void {
    this.tasks = this.tasks.filter((other) => other !== task);
    this.#graves.push({ id: task.id, expiry: this.now + this.limits.tombstoneMs });
  }

  /** G 1.5: a task is deleted at the end of its retention, whatever its state. */
  expire(): ModelTask[] {
    const expired = this.tasks.filter((task) => this.now >= this.#endOf(task));
    for (const task of expired) this.remove(task);
    return expired;
  }

  /** G 3: as fast as there are tokens, within the concurrency. */
  dispatch(): ModelDelivery[] {
    const begun: ModelDelivery[] = [];
    for (;;) {
      const [task] = this.#waiting();
      if (!task || task.dueTime > this.now || this.#isBlocked() || this.#tokens < 1) return begun;
      this.#tokens -= 1;
      begun.push(this.#begin(task, false));
    }
  }

  /** G 1.9: RunTask passes over rate, concurrency and pause. */
  run(task: ModelTask): ModelDelivery {
    task.dueTime = this.now;
    return this.#begin(task, true);
  }

  finish(delivery: ModelDelivery, outcome: Outcome): object {
    const { task, forced } = delivery;
    this.underWay = this.underWay.filter((other) => other !== delivery);
    const status = outcome === "timeout" ? 0 : outcome;
    if (status > 0) this.#answerTimes.push(this.now);
    if (!this.tasks.includes(task)) return {};

    delivery.status = outcome === "timeout" ? 504 : outcome;
    if (status > 0) delivery.responseTime = this.now;
    const succeeded = status >= 200 && status < 300;
    const config = task.retry ?? this.limits.retry;
    const elapsedMs = this.now - task.deliveries[0]!.dispatchTime;
    if (succeeded || isDropped(task.deliveries.length, elapsedMs, config)) {
      this.remove(task);
      return { end: succeeded ? "done" : "dropped" };
    }
    const base = forced ? delivery.dispatchTime : this.now;
    task.dueTime = base + waitBeforeRetry(task.deliveries.length, config);
    task.waits = true;
    return { retryTime: task.dueTime };
  }

  /** When something is dispatched or expires next, if nothing else happens before. */
  get nextTime(): number {
    const expiryTime = Math.min(...this.tasks.map((task) => this.#endOf(task)));
    const [task] = this.#waiting();
    if (!task || this.#isBlocked()) return expiryTime;
    const missing = Math.max(0, 1 - this.#tokens);
    const tokenTime = this.now + (missing * 1000) / this.limits.ratePerSecond;
    return Math.min(Math.max(task.dueTime, tokenTime), expiryTime);
  }

  /** Deliveries under way that hold one of the queue's slots. */
  get running(): number {
    return this.underWay.filter(({ forced }) => !forced).length;
  }

  /** The answers of this second and the 59 before it. */
  get answersOfLastMinute(): number {
    const second = Math.floor(this.now / 1000);
    return this.#answerTimes.filter((time) => Math.floor(time / 1000) > second - 60).length;
  }

  #waiting(): ModelTask[] {
    return this.tasks.filter(({ waits }) => waits).sort((a, b) => a.dueTime - b.dueTime);
  }

  #isBlocked(): boolean {
    return this.paused || this.running >= this.limits.maxConcurrent;
  }

  #begin(task: ModelTask, forced: boolean): ModelDelivery {
    const delivery = { task, forced, scheduleTime: task.dueTime, dispatchTime: this.now };
    task.waits = false;
    task.deliveries.push(delivery);
    this.underWay.push(delivery);
    return delivery;
  }

  #endOf({ createTime }: ModelTask): number {
    return createTime + this.limits.retentionMs;
  }
}
