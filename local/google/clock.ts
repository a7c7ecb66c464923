/** Something to happen later. */
export interface Timer {
  cancel(): void;
}

/** Where the local cloud's time comes from. Times are milliseconds since the epoch, with fractions. */
export interface Clock {
  now(): number;
  /** Calls `run` once, at `time` or as soon after it as can be. */
  at(time: number, run: () => void): Timer;
}

/** The machine's time. Its timers do not keep the process alive. */
export const systemClock: Clock = {
  now: () => performance.timeOrigin + performance.now(),
  at(time, run) {
    const fire = (): void => {
      const left = time - systemClock.now();
      // A timer may fire a fraction early, and cannot be set further than 24.8 days ahead.
      if (left <= 0) run();
      else timeout = setTimeout(fire, Math.min(left, MAX_TIMEOUT_MS)).unref();
    };
    let timeout = setTimeout(fire, Math.min(Math.max(0, time - systemClock.now()), MAX_TIMEOUT_MS));
    timeout.unref();
    return {
      cancel: () => {
        clearTimeout(timeout);
      },
    };
  },
};

const MAX_TIMEOUT_MS = 2 ** 31 - 1;
