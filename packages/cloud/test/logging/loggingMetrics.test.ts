import { createLoggingMetrics } from "../../logging/loggingMetrics.ts";
import { localApi, NOW, serviceOptions } from "../support/localApi.ts";

const METRICS = "/v2/projects/demo/metrics";

function start() {
  const options = serviceOptions();
  const metrics = createLoggingMetrics(options);
  return { ...options, ...metrics, ...localApi(metrics.methods) };
}

describe("Cloud Logging", () => {
  it("keeps a log-based metric, by a name that may hold a slash", async () => {
    const { ok, exists } = start();

    await ok(`POST ${METRICS}`, { name: "tasks/dead-letters", filter: "a" });

    expect(await ok(`GET ${METRICS}/tasks%2Fdead-letters`)).toEqual({
      name: "tasks/dead-letters",
      filter: "a",
      metricDescriptor: {
        name: "projects/demo/metricDescriptors/logging.googleapis.com/user/tasks/dead-letters",
        type: "logging.googleapis.com/user/tasks/dead-letters",
        metricKind: "DELTA",
        valueType: "INT64",
        unit: "1",
      },
      resourceName: "projects/demo/metrics/tasks/dead-letters",
      createTime: NOW,
      updateTime: NOW,
    });
    expect(exists("projects/demo/metrics/tasks/dead-letters")).toBe(true);
  });

  it("changes a metric as a whole, and deletes it", async () => {
    const { ok, refusal } = start();
    await ok(`POST ${METRICS}`, { name: "m", filter: "a", description: "old" });

    await ok(`PUT ${METRICS}/m`, { name: "m", filter: "b" });
    const changed = await ok(`GET ${METRICS}/m`);
    await ok(`DELETE ${METRICS}/m`);

    expect(changed).toMatchObject({ filter: "b" });
    expect(changed).not.toHaveProperty("description");
    expect(await refusal(`GET ${METRICS}/m`)).toMatchObject({ code: 404 });
  });

  it.each([{}, { name: "" }, { name: "/a" }, { name: "a b" }])("refuses %j", async (body) => {
    const { refusal } = start();

    expect(await refusal(`POST ${METRICS}`, body)).toMatchObject({
      code: 400,
      message: expect.stringMatching(/^Metric name '.*' is not valid/),
    });
  });

  const DISTRIBUTION = { metricDescriptor: { valueType: "DISTRIBUTION" } };
  it.each([
    [{}, "A filter is required."],
    [{ filter: "a =" }, "Unparseable filter: the end is where a value belongs"],
    [{ filter: "thud = 1" }, "Field not found: 'thud'."],
    [
      { filter: "a", labelExtractors: { task: "EXTRACT(labels.task)" } },
      "The label extractor 'task' has no label of that key in the metric descriptor.",
    ],
    [
      { filter: "a", labelExtractors: { task: "labels.task" } },
      "Invalid extractor 'labels.task': it must be EXTRACT(field) or REGEXP_EXTRACT(field, regex)",
    ],
    [
      { filter: "a", labelExtractors: { task: 'REGEXP_EXTRACT(trace, "no group")' } },
      `Invalid extractor 'REGEXP_EXTRACT(trace, "no group")': The regular expression must have exactly one group.`,
    ],
    [
      { filter: "a", ...DISTRIBUTION },
      "A value extractor is required for a metric of value type DISTRIBUTION, and for no other.",
    ],
    [
      { filter: "a", valueExtractor: "EXTRACT(httpRequest.status)" },
      "A value extractor is required for a metric of value type DISTRIBUTION, and for no other.",
    ],
  ])("refuses a metric that could not count: %j", async (fields, message) => {
    const { refusal } = start();

    expect(await refusal(`POST ${METRICS}`, { name: "m", ...fields })).toEqual({
      code: 400,
      status: "INVALID_ARGUMENT",
      message,
    });
  });
});
