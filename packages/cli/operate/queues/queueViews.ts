import type { Queue } from "../calls/messages.ts";
import type { OperatorCalls } from "../calls/operatorCalls.ts";
import type { DeployedQueue } from "../../stack/outputs.ts";
import { queueSettings, type QueueSetting } from "./drift.ts";

/** What a queue is doing at this moment. */
export interface QueueView {
  /** Its key in `tasks/queues.ts`, or that of the dead-letter queue. */
  readonly key: string;
  readonly name: string;
  /** `RUNNING`, `PAUSED` or `DISABLED`. */
  readonly state: string;
  /** Those that are due later too. */
  readonly tasks: number;
  /** When the first of them is or was due, in milliseconds. */
  readonly oldestDue: number | undefined;
  readonly deliveredLastMinute: number;
  readonly inFlight: number;
  readonly mostInFlight: number;
  /** Dispatches per second that Cloud Tasks lets it have now, and that were asked for. */
  readonly rate: number;
  readonly askedRate: number;
  /** How long it would take to do what is there at the pace of the last minute, in milliseconds; absent where none of it is due yet. */
  readonly drainsInMs: number | undefined;
  /** Its rate and its retries, beside what the program asked for. */
  readonly settings: readonly QueueSetting[];
  /** How long a task may wait before somebody is called; absent where nobody is, or the stack does not tell. */
  readonly maxWait?: string;
}

type Calls = Pick<OperatorCalls, "operations" | "getQueue">;

/** All queues of a stack, in the order of its outputs: one operation each. */
export async function queueViews(calls: Calls, now: number): Promise<QueueView[]> {
  const queues = await readQueues(calls);
  return [...queues].map(([key, queue]) =>
    queueView(key, queue, calls.operations.queueSettings?.[key], now),
  );
}

/** All queues of a stack by their keys, in the order of its outputs: one operation each. */
export async function readQueues(calls: Calls): Promise<ReadonlyMap<string, Queue>> {
  const read = Object.entries(calls.operations.queues).map(
    async ([key, name]) => [key, await calls.getQueue(name)] as const,
  );
  return new Map(await Promise.all(read));
}

/** What a queue, known by that key, is doing, and how it is set. */
export function queueView(
  key: string,
  queue: Queue,
  deployed: DeployedQueue | undefined,
  now: number,
): QueueView {
  const { name, state, rateLimits, stats } = queue;
  const { tasksCount = 0, oldestEstimatedArrivalTime: due } = stats ?? {};
  const oldestDue = due === undefined ? undefined : Date.parse(due);
  const done = stats?.executedLastMinuteCount ?? 0;
  const isDue = tasksCount > 0 && (oldestDue === undefined || oldestDue <= now);
  return {
    ...{ key, name, state },
    tasks: tasksCount,
    oldestDue,
    deliveredLastMinute: done,
    inFlight: stats?.concurrentDispatchesCount ?? 0,
    mostInFlight: rateLimits.maxConcurrentDispatches,
    rate: stats?.effectiveExecutionRate ?? 0,
    askedRate: rateLimits.maxDispatchesPerSecond,
    drainsInMs: state === "RUNNING" && done > 0 && isDue ? (tasksCount / done) * 60_000 : undefined,
    settings: queueSettings(queue, deployed),
    ...(deployed?.maxWait !== undefined && { maxWait: deployed.maxWait }),
  };
}
