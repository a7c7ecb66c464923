import { createHash } from "node:crypto";

/** The key of the queue that the program adds to those of `tasks/queues.ts`. */
export const DEAD_LETTER_QUEUE = "dead-letter";

/**
 * The headers of a dead letter: a task on the dead-letter queue whose body is the body of the task that
 * ended there, byte for byte. What is a text is percent-encoded; times are RFC 3339.
 */
export const deadLetterHeaders = {
  task: "Dead-Letter-Task",
  /** Instead of it, where the task's request names none: method and path, such as `PUT /tasks/send-email`. */
  request: "Dead-Letter-Request",
  queue: "Dead-Letter-Queue",
  taskId: "Dead-Letter-Task-Id",
  reason: "Dead-Letter-Reason",
  error: "Dead-Letter-Error",
  /** One word for all that ended in the same way: `causeOf`. */
  cause: "Dead-Letter-Cause",
  attempts: "Dead-Letter-Attempts",
  deliveries: "Dead-Letter-Deliveries",
  time: "Dead-Letter-Time",
  /** The worker's revision that wrote it. */
  revision: "Dead-Letter-Revision",
  /** The `Redrive-History` of a task that was redriven. */
  history: "Dead-Letter-History",
  /** The size of the original body, where it was cut to fit. */
  cutFrom: "Dead-Letter-Cut-From",
  /** Its `Idempotency-Key`, where Cloud Tasks refused the dead letter with that as it is. */
  idempotencyKey: "Dead-Letter-Idempotency-Key",
  /** Who made it one, where that was not the worker: whoever buried its task, or took it back. */
  by: "Dead-Letter-By",
} as const;

/**
 * Why a task became a dead letter: its handler failed for the last time, or for good, or it was delivered
 * more often than its queue's `maxDeliveries` without an end.
 */
export const DEAD_LETTER_REASONS = [
  "attempts-exhausted",
  "permanent-error",
  "deliveries-exhausted",
] as const;

export type DeadLetterReason = (typeof DEAD_LETTER_REASONS)[number];

/** Reads a text of a dead letter's headers, which is percent-encoded; one that is not, which anybody may have written, as it is. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/**
 * The id of the dead letter that a task ends as. `life` tells tasks apart that had one name after another: the
 * `Enqueue-Id`, or what stands for it.
 */
export function deadLetterId(
  queue: string,
  taskId: string,
  life: string | number,
  body: Uint8Array,
): string {
  return createHash("sha256")
    .update(JSON.stringify([queue, taskId, life]))
    .update(body)
    .digest("hex");
}
