import { createMonitoring } from "../../monitoring/monitoring.ts";
import { authorityRefusing, localApi, serviceOptions } from "../support/localApi.ts";
import { after, OTHER, QUEUE, startMetrics, unwatched } from "./measuredQueues.ts";
import { readAsGoogle } from "./monitoringProtos.ts";

const ATTEMPTS = "cloudtasks.googleapis.com/queue/task_attempt_count";
const DEPTH = "cloudtasks.googleapis.com/queue/depth";
const DELAYS = "cloudtasks.googleapis.com/queue/task_attempt_delays";

function start(settings: Parameters<typeof localApi>[1] = {}) {
  const options = serviceOptions();
  const { metrics } = startMetrics(
    new Map([
      [QUEUE, 2],
      [OTHER, 5],
    ]),
  );
  const api = localApi(
    createMonitoring({ ...options, ...unwatched, metrics: [metrics] }).methods,
    settings,
  );
  return { ...options, ...api, metrics };
}

/** `GET …/timeSeries` with these parameters, over the ten minutes from `NOW` on. */
function list(parameters: Readonly<Record<string, string | string[]>>): string {
  const query = new URLSearchParams({
    "interval.startTime": "2026-11-24T12:00:00Z",
    "interval.endTime": "2026-11-24T12:10:00Z",
  });
  for (const [name, value] of Object.entries(parameters)) {
    query.delete(name);
    for (const one of [value].flat()) query.append(name, one);
  }
  return `GET /v3/projects/demo/timeSeries?${query.toString()}`;
}

function metric(type: string, more = ""): string {
  return `metric.type = "${type}" ${more}`;
}

const RESOURCE = {
  type: "cloud_tasks_queue",
  labels: { project_id: "demo", location: "europe-west1", queue_id: "email" },
};

