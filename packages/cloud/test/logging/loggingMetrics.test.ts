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
});
