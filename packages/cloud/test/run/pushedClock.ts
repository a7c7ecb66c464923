import { systemClock, type Clock, type Timer } from "../../time/clock.ts";

/** The machine's clock, which a test pushes on: containers take the time they take, and nobody waits for the rest. */
export class PushedClock implements Clock {
  #ahead = 0;
  readonly #timers = new Set<{ time: number; run: () => void; timer: Timer }>();

  now(): number {
    return systemClock.now() + this.#ahead;
  }

  at(time: number, run: () => void): Timer {
    const entry = {
      time,
      run: () => {
        this.#timers.delete(entry);
        run();
      },
      timer: NEVER,
    };
    this.#timers.add(entry);
    entry.timer = systemClock.at(time - this.#ahead, entry.run);
    return {
      cancel: () => {
        this.#timers.delete(entry);
        entry.timer.cancel();
      },
    };
  }

  /** Moves on by so many milliseconds at once. */
  push(ms: number): void {
    this.#ahead += ms;
    for (const entry of this.#timers) {
      entry.timer.cancel();
      entry.timer = systemClock.at(entry.time - this.#ahead, entry.run);
    }
  }

  /** Moves on, a second at a time, until a promise is settled. Resolves to its value. */
  async pushUntil<Value>(promise: Promise<Value>): Promise<Value> {
    const pushing = setInterval(() => {
      this.push(1_000);
    }, 5);
    try {
      return await promise;
    } finally {
      clearInterval(pushing);
    }
  }
}

const NEVER: Timer = { cancel: () => undefined };
