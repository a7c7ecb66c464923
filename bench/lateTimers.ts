import { setTimeout as wait } from "node:timers/promises";

/** By how many milliseconds timers at an even rate are late in this process, which then does nothing else. */
export async function lateTimers(count: number, perSecond: number): Promise<number[]> {
  const first = performance.now() + 100;
  return Promise.all(
    Array.from({ length: count }, async (_, n) => {
      const due = first + (n * 1000) / perSecond;
      await wait(Math.ceil(due - performance.now()));
      return performance.now() - due;
    }),
  );
}
