import { backoffMs, type Backoff } from "@background-tasks/google/backoff.ts";

/** The `retryConfig` of a queue, a task or a job, in numbers and with Google's defaults put in. */
export interface RetryConfig extends Backoff {
  /** Google's word: the deliveries of a task, or the attempts of a job's run, the first included. -1 is unlimited. */
  readonly maxAttempts: number;
  /** Counted from the first of them. 0 is unlimited. */
  readonly maxRetryDurationMs: number;
}

/**
 * The wait before a task or a run that has failed is tried again, or `undefined` where it is dropped: when
 * both limits are exhausted (google-cloud.md 2). An unlimited one counts as exhausted, so that the other
 * decides alone; with both unlimited the task goes on until its retention ends.
 */
export function retryWaitMs(
  attempts: number,
  elapsedMs: number,
  config: RetryConfig,
): number | undefined {
  const attemptsUnlimited = config.maxAttempts === -1;
  const durationUnlimited = config.maxRetryDurationMs === 0;
  const attemptsExhausted = attemptsUnlimited || attempts >= config.maxAttempts;
  const durationExhausted = durationUnlimited || elapsedMs >= config.maxRetryDurationMs;
  const unlimited = attemptsUnlimited && durationUnlimited;
  return attemptsExhausted && durationExhausted && !unlimited
    ? undefined
    : backoffMs(attempts, config);
}
