import { createMonitoring } from "../../monitoring/monitoring.ts";
import { authorityRefusing, localApi, serviceOptions } from "../support/localApi.ts";
import { after, QUEUE, startMetrics, unwatched } from "./measuredQueues.ts";
import { readAsGoogle } from "./monitoringProtos.ts";

const LIST = "GET /v3/projects/demo/metricDescriptors";

function start(refused: readonly string[] = []) {
  const options = serviceOptions();
  const { metrics } = startMetrics();
  const { methods } = createMonitoring({ ...options, ...unwatched, metrics: [metrics] });
  const api = localApi(methods, { authority: authorityRefusing(refused) });
  const types = async (query: string): Promise<string[]> => {
    const { metricDescriptors = [] } = await api.ok(`${LIST}?${query}`);
    return metricDescriptors.map(({ type }: { type: string }) =>
      type.split("/").slice(1).join("/"),
    );
  };
  return { ...options, ...api, metrics, types };
}

// google-cloud.md 8.2
describe("Metric descriptors", () => {
  it.each([
    { type: "queue/depth", kind: "GAUGE", valueType: "INT64", unit: "1", labels: [] },
    {
      type: "queue/task_attempt_count",
      kind: "DELTA",
      valueType: "INT64",
      unit: "1",
      labels: ["response_code"],
    },
    {
      type: "queue/task_attempt_delays",
      kind: "DELTA",
      valueType: "DISTRIBUTION",
      unit: "ms",
      labels: [],
    },
    {
      type: "api/request_count",
      kind: "DELTA",
      valueType: "INT64",
      unit: "1",
      labels: ["api_method", "response_code"],
    },
  ])("describe $type", async ({ type, kind, valueType, unit, labels }) => {
    const { ok } = start();

    const descriptor = await ok(`${LIST}/cloudtasks.googleapis.com/${type}`);

    expect(readAsGoogle("google.api.MetricDescriptor", descriptor)).toMatchObject({
      name: `projects/demo/metricDescriptors/cloudtasks.googleapis.com/${type}`,
      type: `cloudtasks.googleapis.com/${type}`,
      metricKind: kind,
      valueType,
      unit,
      monitoredResourceTypes: ["cloud_tasks_queue"],
    });
    expect(descriptor.labels.map(({ key }: { key: string }) => key)).toEqual(labels);
  });

  it("are listed by a filter, page by page", async () => {
    const { ok, types } = start();
    const filter = 'metric.type = starts_with("cloudtasks.googleapis.com/queue/")';

    expect(await types("")).toHaveLength(4);
    expect(await types(`filter=${encodeURIComponent(filter)}`)).toEqual([
      "queue/depth",
      "queue/task_attempt_count",
      "queue/task_attempt_delays",
    ]);
    const { nextPageToken } = await ok(`${LIST}?pageSize=3`);
    expect(await types(`pageSize=3&pageToken=${nextPageToken}`)).toEqual([
      "queue/task_attempt_delays",
    ]);
  });

  it("are left out if they have no data and only active ones are asked for", async () => {
    const { metrics, clock, types } = start();

    metrics.call(QUEUE, "CreateTask", 200, after(0));
    await clock.advanceTo(after(1));

    expect(await types("activeOnly=true")).toEqual(["api/request_count", "queue/depth"]);
  });

  it("need permissions of their own on the project", async () => {
    const { refusal } = start([
      "monitoring.metricDescriptors.list projects/demo",
      "monitoring.metricDescriptors.get projects/demo",
    ]);

    expect(await refusal(LIST)).toMatchObject({ code: 403 });
    expect(await refusal(`${LIST}/cloudtasks.googleapis.com/queue/depth`)).toMatchObject({
      code: 403,
    });
  });

  it("are not found where there is no such metric", async () => {
    const { refusal } = start();

    expect(await refusal(`${LIST}/cloudtasks.googleapis.com/x`)).toMatchObject({ code: 404 });
  });
});
