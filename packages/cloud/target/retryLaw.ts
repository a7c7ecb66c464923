import { backoffMs, type Backoff } from "@background-tasks/google/backoff.ts";

/** A queue's or a task's `retryConfig`, in numbers. */
export interface RetryLaw extends Backoff {
  /** Attempts, the first included. -1 is unlimited. */
  readonly maxAttempts: number;
  /** Counted from the first attempt. 0 is unlimited. */
  readonly maxRetryDurationMs: number;
}

/**
 * The wait before the next attempt of a task that has failed, or `undefined` where it is given up: when
 * both limits are exhausted (google-cloud.md 2). An unlimited one counts as exhausted, so that the other
 * decides alone; with both unlimited the task goes on until its retention ends.
 */
export function retryWaitMs(
  attempts: number,
  elapsedMs: number,
  law: RetryLaw,
): number | undefined {
  const attemptsUnlimited = law.maxAttempts === -1;
  const durationUnlimited = law.maxRetryDurationMs === 0;
  const attemptsExhausted = attemptsUnlimited || attempts >= law.maxAttempts;
  const durationExhausted = durationUnlimited || elapsedMs >= law.maxRetryDurationMs;
  const unlimited = attemptsUnlimited && durationUnlimited;
  return attemptsExhausted && durationExhausted && !unlimited
    ? undefined
    : backoffMs(attempts, law);
}
