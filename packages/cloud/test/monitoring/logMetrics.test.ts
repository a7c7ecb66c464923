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
