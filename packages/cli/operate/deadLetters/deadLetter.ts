import { causeOf, isCause } from "../../../../tasks/contract/cause.ts";
import {
  DEAD_LETTER_REASONS,
  decoded,
  deadLetterHeaders,
  type DeadLetterReason,
} from "../../../../tasks/contract/deadLetter.ts";
import { durationMs } from "../../../../tasks/contract/duration.ts";
import { readHistory, type Life } from "../../../../tasks/contract/redriveHistory.ts";
import { taskHeaders } from "../../../../tasks/contract/taskRequest.ts";
import type { Queue, Task } from "../calls/messages.ts";
import { idOf } from "../calls/ownNames.ts";

/** A task that ended on the dead-letter queue. */
export interface DeadLetter {
  /** Its own id on the dead-letter queue: 64 hexadecimal digits. */
  readonly id: string;
  /** Its full name. */
  readonly name: string;
  /** The task's name in `tasks/tasks.ts`; `undefined` where its request named none. */
  readonly task: string | undefined;
  /** The key of the queue that it was on, in `tasks/queues.ts`. */
  readonly queue: string;
  /** Its id there. */
  readonly taskId: string;
  readonly reason: DeadLetterReason;
  readonly cause: string;
  readonly error: string;
  readonly attempts: number;
  readonly deliveries: number;
  /** When it ended, in milliseconds. */
  readonly time: number;
  /** When it was written onto the dead-letter queue, in milliseconds. */
  readonly created: number;
  /** When Google deletes it, in milliseconds. */
  readonly expires: number;
  readonly idempotencyKey: string;
  readonly contentType: string;
  readonly traceparent: string | undefined;
  /** The worker's revision that wrote it. */
  readonly revision: string | undefined;
  /** Who made it a dead letter, where that was not the worker. */
  readonly by: string | undefined;
  /** The size of the original body, where it was cut; 0 where nobody knows it. */
  readonly cutFrom: number | undefined;
  /** Its earlier lives, the oldest first: it was redriven after each. The last five. */
  readonly history: readonly Life[];
  /** The task's body, as much of it as was kept. Only where it was asked for (`FULL`). */
  readonly body: Buffer | undefined;
}

/** For how long Google keeps a task. https://cloud.google.com/tasks/docs/quotas */
const DEFAULT_TTL_MS = 31 * 86_400_000;

/** For how long a queue keeps its tasks, in milliseconds. */
export function ttlMsOf({ taskTtl = "" }: Pick<Queue, "taskTtl">): number {
  return durationMs(taskTtl) ?? DEFAULT_TTL_MS;
}

/** Reads a task of the dead-letter queue that keeps its tasks for `ttlMs`; `undefined` for what the worker has not written. */
export function readDeadLetter(task: Task, ttlMs: number): DeadLetter | undefined {
  const { headers, body } = task.httpRequest;
  const text = (name: string): string | undefined => {
    const value = headers[name];
    return value === undefined ? undefined : decoded(value);
  };
  const reason = DEAD_LETTER_REASONS.find((one) => one === headers[deadLetterHeaders.reason]);
  const queue = text(deadLetterHeaders.queue);
  if (reason === undefined || queue === undefined) return undefined;

  const name = text(deadLetterHeaders.task);
  const error = text(deadLetterHeaders.error) ?? "";
  const cause = headers[deadLetterHeaders.cause] ?? "";
  const created = Date.parse(task.createTime);
  const time = Date.parse(headers[deadLetterHeaders.time] ?? "");
  const cutFrom = headers[deadLetterHeaders.cutFrom];
  const history = headers[deadLetterHeaders.history];
  return {
    id: idOf(task.name),
    name: task.name,
    task: name,
    queue,
    taskId: text(deadLetterHeaders.taskId) ?? "",
    reason,
    // One that an older worker wrote has none.
    cause: isCause(cause) ? cause : causeOf({ task: name, reason, error }),
    error,
    attempts: readCount(headers[deadLetterHeaders.attempts]),
    deliveries: readCount(headers[deadLetterHeaders.deliveries]),
    time: Number.isNaN(time) ? created : time,
    created,
    expires: created + ttlMs,
    idempotencyKey:
      text(deadLetterHeaders.idempotencyKey) ?? headers[taskHeaders.idempotencyKey] ?? "",
    contentType: headers[taskHeaders.contentType] ?? "application/json",
    traceparent: headers[taskHeaders.traceparent],
    revision: text(deadLetterHeaders.revision),
    by: text(deadLetterHeaders.by),
    cutFrom: cutFrom === undefined ? undefined : readCount(cutFrom),
    history: history === undefined ? [] : (readHistory(history) ?? []),
    body: body === undefined ? undefined : Buffer.from(body, "base64"),
  };
}

/** The number that a header is. What is none, as anybody may have written into a file that is imported, is `unknown`. */
export function readCount(header = "", unknown = 0): number {
  return /^\d{1,15}$/.test(header) ? Number(header) : unknown;
}
