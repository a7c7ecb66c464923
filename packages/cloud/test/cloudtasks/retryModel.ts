import type { RetryConfig } from "../../target/retryConfig.ts";

/**
 * Whether a task that has failed is dropped (google-cloud.md 2): both limits must be exhausted. One that is
 * off leaves it to the other; with both off nothing but the retention ends a task.
 */
export function isDropped(attempts: number, elapsedMs: number, config: RetryConfig): boolean {
  const enough = attempts >= config.maxAttempts;
  const late = elapsedMs >= config.maxRetryDurationMs;
  if (config.maxAttempts === -1) return config.maxRetryDurationMs > 0 && late;
  return config.maxRetryDurationMs === 0 ? enough : enough && late;
}

/**
 * The wait before a retry, 1 being the first (google-cloud.md 2): it doubles, and then grows each time by
 * what it has doubled to.
 */
export function waitBeforeRetry(retry: number, config: RetryConfig): number {
  let wait = config.minBackoffMs;
  let step = wait;
  for (let n = 2; n <= retry; n++) {
    wait += n <= config.maxDoublings + 1 ? wait : step;
    if (n <= config.maxDoublings + 1) step = wait;
  }
  return Math.min(wait, config.maxBackoffMs);
}
