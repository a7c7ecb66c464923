const SECONDS = 60;

/** Counts what happened within the last minute, to the second, in the space of sixty numbers. */
export class MinuteCount {
  readonly #counts: number[] = [];
  #second = 0;

  add(now: number): void {
    const slot = this.#forward(now);
    this.#counts[slot] = (this.#counts[slot] ?? 0) + 1;
  }

  at(now: number): number {
    this.#forward(now);
    return this.#counts.reduce((sum, count) => sum + count, 0);
  }

  /** Empties the slots of the seconds that have passed. Returns the slot of this one. */
  #forward(now: number): number {
    const second = Math.floor(now / 1000);
    for (let s = Math.max(this.#second + 1, second - SECONDS + 1); s <= second; s++) {
      this.#counts[s % SECONDS] = 0;
    }
    this.#second = Math.max(this.#second, second);
    return this.#second % SECONDS;
  }
}
