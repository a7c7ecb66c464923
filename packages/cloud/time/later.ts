import type { Clock } from "./clock.ts";

/** Resolves so many milliseconds later, by the clock. Rejects once nobody waits for it. */
export function later(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = clock.at(clock.now() + ms, resolve);
    signal?.addEventListener("abort", () => {
      timer.cancel();
      reject(new Error("Nobody waits any longer."));
    });
  });
}
