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
    let immediate: NodeJS.Immediate | undefined;
    const fire = (): void => {
      const left = time - systemClock.now();
      // A timer may fire a fraction early, and cannot be set further than 24.8 days ahead.
      if (left <= 0) run();
      // A timer of Node's comes a whole millisecond later, at the earliest.
      else if (left < 1) immediate = setImmediate(fire);
      else timeout = setTimeout(fire, Math.min(left, MAX_TIMEOUT_MS)).unref();
    };
    let timeout = setTimeout(fire, Math.min(Math.max(0, time - systemClock.now()), MAX_TIMEOUT_MS));
    timeout.unref();
    return {
      cancel: () => {
        clearTimeout(timeout);
        clearImmediate(immediate);
      },
    };
  },
};

const MAX_TIMEOUT_MS = 2 ** 31 - 1;
