import assert from "node:assert/strict";

/**
 * Holds a queue's dispatches to the inequality of google-cloud.md 3: in any window they are at most the burst
 * and what the rate adds meanwhile. It knows nothing of buckets.
 */
export class DispatchWindows {
  readonly #dispatches: { readonly burst: number; readonly added: number }[] = [];
  #added = 0;

  /** Time passes at a rate. */
  pass(ms: number, ratePerSecond: number): void {
    this.#added += (ms * ratePerSecond) / 1000;
  }

  /** Records dispatches of this moment. Throws where a window that ends with them holds too many. */
  add(count: number, burst: number): void {
    const dispatches = this.#dispatches;
    for (let i = 0; i < count; i++) dispatches.push({ burst, added: this.#added });
    for (const [from, first] of dispatches.entries()) {
      const held = dispatches.length - from;
      const most = first.burst + this.#added - first.added;
      assert(held <= most + ROUNDING, `${held} dispatches in a window that allows ${most}.`);
    }
  }
}

/**
 * What sums of times that are no whole milliseconds may be wrong by, in dispatches: some 1e-4 ms at each step
 * of a time in our days, at up to half a dispatch a millisecond.
 */
const ROUNDING = 1e-2;
