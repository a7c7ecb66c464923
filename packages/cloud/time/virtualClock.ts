import type { Activity } from "./activity.ts";
import type { Clock, Timer } from "./clock.ts";
import { DueHeap, type Due } from "./dueHeap.ts";

/** A clock that stands still until it is told to move. Timers run in exact order of their times. */
export class VirtualClock implements Clock {
  #now: number;
  #sequence = 0;
  readonly #timers = new DueHeap<VirtualTimer>();
  readonly #activity: Activity | undefined;

  /** It stands still while something in `activity` is under way, which takes none of its time. */
  constructor(start: number, activity?: Activity) {
    this.#now = start;
    this.#activity = activity;
  }

  now(): number {
    return this.#now;
  }

  at(time: number, run: () => void): Timer {
    const timer: VirtualTimer = {
      dueTime: Math.max(time, this.#now),
      sequence: this.#sequence++,
      heapIndex: -1,
      run,
    };
    this.#timers.add(timer);
    return {
      cancel: () => {
        this.#timers.remove(timer);
      },
    };
  }

  /** When the next timer is due. */
  get nextTime(): number | undefined {
    return this.#timers.peek()?.dueTime;
  }

  /** Moves on by so many milliseconds, running what falls due on the way. */
  async advance(ms: number): Promise<void> {
    await this.advanceTo(this.#now + ms);
  }

  /** Moves on to a time. What timers set going is awaited before the clock moves further. */
  async advanceTo(end: number): Promise<void> {
    await this.settled();
    for (let timer = this.#timers.peek(); timer !== undefined; timer = this.#timers.peek()) {
      if (timer.dueTime > end) break;
      if (timer.dueTime > this.#now) this.#now = timer.dueTime;
      this.#timers.remove(timer);
      timer.run();
      const next = this.nextTime;
      // Timers of the same instant belong together; what they began ends before time passes.
      if (next === undefined || next > this.#now) await this.settled();
    }
    this.#now = Math.max(this.#now, end);
  }

  /** Resolves once nothing more happens without time passing. */
  async settled(): Promise<void> {
    await promisesSettled();
    while (this.#activity?.isBusy) {
      await this.#activity.quiet();
      await promisesSettled();
    }
  }
}

interface VirtualTimer extends Due {
  readonly run: () => void;
}

/** Resolves once every promise that can go on without a timer or the network has done so. */
function promisesSettled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
