/**
 * The headers of a dead letter: a task on the dead-letter queue whose body is the body of the task that
 * ended there, byte for byte. `error` is percent-encoded; times are RFC 3339.
 */
export const deadLetterHeaders = {
  task: "Dead-Letter-Task",
  queue: "Dead-Letter-Queue",
  taskId: "Dead-Letter-Task-Id",
  reason: "Dead-Letter-Reason",
  error: "Dead-Letter-Error",
  attempts: "Dead-Letter-Attempts",
  deliveries: "Dead-Letter-Deliveries",
  time: "Dead-Letter-Time",
  /** The size of the original body, where it was cut to fit. */
  cutFrom: "Dead-Letter-Cut-From",
} as const;

/** Why a task became a dead letter. */
export type DeadLetterReason = "attempts-exhausted" | "permanent-error" | "deliveries-exhausted";
