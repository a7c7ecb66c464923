import { Distribution } from "../../monitoring/distribution.ts";
import { reduce, REDUCERS } from "../../monitoring/reduce.ts";
import type { SeriesSet, Value } from "../../monitoring/timeSeries.ts";

function seriesOf(queue: string, code: string, ...points: [end: number, value: Value][]) {
  return {
    resourceType: "cloud_tasks_queue",
    metricLabels: { response_code: code },
    resourceLabels: { project_id: "demo", location: "europe-west1", queue_id: queue },
    points: points.map(([end, value]) => ({ end, value })),
  };
}

const COUNTS: SeriesSet = {
  metric: "m",
  kind: "DELTA",
  valueType: "INT64",
  unit: "1",
  periodMs: 1,
  series: [
    seriesOf("email", "A", [1, 2], [3, 4]),
    seriesOf("email", "B", [1, 8]),
    seriesOf("sms", "A", [1, 6], [2, 5]),
  ],
};

function reduced(name: string, groupBy: readonly string[] = [], set = COUNTS): SeriesSet {
  return reduce(set, { name, reducer: REDUCERS[name]!, groupBy });
}

describe("Reduction", () => {
  it.each([
    { name: "REDUCE_SUM", values: [16, 5, 4], type: ["DELTA", "INT64"] },
    { name: "REDUCE_MIN", values: [2, 5, 4], type: ["DELTA", "INT64"] },
    { name: "REDUCE_MAX", values: [8, 5, 4], type: ["DELTA", "INT64"] },
    { name: "REDUCE_MEAN", values: [16 / 3, 5, 4], type: ["GAUGE", "DOUBLE"] },
    { name: "REDUCE_COUNT", values: [3, 1, 1], type: ["GAUGE", "INT64"] },
  ])("makes one series of all with $name", ({ name, values, type }) => {
    const { kind, valueType, series } = reduced(name);

    expect([kind, valueType]).toEqual(type);
    expect(series).toEqual([
      {
        resourceType: "cloud_tasks_queue",
        metricLabels: {},
        resourceLabels: { project_id: "demo" },
        points: values.map((value, index) => ({ end: index + 1, value })),
      },
    ]);
  });

  it("makes one series of each group, which keeps the labels that it is grouped by", () => {
    const byQueue = reduced("REDUCE_SUM", ["resource.labels.queue_id"]).series;
    expect(byQueue).toEqual([
      {
        resourceType: "cloud_tasks_queue",
        metricLabels: {},
        resourceLabels: { project_id: "demo", queue_id: "email" },
        points: [
          { end: 1, value: 10 },
          { end: 3, value: 4 },
        ],
      },
      {
        resourceType: "cloud_tasks_queue",
        metricLabels: {},
        resourceLabels: { project_id: "demo", queue_id: "sms" },
        points: [
          { end: 1, value: 6 },
          { end: 2, value: 5 },
        ],
      },
    ]);

    const byCode = reduced("REDUCE_SUM", ["metric.labels.response_code"]).series;
    expect(byCode.map(({ metricLabels }) => metricLabels)).toEqual([
      { response_code: "A" },
      { response_code: "B" },
    ]);
  });

  it("sums, counts and averages distributions, and refuses the rest for them", () => {
    const delays = (...values: number[]): Distribution => {
      const distribution = new Distribution();
      for (const value of values) distribution.add(value);
      return distribution;
    };
    const set: SeriesSet = {
      ...COUNTS,
      valueType: "DISTRIBUTION",
      series: [seriesOf("a", "", [1, delays(1, 2)]), seriesOf("b", "", [1, delays(6)])],
    };
    const valueOf = (name: string): unknown => reduced(name, [], set).series[0]?.points[0]?.value;

    expect(JSON.parse(JSON.stringify(valueOf("REDUCE_SUM")))).toMatchObject({
      count: "3",
      mean: 3,
      sumOfSquaredDeviation: 14,
    });
    expect(valueOf("REDUCE_COUNT")).toBe(2);
    expect(valueOf("REDUCE_MEAN")).toBe(3);
    expect(() => valueOf("REDUCE_MAX")).toThrow(
      'Field aggregation.crossSeriesReducer had an invalid value of "REDUCE_MAX": The reducer cannot be applied to metrics with kind DELTA and value type DISTRIBUTION.',
    );
  });
});
