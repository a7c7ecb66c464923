import { setTimeout as wait } from "node:timers/promises";

/** Waiting that ends early when the command is told to end, so that it can undo what it has done. */
export interface Foreground {
  /** Resolves after so many milliseconds of the wall clock, or at once when the command is told to end. */
  readonly sleep: (ms: number) => Promise<void>;
  readonly isInterrupted: () => boolean;
}

/** A laptop that was asleep wakes up late: the clock is looked at this often. */
const LOOK_MS = 5000;

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** A foreground, and what tells it to end. */
export function interruptible(): Foreground & { readonly interrupt: () => void } {
  const stop = new AbortController();
  return {
    interrupt() {
      stop.abort();
    },
    isInterrupted: () => stop.signal.aborted,
    async sleep(ms) {
      const end = Date.now() + ms;
      while (Date.now() < end && !stop.signal.aborted) {
        const step = Math.min(LOOK_MS, end - Date.now());
        await wait(step, undefined, { signal: stop.signal }).catch(() => undefined);
      }
    },
  };
}

/** Does what may be interrupted. While it lasts, a signal ends its waiting and not the process. */
export async function foreground<Result>(
  act: (ground: Foreground) => Promise<Result>,
): Promise<Result> {
  const ground = interruptible();
  for (const signal of SIGNALS) process.on(signal, ground.interrupt);
  try {
    return await act(ground);
  } finally {
    for (const signal of SIGNALS) process.off(signal, ground.interrupt);
  }
}
