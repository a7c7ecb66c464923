import { setTimeout } from "node:timers/promises";
import type { Clock } from "../time/clock.ts";
import { GoogleError } from "../api/googleError.ts";
import { VirtualClock } from "../time/virtualClock.ts";

/** The age at which every task is gone (google-cloud.md 1.5). */
const RETENTION_MS = 31 * 86_400_000;

/** How often is looked, on the machine's clock. */
const INTERVAL_MS = 5;

/**
 * Resolves once `isIdle`. A virtual clock moves on for it, event by event. Throws FAILED_PRECONDITION where it is
 * not so within `limitMs` of the clock's time.
 */
export async function untilIdle(
  isIdle: () => boolean,
  clock: Clock,
  limitMs = RETENTION_MS,
): Promise<void> {
  const end = clock.now() + limitMs;
  if (clock instanceof VirtualClock) {
    for (;;) {
      await clock.settled();
      if (isIdle()) return;
      const next = clock.nextTime;
      if (next === undefined || next > end) throw notIdle(limitMs);
      await clock.advanceTo(next);
    }
  }
  while (!isIdle()) {
    if (clock.now() > end) throw notIdle(limitMs);
    await setTimeout(INTERVAL_MS);
  }
}

function notIdle(limitMs: number): GoogleError {
  return new GoogleError(
    "FAILED_PRECONDITION",
    `There is still a task on a queue that runs, or a run of a job, after ${limitMs / 1000} s. ` +
      "A longer limit may be given; a schedule or a handler may also make tasks without end.",
  );
}
