/**
 * How many dispatches a queue of this rate may make at once after a rest. Google sets `maxBurstSize`
 * itself and states no formula; this one agrees with what is known: 500/s has 100, 1/s has 10, and no
 * queue more than 500 (google-cloud.md 3).
 */
export function burstSize(ratePerSecond: number): number {
  return Math.min(MAX_BURST_SIZE, Math.max(MIN_BURST_SIZE, Math.ceil(ratePerSecond / 5)));
}

const MIN_BURST_SIZE = 10;
const MAX_BURST_SIZE = 500;

/**
 * A token bucket, refilled continuously. It holds the time at which it was empty rather than a count, so
 * that the time of its next token is exact and a timer set to it never finds the bucket a hair short.
 */
export class TokenBucket {
  #intervalMs: number;
  #burst: number;
  #emptyTime: number;

  /** A full bucket. */
  constructor(ratePerSecond: number, burst: number, now: number) {
    this.#intervalMs = 1000 / ratePerSecond;
    this.#burst = burst;
    this.#emptyTime = now - burst * this.#intervalMs;
  }

  /** When there is a token to take: it may be in the past. */
  get nextTime(): number {
    return this.#emptyTime + this.#intervalMs;
  }

  /** Takes a token. The caller has seen that `nextTime` has come. */
  take(now: number): void {
    this.#emptyTime = Math.max(this.nextTime, now - (this.#burst - 1) * this.#intervalMs);
  }

  /** Goes on at another rate with the tokens it has. */
  setRate(ratePerSecond: number, burst: number, now: number): void {
    const tokens = Math.min((now - this.#emptyTime) / this.#intervalMs, this.#burst);
    this.#intervalMs = 1000 / ratePerSecond;
    this.#burst = burst;
    this.#emptyTime = now - tokens * this.#intervalMs;
  }
}
