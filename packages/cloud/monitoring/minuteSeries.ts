export const MINUTE_MS = 60_000;

/** How long what was recorded is kept: six hours. Google keeps it for six weeks. */
export const KEPT_MINUTES = 360;

/** A value for each minute in which there was one, by the number of the minute since the epoch. */
export class MinuteSeries<Value> {
  readonly #minutes: number[] = [];
  readonly #values: Value[] = [];

  /** The value of the minute that is under way; `undefined` where it has none yet. */
  at(minute: number): Value | undefined {
    const last = this.#minutes.length - 1;
    return (this.#minutes[last] ?? -1) >= minute ? this.#values[last] : undefined;
  }

  /** Sets the value of the minute that is under way, and drops what is older than is kept. */
  put(minute: number, value: Value): void {
    const last = this.#minutes.length - 1;
    if ((this.#minutes[last] ?? -1) >= minute) {
      this.#values[last] = value;
      return;
    }
    this.#minutes.push(minute);
    this.#values.push(value);
    while ((this.#minutes[0] ?? minute) <= minute - KEPT_MINUTES) {
      this.#minutes.shift();
      this.#values.shift();
    }
  }

  /** The values of the minutes from `first` to `last`, both included, in order. */
  *between(first: number, last: number): Generator<readonly [minute: number, value: Value]> {
    for (const [index, value] of this.#values.entries()) {
      const minute = this.#minutes[index] ?? 0;
      if (minute >= first && minute <= last) yield [minute, value];
    }
  }
}
