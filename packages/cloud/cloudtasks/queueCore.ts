import { DueHeap } from "../time/dueHeap.ts";
import { MinuteCount } from "./minuteCount.ts";
import { retryWaitMs, type RetryConfig } from "../target/retryConfig.ts";
import type { Delivery, LastAttempt, Task } from "./task.ts";
import { TokenBucket } from "./tokenBucket.ts";
import { Tombstones } from "./tombstones.ts";

/*
 * The rules of a queue: what may be dispatched when, and what becomes of a task after a delivery. Nothing
 * here reads a clock, sets a timer or sends: `now` comes in, and what is to be done comes back.
 */

/** What bounds a queue's dispatches. */
export interface QueueLimits {
  readonly ratePerSecond: number;
  readonly burst: number;
  readonly maxConcurrent: number;
  readonly retry: RetryConfig;
  /** Tasks are deleted at this age, whatever their state (google-cloud.md 1.5). */
  readonly retentionMs: number;
  /** How long the name of a task that is gone cannot be used again. */
  readonly tombstoneMs: number;
}

export interface QueueState {
  limits: QueueLimits;
  paused: boolean;
  /** In order of creation. */
  readonly tasks: Map<string, Task>;
  /** The tasks that wait: for their time, for their retry, for a token or a slot. */
  readonly due: DueHeap<Task>;
  readonly tombstones: Tombstones;
  readonly bucket: TokenBucket;
  /** The answers of the last minute. */
  readonly answers: MinuteCount;
  /** Dispatch slots in use. A task that waits for its retry holds none. */
  running: number;
  /** No task is older than its retention before this time. */
  retentionTime: number;
  /** Told of every task that was added, dispatched, answered or taken away, once it was. */
  onChange: ((task: Task) => void) | undefined;
}

/** How a delivery ended. */
export interface Outcome {
  /** 0 where there was no answer. */
  readonly status: number;
  /** There was no answer by the dispatch deadline. */
  readonly timedOut?: boolean;
}

/** What becomes of a task after a delivery. */
export type Verdict =
  | { readonly end: "done" | "dropped" }
  | { readonly retryTime: number }
  /** The task was already gone. */
  | Record<string, never>;

/** A running queue without tasks. */
export function createQueueState(limits: QueueLimits, now: number): QueueState {
  return {
    limits,
    paused: false,
    tasks: new Map(),
    due: new DueHeap(),
    tombstones: new Tombstones(limits.tombstoneMs),
    bucket: new TokenBucket(limits.ratePerSecond, limits.burst, now),
    answers: new MinuteCount(),
    running: 0,
    retentionTime: Infinity,
    onChange: undefined,
  };
}

/** Puts other limits in force, for the tasks that are there too. */
export function setLimits(queue: QueueState, limits: QueueLimits, now: number): void {
  queue.limits = limits;
  queue.bucket.setRate(limits.ratePerSecond, limits.burst, now);
  queue.tombstones.lifeMs = limits.tombstoneMs;
  // The oldest task is looked for where one may have outlived its retention.
  if (queue.tasks.size > 0) queue.retentionTime = -Infinity;
}

export function addTask(queue: QueueState, task: Task): void {
  queue.tasks.set(task.id, task);
  queue.due.add(task);
  queue.retentionTime = Math.min(queue.retentionTime, task.createTime + queue.limits.retentionMs);
  queue.onChange?.(task);
}

/** Takes a task away and keeps its name from being used again for a while. */
export function removeTask(queue: QueueState, task: Task, now: number): void {
  queue.tasks.delete(task.id);
  queue.due.remove(task);
  queue.tombstones.add(task.id, now);
  if (queue.tasks.size === 0) queue.retentionTime = Infinity;
  queue.onChange?.(task);
}

/** Takes every task away. Deliveries under way go on; their outcome changes nothing. */
export function purge(queue: QueueState, now: number): void {
  const tasks = [...queue.tasks.values()];
  for (const { id } of tasks) queue.tombstones.add(id, now);
  queue.tasks.clear();
  queue.due.clear();
  queue.retentionTime = Infinity;
  for (const task of tasks) queue.onChange?.(task);
}

