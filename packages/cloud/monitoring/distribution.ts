/*
 * The buckets of every distribution here: each is 1.4 times as wide as the one before, from one
 * millisecond to 50 days, which is more than a task lives. Google's own for this metric are not known.
 */
const FINITE_BUCKETS = 66;
const GROWTH = 1.4;
const SCALE = 1;

/** `UPPER_BOUNDS[i]` is where bucket `i` ends, and is not in it. The last bucket has no end. */
const UPPER_BOUNDS = Array.from({ length: FINITE_BUCKETS + 1 }, (_, i) => SCALE * GROWTH ** i);
const LOG_GROWTH = Math.log(GROWTH);

/** How many values there were, and about which. https://cloud.google.com/monitoring/api/ref_v3/rest/v3/TypedValue#Distribution */
export class Distribution {
  #count = 0;
  #mean = 0;
  #squares = 0;
  /** Up to the last one that has a value in it. */
  readonly #buckets: number[] = [];

  get mean(): number {
    return this.#mean;
  }

  add(value: number): void {
    // Welford's method: it does not lose the small deviations of large values.
    const deviation = value - this.#mean;
    this.#count += 1;
    this.#mean += deviation / this.#count;
    this.#squares += deviation * (value - this.#mean);
    this.#addToBucket(bucketOf(value), 1);
  }

  /** The value below which a part of all values is, from 0 to 1: interpolated within its bucket. */
  percentile(part: number): number {
    const wanted = part * this.#count;
    let below = 0;
    for (const [index, count] of this.#buckets.entries()) {
      if (count > 0 && below + count >= wanted) {
        const lower = index === 0 ? 0 : (UPPER_BOUNDS[index - 1] ?? 0);
        const upper = UPPER_BOUNDS[index] ?? lower;
        return lower + ((upper - lower) * (wanted - below)) / count;
      }
      below += count;
    }
    return 0;
  }

  /** In proto3 JSON. */
  toJSON(): object {
    return {
      count: String(this.#count),
      mean: this.#mean,
      sumOfSquaredDeviation: this.#squares,
      bucketOptions: {
        exponentialBuckets: {
          numFiniteBuckets: FINITE_BUCKETS,
          growthFactor: GROWTH,
          scale: SCALE,
        },
      },
      bucketCounts: this.#buckets.map(String),
    };
  }

  /** Adds all values of another. */
  merge(other: Distribution): void {
    const count = this.#count + other.#count;
    if (count === 0) return;
    const apart = other.#mean - this.#mean;
    this.#squares += other.#squares + (apart * apart * this.#count * other.#count) / count;
    this.#mean += (apart * other.#count) / count;
    this.#count = count;
    for (const [index, more] of other.#buckets.entries()) this.#addToBucket(index, more);
  }

  #addToBucket(index: number, count: number): void {
    while (this.#buckets.length <= index) this.#buckets.push(0);
    this.#buckets[index] = (this.#buckets[index] ?? 0) + count;
  }
}

/** All values of several. */
export function sumOf(distributions: readonly Distribution[]): Distribution {
  const sum = new Distribution();
  for (const one of distributions) sum.merge(one);
  return sum;
}

function bucketOf(value: number): number {
  if (value < SCALE) return 0;
  const index = Math.min(Math.floor(Math.log(value / SCALE) / LOG_GROWTH) + 1, FINITE_BUCKETS + 1);
  // A logarithm may be rounded up to that of the bound that the value is just below.
  return value < (UPPER_BOUNDS[index - 1] ?? 0) ? index - 1 : index;
}
