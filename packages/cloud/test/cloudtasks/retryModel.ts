import type { RetryLaw } from "../../target/retryLaw.ts";

/**
 * Whether a task that has failed is dropped (google-cloud.md 2): both limits must be exhausted. One that is
 * off leaves it to the other; with both off nothing but the retention ends a task.
 */
export function isGivenUp(attempts: number, elapsedMs: number, law: RetryLaw): boolean {
  const enough = attempts >= law.maxAttempts;
  const late = elapsedMs >= law.maxRetryDurationMs;
  if (law.maxAttempts === -1) return law.maxRetryDurationMs > 0 && late;
  return law.maxRetryDurationMs === 0 ? enough : enough && late;
}

/**
 * The wait before a retry, 1 being the first (google-cloud.md 2): it doubles, and then grows each time by
 * what it has doubled to.
 */
export function waitBeforeRetry(retry: number, law: RetryLaw): number {
  let wait = law.minBackoffMs;
  let step = wait;
  for (let n = 2; n <= retry; n++) {
    wait += n <= law.maxDoublings + 1 ? wait : step;
    if (n <= law.maxDoublings + 1) step = wait;
  }
  return Math.min(wait, law.maxBackoffMs);
}