/** Removes the tasks whose retention has ended, and returns them. */
export function expireTasks(queue: QueueState, now: number): Task[] {
  const expired: Task[] = [];
  if (now < queue.retentionTime) return expired;
  for (const task of queue.tasks.values()) {
    queue.retentionTime = task.createTime + queue.limits.retentionMs;
    if (now < queue.retentionTime) break;
    expired.push(task);
  }
  for (const task of expired) removeTask(queue, task, now);
  return expired;
}

/** Begins every delivery that time, rate and concurrency allow now. */
export function dispatchDue(queue: QueueState, now: number): Delivery[] {
  const deliveries: Delivery[] = [];
  for (let task = nextTask(queue, now); task !== undefined; task = nextTask(queue, now)) {
    queue.bucket.take(now);
    queue.running++;
    deliveries.push(begin(queue, task, now, false));
  }
  return deliveries;
}

/** Begins a delivery past rate, concurrency and pause (RunTask, google-cloud.md 1.9). */
export function runNow(queue: QueueState, task: Task, now: number): Delivery {
  task.dueTime = now;
  return begin(queue, task, now, true);
}

/** Records how a delivery ended. */
export function finishDelivery(
  queue: QueueState,
  delivery: Delivery,
  { status, timedOut = false }: Outcome,
  now: number,
): Verdict {
  const { task, record, forced, dispatchTime } = delivery;
  if (!forced) queue.running--;
  if (status > 0) queue.answers.add(now);
  if (queue.tasks.get(task.id) !== task) return {};

  record.status = timedOut ? 504 : status;
  if (status > 0) {
    record.responseTime = now;
    task.responseCount++;
    if (status < 500) task.executionCount++;
  }
  if (status >= 200 && status < 300) {
    removeTask(queue, task, now);
    return { end: "done" };
  }

  const elapsedMs = now - (task.firstDispatchTime ?? now);
  const waitMs = retryWaitMs(task.dispatchCount, elapsedMs, task.retry ?? queue.limits.retry);
  if (waitMs === undefined) {
    removeTask(queue, task, now);
    return { end: "dropped" };
  }
  // The wait counts from the answer; after RunTask, from its call.
  const retryTime = (forced ? dispatchTime : now) + waitMs;
  queue.due.remove(task);
  task.dueTime = retryTime;
  queue.due.add(task);
  queue.onChange?.(task);
  return { retryTime };
}

/** When there is next something to do, if nothing else happens before. */
export function wakeTime(queue: QueueState): number {
  const first = queue.due.peek();
  const blocked = queue.paused || queue.running >= queue.limits.maxConcurrent;
  if (first === undefined || blocked) return queue.retentionTime;
  return Math.min(Math.max(first.dueTime, queue.bucket.nextTime), queue.retentionTime);
}

function nextTask(queue: QueueState, now: number): Task | undefined {
  const task = queue.due.peek();
  const allowed =
    task !== undefined &&
    !queue.paused &&
    task.dueTime <= now &&
    queue.running < queue.limits.maxConcurrent &&
    queue.bucket.nextTime <= now;
  return allowed ? task : undefined;
}

function begin(queue: QueueState, task: Task, now: number, forced: boolean): Delivery {
  const record: LastAttempt = { scheduleTime: task.dueTime, dispatchTime: now };
  const previousStatus = task.dispatchCount === 0 ? undefined : (task.lastAttempt?.status ?? 0);
  queue.due.remove(task);
  task.dispatchCount++;
  task.firstDispatchTime ??= now;
  task.lastAttempt = record;
  queue.onChange?.(task);
  return {
    task,
    dispatchCount: task.dispatchCount,
    scheduleTime: record.scheduleTime,
    dispatchTime: now,
    forced,
    executionCount: task.executionCount,
    previousStatus,
    record,
  };
}
