import { align } from "../../monitoring/align.ts";
import { ALIGNERS } from "../../monitoring/aligners.ts";
import { Distribution } from "../../monitoring/distribution.ts";
import type { MetricKind, Value, ValueType } from "../../monitoring/timeSeries.ts";

const MINUTE = 60_000;

/** One series with points at these minutes, aligned by three minutes to the end of the tenth. */
function alignOne(
  name: string,
  points: readonly (readonly [minute: number, value: Value])[],
  kind: MetricKind = "DELTA",
  valueType: ValueType = "INT64",
) {
  const set = {
    metric: "m",
    kind,
    valueType,
    unit: "1",
    periodMs: MINUTE,
    series: [
      {
        resourceType: "cloud_tasks_queue",
        metricLabels: {},
        resourceLabels: {},
        points: points.map(([minute, value]) => ({ end: minute * MINUTE, value })),
      },
    ],
  };
  const result = align(set, {
    name,
    aligner: ALIGNERS[name]!,
    periodMs: 3 * MINUTE,
    startTime: MINUTE,
    endTime: 10 * MINUTE,
  });
  return {
    ...result,
    points: result.series[0]!.points.map(({ end, value }) => [end / MINUTE, value]),
  };
}

function delays(...values: number[]): Distribution {
  const distribution = new Distribution();
  for (const value of values) distribution.add(value);
  return distribution;
}

describe("Alignment", () => {
  it.each([
    { name: "ALIGN_DELTA", value: 9, kind: "DELTA", valueType: "INT64", unit: "1" },
    { name: "ALIGN_RATE", value: 0.05, kind: "GAUGE", valueType: "DOUBLE", unit: "1/s" },
    { name: "ALIGN_SUM", value: 9, kind: "DELTA", valueType: "INT64", unit: "1" },
    { name: "ALIGN_MIN", value: 1, kind: "GAUGE", valueType: "INT64", unit: "1" },
    { name: "ALIGN_MAX", value: 6, kind: "GAUGE", valueType: "INT64", unit: "1" },
    { name: "ALIGN_MEAN", value: 3, kind: "GAUGE", valueType: "DOUBLE", unit: "1" },
    { name: "ALIGN_COUNT", value: 3, kind: "GAUGE", valueType: "INT64", unit: "1" },
  ])("makes one value of a period with $name", ({ name, value, ...type }) => {
    const aligned = alignOne(name, [
      [8, 6],
      [9, 2],
      [10, 1],
    ]);

    expect(aligned).toMatchObject({ ...type, periodMs: 3 * MINUTE, points: [[10, value]] });
  });

  it("counts the periods back from the end of the interval, and shows those that end within it", () => {
    const points = [1, 2, 4, 5, 7, 8, 11].map((minute) => [minute, minute] as const);

    // Up to 1, which is no later than the start; 2 to 4; 5 to 7; 8 to 10.
    expect(alignOne("ALIGN_SUM", points).points).toEqual([
      [4, 6],
      [7, 12],
      [10, 8],
    ]);
  });

  it.each([
    { name: "ALIGN_DELTA", between: [[7, 0]] },
    { name: "ALIGN_RATE", between: [[7, 0]] },
    { name: "ALIGN_SUM", between: [] },
    { name: "ALIGN_MAX", between: [] },
  ])("gives periods without values between others $between with $name", ({ name, between }) => {
    const aligned = alignOne(name, [
      [4, 180],
      [10, 180],
    ]).points;

    expect(aligned.slice(1, -1)).toEqual(between);
  });

  it("sums distributions, and takes their percentiles", () => {
    const points = [
      [9, delays(2, 2, 2)],
      [10, delays(50)],
    ] as const;

    const sum = alignOne("ALIGN_SUM", points, "DELTA", "DISTRIBUTION");
    expect(sum).toMatchObject({ kind: "DELTA", valueType: "DISTRIBUTION" });
    expect(JSON.parse(JSON.stringify(sum.points))).toMatchObject([
      [10, { count: "4", mean: 14, sumOfSquaredDeviation: 1728 }],
    ]);
    const median = alignOne("ALIGN_PERCENTILE_50", points, "DELTA", "DISTRIBUTION");
    expect(median).toMatchObject({ kind: "GAUGE", valueType: "DOUBLE" });
    // Two thirds of the bucket that ends at 1.4 ** 3.
    expect(median.points).toEqual([[10, expect.closeTo(1.96 + (2 / 3) * (2.744 - 1.96), 9)]]);
    const high = ["05", "95", "99"].map(
      (part) => alignOne(`ALIGN_PERCENTILE_${part}`, points, "DELTA", "DISTRIBUTION").points,
    );
    expect(high).toEqual([
      [[10, expect.closeTo(1.96 + (0.2 / 3) * (2.744 - 1.96), 9)]],
      [[10, expect.closeTo(1.4 ** 11 + 0.8 * (1.4 ** 12 - 1.4 ** 11), 9)]],
      [[10, expect.closeTo(1.4 ** 11 + 0.96 * (1.4 ** 12 - 1.4 ** 11), 9)]],
    ]);
  });

  it.each([
    { name: "ALIGN_MEAN", kind: "DELTA", valueType: "DISTRIBUTION" },
    { name: "ALIGN_RATE", kind: "DELTA", valueType: "DISTRIBUTION" },
    { name: "ALIGN_PERCENTILE_99", kind: "GAUGE", valueType: "INT64" },
    { name: "ALIGN_DELTA", kind: "GAUGE", valueType: "INT64" },
    { name: "ALIGN_RATE", kind: "GAUGE", valueType: "INT64" },
  ] as const)("refuses $name for $kind $valueType", ({ name, kind, valueType }) => {
    expect(() => alignOne(name, [], kind, valueType)).toThrow(
      `Field aggregation.perSeriesAligner had an invalid value of "${name}": The aligner cannot be applied to metrics with kind ${kind} and value type ${valueType}.`,
    );
  });
});
