import { VirtualClock } from "@background-tasks/cloud/time/virtualClock.ts";

/** How many seconds a virtual clock takes to run so many timers, evenly over a time, that do nothing. */
export async function bareTimers(count: number, spanMs: number): Promise<number> {
  const clock = new VirtualClock(0);
  let run = 0;
  const next = (): void => {
    run += 1;
    if (run < count) clock.at((run * spanMs) / count, next);
  };
  clock.at(0, next);
  const start = performance.now();
  await clock.advance(spanMs);
  return (performance.now() - start) / 1000;
}
