import { LogMetrics, type LogMetric } from "../../monitoring/logMetrics.ts";
import { after } from "./measuredQueues.ts";

const METRIC: LogMetric = {
  name: "ended",
  valueType: "INT64",
  unit: "1",
  displayName: "",
  description: "",
  labels: {},
};

describe("The points of a log-based metric", () => {
  it("hold what came in their minute, though it is counted once they are read", () => {
    const waiting = [after(0, 59), after(1), after(1, 59)];
    const metrics: LogMetrics = new LogMetrics(
      () => [METRIC],
      () => {
        for (const time of waiting.splice(0)) {
          metrics.count("ended", { type: "global", labels: {} }, {}, undefined, time);
        }
      },
    );
    const [type] = metrics.types();

    const { series } = metrics.read(type!, after(2));

    expect(series.map(({ points }) => points)).toEqual([
      [
        { end: after(1), value: 1 },
        { end: after(2), value: 2 },
      ],
    ]);
  });
});

describe("The series of a log-based metric", () => {
  const resource = { type: "global", labels: {} };
  const seriesOf = (metrics: LogMetrics) => {
    const [type] = metrics.types();
    return metrics
      .read(type!, after(1))
      .series.map(({ metricLabels, points }) => [metricLabels, points.map(({ value }) => value)]);
  };

  it("are told apart by their labels, whatever is in them", () => {
    const metrics = new LogMetrics(
      () => [METRIC],
      () => undefined,
    );
    const labels = [
      { a: "1\u0000b\u00002", b: "3" },
      { a: "1", b: "2\u0000b\u00003" },
    ];

    for (const one of [...labels, ...labels])
      metrics.count("ended", resource, one, undefined, after(0));

    expect(seriesOf(metrics)).toEqual(labels.map((one) => [one, [2]]).toReversed());
  });

  it("are the newest 30,000: one that was given up begins again", () => {
    const metrics = new LogMetrics(
      () => [METRIC],
      () => undefined,
    );
    const count = (n: number): void => {
      metrics.count("ended", resource, { n: String(n) }, undefined, after(0));
    };
    for (let n = 0; n <= 30_000; n += 1) count(n);
    count(0);

    const series = seriesOf(metrics);

    expect(series).toHaveLength(30_000);
    expect(series[0]).toEqual([{ n: "0" }, [1]]);
  });
});
