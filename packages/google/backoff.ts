import type { JointLimit } from "./jointLimits.ts";

/** The back-off part of a queue's retry settings, in milliseconds. */
export interface Backoff {
  readonly minBackoffMs: number;
  readonly maxBackoffMs: number;
  readonly maxDoublings: number;
}

/**
 * The wait before retry `n` (1 is the first), in milliseconds: it doubles `maxDoublings` times, then
 * grows by a constant step, and never exceeds `maxBackoffMs`. For 10 s, 300 s and 3 doublings: 10, 20,
 * 40, 80, 160, 240, 300, 300 …
 * https://cloud.google.com/tasks/docs/reference/rest/v2/projects.locations.queues#RetryConfig
 */
export function backoffMs(
  n: number,
  { minBackoffMs, maxBackoffMs, maxDoublings }: Backoff,
): number {
  const doublings = Math.min(n - 1, maxDoublings);
  const steps = Math.max(1, n - maxDoublings);
  return Math.min(minBackoffMs * 2 ** doublings * steps, maxBackoffMs);
}

/** The limit that joins settings of a back-off, in Cloud Tasks' words (google-cloud.md 1.8). */
export const BACKOFF_LIMITS: readonly JointLimit<Backoff>[] = [
  {
    joins: ["minBackoffMs", "maxBackoffMs"],
    refusal: ({ minBackoffMs, maxBackoffMs }) =>
      minBackoffMs > maxBackoffMs
        ? "RetryConfig.minBackoff must be less than or equal to RetryConfig.maxBackoff."
        : undefined,
  },
];
