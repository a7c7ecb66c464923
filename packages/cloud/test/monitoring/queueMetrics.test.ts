import { responseCode } from "../../monitoring/queueMetricTypes.ts";
import { after, OTHER, QUEUE, startMetrics } from "./measuredQueues.ts";

const EMAIL = { project_id: "demo", location: "europe-west1", queue_id: "email" };
const SMS = { project_id: "demo", location: "europe-west1", queue_id: "sms" };

// google-cloud.md 8.2
describe("QueueMetrics", () => {
  it("samples the depth of a queue each minute, as it was before the change that follows", () => {
    const depths = new Map([[QUEUE, 3]]);
    const { metrics, series } = startMetrics(depths);

    metrics.catchUp(after(2, 10));
    depths.set(QUEUE, 7);

    expect(series("queue/depth", after(2, 59))).toEqual([
      {
        labels: EMAIL,
        points: [
          [1, 3],
          [2, 3],
        ],
      },
    ]);
    expect(series("queue/depth", after(3))[0]?.points).toEqual([
      [1, 3],
      [2, 3],
      [3, 7],
    ]);
  });

  it("samples the depth before a delivery ends and before a call is counted", () => {
    const depths = new Map([[QUEUE, 2]]);
    const { metrics, series } = startMetrics(depths);

    metrics.delivery(QUEUE, 200, false, 0, after(1, 5));
    depths.set(QUEUE, 1);
    metrics.call(QUEUE, "DeleteTask", 200, after(2, 5));
    depths.set(QUEUE, 0);

    expect(series("queue/depth", after(3))[0]?.points).toEqual([
      [1, 2],
      [2, 1],
      [3, 0],
    ]);
  });

  it("counts the deliveries of each minute by the code of their answers, once the minute is over", () => {
    const { metrics, series } = startMetrics();

    for (const second of [0, 20, 59.9]) metrics.delivery(QUEUE, 200, false, 1, after(0, second));
    metrics.delivery(QUEUE, 500, false, 1, after(0, 30));
    metrics.delivery(QUEUE, 200, false, 1, after(2, 0));

    expect(series("queue/task_attempt_count", after(0, 59.9)).map((one) => one.points)).toEqual([
      [],
      [],
    ]);
    expect(series("queue/task_attempt_count", after(3))).toEqual([
      {
        labels: { ...EMAIL, response_code: responseCode(200) },
        points: [
          [1, 3],
          [3, 1],
        ],
      },
      { labels: { ...EMAIL, response_code: responseCode(500) }, points: [[1, 1]] },
    ]);
  });

  it("counts a delivery that ran out of time apart from one that got no answer", () => {
    const { metrics, series } = startMetrics();

    metrics.delivery(QUEUE, 0, true, 1, after(0));
    metrics.delivery(QUEUE, 0, false, 1, after(0));

    expect(series("queue/task_attempt_count", after(1)).map((one) => one.points)).toEqual([
      [[1, 1]],
      [[1, 1]],
    ]);
  });

  it("measures how late the deliveries of each minute began, in milliseconds", () => {
    const { metrics, series } = startMetrics();

    metrics.delivery(QUEUE, 200, false, 1, after(0, 1));
    metrics.delivery(QUEUE, 500, false, 3, after(0, 2));
    metrics.delivery(QUEUE, 200, false, 300_000, after(1, 1));

    const [delays] = series("queue/task_attempt_delays", after(2));
    expect(delays?.labels).toEqual(EMAIL);
    expect(delays?.points).toMatchObject([
      [1, { count: "2", mean: 2, sumOfSquaredDeviation: 2 }],
      [2, { count: "1", mean: 300_000, sumOfSquaredDeviation: 0 }],
    ]);
  });

  it("counts calls by method and answer, of queues that are there", () => {
    const { metrics, series } = startMetrics();

    metrics.call(QUEUE, "CreateTask", 200, after(0));
    metrics.call(QUEUE, "CreateTask", 200, after(0));
    metrics.call(QUEUE, "CreateTask", 409, after(0));
    metrics.call(QUEUE, "GetTask", 200, after(1));
    metrics.call(OTHER, "CreateTask", 404, after(0));

    expect(series("api/request_count", after(2))).toEqual([
      {
        labels: { ...EMAIL, api_method: "CreateTask", response_code: responseCode(200) },
        points: [[1, 2]],
      },
      {
        labels: { ...EMAIL, api_method: "CreateTask", response_code: responseCode(409) },
        points: [[1, 1]],
      },
      {
        labels: { ...EMAIL, api_method: "GetTask", response_code: responseCode(200) },
        points: [[2, 1]],
      },
    ]);
  });

  it("keeps six hours, however far a clock jumps", () => {
    const { series } = startMetrics(new Map([[QUEUE, 1]]));

    const week = 7 * 24 * 60;
    const points = series("queue/depth", after(week))[0]!.points;

    expect([points.length, points[0], points.at(-1)]).toEqual([360, [week - 359, 1], [week, 1]]);
  });

  it("shows what was recorded until it is six hours old", () => {
    const { metrics, series } = startMetrics();

    metrics.delivery(QUEUE, 200, false, 0, after(0));

    expect(series("queue/task_attempt_count", after(360, 59))[0]?.points).toEqual([[1, 1]]);
    expect(series("queue/task_attempt_count", after(361))[0]?.points).toEqual([]);
  });

  it("ends the series of a queue that is deleted, and forgets it when they are old", () => {
    const depths = new Map([
      [QUEUE, 1],
      [OTHER, 2],
    ]);
    const { metrics, series } = startMetrics(depths);

    metrics.catchUp(after(2));
    depths.delete(QUEUE);

    expect(series("queue/depth", after(3))).toEqual([
      {
        labels: EMAIL,
        points: [
          [1, 1],
          [2, 1],
        ],
      },
      {
        labels: SMS,
        points: [
          [1, 2],
          [2, 2],
          [3, 2],
        ],
      },
    ]);
    expect(series("queue/depth", after(362)).map(({ labels }) => labels)).toEqual([SMS]);
  });
});
