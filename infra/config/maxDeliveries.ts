import { backoffMs, type Backoff } from "@background-tasks/google/backoff.ts";
import type { Duration, RetryConfig } from "../../tasks/contract/contract.ts";
import { knownDurationMs } from "../../tasks/contract/duration.ts";

/** The most deliveries that a task may be given: one that crashes the worker repeats that often. */
export const MAX_DELIVERIES = 1000;

/** Deliveries beyond the budget of failed attempts, always: those that are nobody's fault take none of it. */
export const SPARE_DELIVERIES = 5;

/**
 * After how many deliveries the worker ends a task whose handler never did: the smallest number that leaves
 * `SPARE_DELIVERIES` beyond the budget and whose waits add up to at least the outage window. Returns
 * `undefined` where that would be more than `MAX_DELIVERIES`.
 */
export function maxDeliveries(
  budget: number,
  backoff: Backoff,
  outageWindowMs: number,
): number | undefined {
  let waitedMs = 0;
  for (let deliveries = 1; deliveries <= MAX_DELIVERIES; deliveries += 1) {
    if (deliveries >= budget + SPARE_DELIVERIES && waitedMs >= outageWindowMs) return deliveries;
    // The wait between this delivery and the next.
    waitedMs += backoffMs(deliveries, backoff);
  }
  return undefined;
}

/** `maxDeliveries` of a queue; where there would be too many, 0 and a problem that begins with `place`. */
export function deliveriesOf(
  place: string,
  { maxAttempts, minBackoff, maxBackoff, maxDoublings }: RetryConfig,
  outageWindow: Duration,
  problems: string[],
): number {
  const backoff: Backoff = {
    minBackoffMs: knownDurationMs(minBackoff),
    maxBackoffMs: knownDurationMs(maxBackoff),
    maxDoublings,
  };
  const deliveries = maxDeliveries(maxAttempts, backoff, knownDurationMs(outageWindow));
  if (deliveries !== undefined) return deliveries;
  problems.push(
    `${place} backs off from '${minBackoff}' to '${maxBackoff}' in ${maxDoublings} ` +
      `doublings, so that to last through 'outageWindow', '${outageWindow}', takes more than ${MAX_DELIVERIES} ` +
      "deliveries; a task that crashes the worker would repeat that often. Raise 'maxBackoff' or " +
      "'maxDoublings', or lower 'outageWindow'.",
  );
  return 0;
}
