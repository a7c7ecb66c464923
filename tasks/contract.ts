import type { z } from "zod";

/*
 * The words of this project, as Google uses them.
 *
 * task      one unit of work on a queue: an HTTP request that Cloud Tasks makes to the worker
 * queue     a Cloud Tasks queue
 * dispatch  Cloud Tasks starting a delivery
 * delivery  one request that reached, or should have reached, the worker
 * attempt   a delivery in which the task's handler ran and returned or failed
 * handler   the worker's function for one kind of task
 * schedule  a Cloud Scheduler job that enqueues a task
 */

/** A duration as Google writes it: seconds with an `s`, such as `"5s"` or `"0.100s"`. */
export type Duration = `${number}s`;

/** How fast a queue dispatches. https://cloud.google.com/tasks/docs/reference/rest/v2/projects.locations.queues#RateLimits */
export interface RateLimits {
  /** Dispatches per second. Greater than 0, at most 500. */
  readonly maxDispatchesPerSecond: number;
  /** Deliveries under way at once. At least 1, at most 5,000. */
  readonly maxConcurrentDispatches: number;
}

/**
 * When a failed task is tried again. There is no `maxRetryDuration`: Google joins it to `maxAttempts`
 * with AND, so that nobody could say when a task ends.
 */
export interface RetryConfig {
  /** Failed attempts after which a task becomes a dead letter. Deliveries that never reached a handler do not count. */
  readonly maxAttempts: number;
  /** The wait after the first failure. */
  readonly minBackoff: Duration;
  /** The longest wait. */
  readonly maxBackoff: Duration;
  /** How often the wait doubles before it grows by a constant step. At most 16. */
  readonly maxDoublings: number;
}

export interface QueueSettings {
  readonly rateLimits: RateLimits;
  readonly retryConfig: RetryConfig;
  /** How long a delivery may take. From `"15s"` to `"1800s"`. */
  readonly dispatchDeadline: Duration;
  /**
   * The queue is to be given up: it dispatches what it holds, and nothing may be enqueued on it. Once it
   * is empty, its entry can be removed.
   *
   * @default false
   */
  readonly retired?: boolean;
}

export interface TaskContract<QueueName extends string = string> {
  /** The queue that carries the task. */
  readonly queue: QueueName;
  /** What the task's handler is given. */
  readonly payload: z.ZodType;
  /**
   * The tasks that this one's handler enqueues. The worker is granted the right to enqueue on their
   * queues and no others.
   *
   * @default - none
   */
  readonly enqueues?: readonly string[];
}
