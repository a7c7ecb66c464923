import fc from "fast-check";
import { Distribution, sumOf } from "../../monitoring/distribution.ts";

function distributionOf(...values: number[]): Distribution {
  const distribution = new Distribution();
  for (const value of values) distribution.add(value);
  return distribution;
}

describe("Distribution", () => {
  it("has the count, the mean, the squared deviation and the buckets of its values", () => {
    expect(distributionOf(0, 1, 1.3, 1.4, 6.3).toJSON()).toEqual({
      count: "5",
      mean: 2,
      sumOfSquaredDeviation: expect.closeTo(24.34, 9),
      bucketOptions: {
        exponentialBuckets: { numFiniteBuckets: 66, growthFactor: 1.4, scale: 1 },
      },
      // Below 1; from 1 to 1.4; from there to 1.96; …; from 5.37 to 7.53.
      bucketCounts: ["1", "2", "1", "0", "0", "0", "1"],
    });
  });

  it("puts each value in the bucket that it is within the bounds of", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 66 }), (bucket) => {
        const counts = (value: number) => Object(distributionOf(value).toJSON()).bucketCounts;
        const lower = 1.4 ** (bucket - 1);

        expect(counts(lower)).toHaveLength(bucket + 1);
        expect(counts(lower * (1 - 2 ** -52))).toHaveLength(bucket);
      }),
    );
    expect(Object(distributionOf(1e300).toJSON()).bucketCounts).toHaveLength(68);
  });

  it("is the same from all values at once as from the sum of its parts", () => {
    const values = fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1 });
    fc.assert(
      fc.property(values, values, (some, others) => {
        const sum = Object(sumOf([distributionOf(...some), distributionOf(...others)]).toJSON());
        const all = Object(distributionOf(...some, ...others).toJSON());

        expect(sum.bucketCounts).toEqual(all.bucketCounts);
        expect(sum.count).toBe(all.count);
        expect(Math.abs(sum.mean - all.mean)).toBeLessThanOrEqual(1e-6);
        expect(Math.abs(sum.sumOfSquaredDeviation - all.sumOfSquaredDeviation)).toBeLessThanOrEqual(
          1e-9 * (1 + Number(all.sumOfSquaredDeviation)),
        );
      }),
    );
  });

  it("interpolates a percentile within its bucket", () => {
    // Ninety in the bucket from 0 to 1, ten in the one from 1.4 ** 3 to 1.4 ** 4.
    const distribution = distributionOf(
      ...Array<number>(90).fill(0.5),
      ...Array<number>(10).fill(3),
    );

    expect(distribution.percentile(0.45)).toBeCloseTo(0.5, 9);
    expect(distribution.percentile(0.95)).toBeCloseTo((1.4 ** 3 + 1.4 ** 4) / 2, 9);
  });
});
