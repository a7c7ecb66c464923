import { queuePrefix, QUEUE_SUFFIX_BYTES, type Naming } from "../config/names.ts";
import type { DueDays } from "./dueDays.ts";

/** What a stack has that is watched, in plain values. */
export interface Watched {
  readonly naming: Naming;
  readonly project: string;
  readonly region: string;
  /** Those that send tasks. */
  readonly queues: readonly WatchedQueue[];
  /** The key of the queue that holds dead letters. */
  readonly deadLetterQueue: string;
  /** Those that are not paused. */
  readonly schedules: readonly WatchedSchedule[];
  readonly workers: readonly WatchedWorker[];
  /** The longest time between two pings, in seconds; `undefined` where none are sent. */
  readonly canaryGapS: number | undefined;
  /** The share of tasks that should be done, and not become dead letters. */
  readonly objective: number;
  /** Tasks are enqueued for a later time, so that a queue's depth says nothing of a backlog. */
  readonly delayedTasks: boolean;
}

export interface WatchedQueue {
  readonly key: string;
  /** Dispatches per second. */
  readonly maxDispatchesPerSecond: number;
  /** How long a task may wait for its delivery before somebody is called, in seconds. */
  readonly maxWaitS: number;
  /** The id of the job that sends it pings; `undefined` where none are sent. */
  readonly pingJob: string | undefined;
}

export interface WatchedSchedule {
  readonly key: string;
  /** The id of its job. */
  readonly job: string;
  /** The longest time between two of its runs, in seconds. */
  readonly longestGapS: number;
  /** Where that is longer than a day, the days on which it is due. */
  readonly dueDays?: DueDays;
}

export interface WatchedWorker {
  readonly key: string;
  /** The id of its service. */
  readonly service: string;
  readonly maxInstances: number;
}

/**
 * Since when things are watched, in seconds since 1970: what has only begun is not missed yet. By `queue:email`,
 * `schedule:daily-digest`, `worker:worker`.
 */
export type Since = (what: `${"queue" | "schedule" | "worker"}:${string}`) => number;

/** A regular expression that the ids of these queues match, those of ones that were replaced among them. */
export function queueIds(naming: Naming, ...keys: readonly string[]): string {
  // What they have in common once: a filter has room for some hundred queues.
  const [first = "", ...others] = keys;
  const key = others.length === 0 ? first : `(${keys.join("|")})`;
  return `${queuePrefix(naming, key)}[0-9a-f]{${QUEUE_SUFFIX_BYTES * 2}}`;
}

/** What there is to say of how long tasks may wait. */
export type WaitingQueue = Pick<WatchedQueue, "key" | "maxWaitS">;

/** The keys of the queues on which a task may wait so long, in seconds, the shortest time first. */
export function waitsOf(queues: readonly WaitingQueue[]): [maxWaitS: number, keys: string[]][] {
  const byWait = Map.groupBy(queues, ({ maxWaitS }) => maxWaitS);
  return [...byWait]
    .map(([maxWaitS, of]): [number, string[]] => [maxWaitS, of.map(({ key }) => key)])
    .sort(([a], [b]) => a - b);
}