// google-cloud.md 8.2
describe("ListTimeSeries", () => {
  it("shows the points of a gauge, the newest first", async () => {
    const { ok, clock } = start();
    await clock.advanceTo(after(2));

    const answer = await ok(
      list({ filter: metric(DEPTH, 'AND resource.labels.queue_id="email"') }),
    );

    const at = (time: string) => ({ startTime: time, endTime: time });
    expect(answer).toEqual({
      timeSeries: [
        {
          metric: { type: DEPTH },
          resource: RESOURCE,
          metricKind: "GAUGE",
          valueType: "INT64",
          points: [
            { interval: at("2026-11-24T12:02:00Z"), value: { int64Value: "2" } },
            { interval: at("2026-11-24T12:01:00Z"), value: { int64Value: "2" } },
          ],
        },
      ],
      unit: "1",
    });
  });

  it("shows what a delta counted in each of its minutes", async () => {
    const { ok, clock, metrics } = start();
    metrics.delivery(QUEUE, 200, false, 1, after(0, 30));
    metrics.delivery(QUEUE, 500, false, 1, after(0, 30));
    await clock.advanceTo(after(2));

    const filter = `${metric(ATTEMPTS)} AND metric.labels.response_code = monitoring.regex.full_match("(OK|2..)")`;
    const [series, ...others] = (await ok(list({ filter }))).timeSeries;

    expect(others).toEqual([]);
    expect(series).toMatchObject({
      resource: RESOURCE,
      metricKind: "DELTA",
      points: [
        {
          interval: { startTime: "2026-11-24T12:00:00Z", endTime: "2026-11-24T12:01:00Z" },
          value: { int64Value: "1" },
        },
      ],
    });
  });

  it("shows the points after the start of the interval, up to its end", async () => {
    const { ok, clock } = start();
    await clock.advanceTo(after(9));
    const shown = async (startTime: string, endTime: string): Promise<number[]> => {
      const filter = metric(DEPTH, 'AND resource.label.queue_id = "email"');
      const interval = { "interval.start_time": startTime, "interval.endTime": endTime };
      const answer = await ok(list({ filter, "interval.startTime": [], ...interval }));
      return (answer.timeSeries ?? []).map(({ points }: { points: unknown[] }) => points.length);
    };

    expect(await shown("2026-11-24T12:02:00Z", "2026-11-24T12:05:00Z")).toEqual([3]);
    expect(await shown("2026-11-24T13:02:00+01:00", "2026-11-24T12:02:59.9Z")).toEqual([]);
    expect(await shown("2026-11-24T12:02:00Z", "2026-11-24T12:02:00Z")).toEqual([1]);
  });

  it("aligns and reduces, by the names or the numbers of the enums", async () => {
    const { ok, clock } = start();
    await clock.advanceTo(after(10));

    const byName = await ok(
      list({
        filter: metric(DEPTH),
        "aggregation.alignmentPeriod": "300s",
        "aggregation.perSeriesAligner": "ALIGN_MAX",
        "aggregation.crossSeriesReducer": "REDUCE_SUM",
        "aggregation.groupByFields": ["resource.label.location", "metric.type"],
      }),
    );
    const byNumber = await ok(
      list({
        filter: metric(DEPTH),
        "aggregation.alignmentPeriod": "300s",
        "aggregation.perSeriesAligner": "11",
        "aggregation.crossSeriesReducer": "4",
        "aggregation.groupByFields": ["resource.labels.location"],
      }),
    );

    const point = (time: string) => ({
      interval: { startTime: time, endTime: time },
      value: { int64Value: "7" },
    });
    expect(byName.timeSeries).toEqual([
      {
        metric: { type: DEPTH },
        resource: {
          type: "cloud_tasks_queue",
          labels: { project_id: "demo", location: "europe-west1" },
        },
        metricKind: "GAUGE",
        valueType: "INT64",
        points: [point("2026-11-24T12:10:00Z"), point("2026-11-24T12:05:00Z")],
      },
    ]);
    expect(byNumber).toEqual(byName);
  });

  it("is read by Google's definitions as it was meant", async () => {
    const { ok, clock, metrics } = start();
    metrics.delivery(QUEUE, 200, false, 3, after(0, 30));
    await clock.advanceTo(after(1));
    const type = "google.monitoring.v3.ListTimeSeriesResponse";

    const delays = await ok(list({ filter: metric(DELAYS) }));
    const p99 = {
      "aggregation.alignmentPeriod": "60s",
      "aggregation.perSeriesAligner": "ALIGN_PERCENTILE_99",
    };
    const percentile = await ok(list({ filter: metric(DELAYS), ...p99 }));

    expect(readAsGoogle(type, delays)).toMatchObject({
      timeSeries: [
        {
          metricKind: "DELTA",
          valueType: "DISTRIBUTION",
          points: [
            {
              value: {
                distributionValue: {
                  count: "1",
                  mean: 3,
                  bucketOptions: {
                    exponentialBuckets: { numFiniteBuckets: 66, growthFactor: 1.4, scale: 1 },
                  },
                  bucketCounts: ["0", "0", "0", "0", "1"],
                },
              },
            },
          ],
        },
      ],
      unit: "ms",
    });
    expect(readAsGoogle(type, percentile)).toMatchObject({
      timeSeries: [
        {
          valueType: "DOUBLE",
          points: [{ value: { doubleValue: expect.closeTo(2.744 + 0.99 * 1.0976, 9) } }],
        },
      ],
    });
  });

  it("answers enums as numbers to those who ask for them so", async () => {
    const { ok, clock } = start();
    await clock.advanceTo(after(1));

    const answer = await ok(
      list({ filter: metric(DEPTH), $alt: "json;enum-encoding=int", view: "HEADERS" }),
    );

    expect(answer.timeSeries[0]).toMatchObject({ metricKind: 1, valueType: 2 });
  });

  it("pages through points, and through series where only those are asked for", async () => {
    const { ok, clock } = start();
    await clock.advanceTo(after(3));
    const pages = async (parameters: Record<string, string>) => {
      const seen: unknown[] = [];
      for (let pageToken = ""; ;) {
        const page = await ok(list({ filter: metric(DEPTH), ...parameters, pageToken }));
        seen.push(
          page.timeSeries.map((one: { resource: typeof RESOURCE; points?: unknown[] }) => [
            one.resource.labels.queue_id,
            one.points?.length,
          ]),
        );
        if (page.nextPageToken === undefined) return seen;
        pageToken = page.nextPageToken;
      }
    };

    expect(await pages({ pageSize: "2" })).toEqual([
      [["email", 2]],
      [
        ["email", 1],
        ["sms", 1],
      ],
      [["sms", 2]],
    ]);
    expect(await pages({ pageSize: "6" })).toHaveLength(1);
    expect(await pages({ pageSize: "1", view: "HEADERS" })).toEqual([
      [["email", undefined]],
      [["sms", undefined]],
    ]);
  });

  it("shows nothing where no series has such a label", async () => {
    const { ok, clock } = start();
    await clock.advanceTo(after(3));

    const filter = metric(DEPTH, 'AND metric.labels.constructor = starts_with("a")');
    expect(await ok(list({ filter }))).toEqual({ unit: "1" });
  });

  it("needs monitoring.timeSeries.list on the project", async () => {
    const refused = ["monitoring.timeSeries.list projects/demo"];
    const { refusal } = start({ authority: authorityRefusing(refused) });

    expect(await refusal(list({ filter: metric(DEPTH) }))).toMatchObject({
      status: "PERMISSION_DENIED",
    });
  });

  it.each([
    [
      {},
      'Field filter had an invalid value of "": The filter must specify exactly one metric type',
    ],
    [{ filter: 'metric.type != "x"' }, "The filter must specify exactly one metric type"],
    [{ filter: `${metric(DEPTH)} AND ${metric(DELAYS)}` }, "exactly one metric type"],
    [{ filter: metric(DEPTH), "interval.endTime": "now" }, "Invalid value at 'interval.end_time'"],
    [{ filter: metric(DEPTH), "interval.endTime": [] }, "The end time is required."],
    [
      { filter: metric(ATTEMPTS), "interval.startTime": "2026-11-24T12:10:00Z" },
      `Field interval.startTime had an invalid value of "2026-11-24T12:10:00Z": The start time must be before the end time (2026-11-24T12:10:00Z) for the non-gauge metric '${ATTEMPTS}'.`,
    ],
    [
      { filter: metric(DEPTH), "aggregation.perSeriesAligner": "ALIGN_MAX" },
      "The alignment period of 'ALIGN_MAX' must be from 60 seconds to 104 weeks.",
    ],
    [
      { filter: metric(DEPTH), "aggregation.crossSeriesReducer": "REDUCE_SUM" },
      "Series must be aligned before 'REDUCE_SUM' can be applied to them.",
    ],
    [{ filter: metric(DEPTH), "aggregation.perSeriesAligner": "ALIGN_X" }, "per_series_aligner"],
    [{ filter: metric(DEPTH), "aggregation.perSeriesAligner": "5" }, "per_series_aligner"],
    [{ filter: metric(DEPTH), orderBy: "x" }, "It must be left empty."],
    [{ filter: metric(DEPTH), pageToken: "x" }, "The page token is not valid, or no longer."],
    [{ filter: metric(DEPTH), colour: "x" }, `Unknown name "colour"`],
    [
      {
        filter: metric(DEPTH),
        "aggregation.alignmentPeriod": "60s",
        "aggregation.perSeriesAligner": "ALIGN_MAX",
        "aggregation.crossSeriesReducer": "REDUCE_SUM",
        "aggregation.groupByFields": "queue_id",
      },
      'Field aggregation.groupByFields had an invalid value of "queue_id"',
    ],
  ])("refuses %j", async (parameters, message) => {
    const { refusal } = start();

    expect(await refusal(list(parameters))).toMatchObject({
      status: "INVALID_ARGUMENT",
      message: expect.stringContaining(message),
    });
  });

  it("does not find a metric that there is not", async () => {
    const { refusal } = start();

    expect(await refusal(list({ filter: metric("cloudtasks.googleapis.com/x") }))).toMatchObject({
      status: "NOT_FOUND",
      message: expect.stringContaining("Cannot find metric that matches type"),
    });
  });

  it.each([
    [
      { "aggregation.perSeriesAligner": "ALIGN_STDDEV" },
      "aggregation.perSeriesAligner = ALIGN_STDDEV",
    ],
    [
      { "aggregation.crossSeriesReducer": "REDUCE_PERCENTILE_99" },
      "aggregation.crossSeriesReducer = REDUCE_PERCENTILE_99",
    ],
    [
      { "secondaryAggregation.perSeriesAligner": "ALIGN_MAX" },
      "secondaryAggregation.perSeriesAligner",
    ],
    [
      { filter: metric("run.googleapis.com/request_count") },
      'metric.type = "run.googleapis.com/request_count"',
    ],
  ])("answers that %j is not emulated, and says so in the log", async (parameters, what) => {
    const { refusal, record } = start();
    const notEmulated = record("notEmulated");

    expect(await refusal(list({ filter: metric(DEPTH), ...parameters }))).toMatchObject({
      status: "UNIMPLEMENTED",
    });
    expect(notEmulated).toEqual([{ what }]);
  });
});
