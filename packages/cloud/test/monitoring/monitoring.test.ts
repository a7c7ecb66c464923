import { createMonitoring } from "../../monitoring/monitoring.ts";
import { QueueMetrics } from "../../monitoring/queueMetrics.ts";
import { localApi, NOW, serviceOptions } from "../support/localApi.ts";
import { unwatched } from "./measuredQueues.ts";

function start() {
  const options = serviceOptions();
  const metrics = new QueueMetrics({ exists: () => false, depths: () => [] }, Date.parse(NOW));
  const monitoring = createMonitoring({ ...options, ...unwatched, metrics: [metrics] });
  return { ...options, ...monitoring, ...localApi(monitoring.methods) };
}

// google-cloud.md 8.2
describe("Cloud Monitoring", () => {
  it("keeps an alert policy, and names it and its conditions", async () => {
    const { ok, exists } = start();
    const condition = { displayName: "depth", conditionThreshold: { thresholdValue: 1 } };
    const sent = { displayName: "depth", combiner: "OR", enabled: true, conditions: [condition] };

    const { name } = await ok("POST /v3/projects/demo/alertPolicies", sent);

    expect(name).toMatch(/^projects\/demo\/alertPolicies\/[\w-]+$/);
    expect(exists(name)).toBe(true);
    expect(await ok(`GET /v3/${name}`)).toEqual({
      ...sent,
      name,
      conditions: [{ ...condition, name: expect.stringContaining(`${name}/conditions/`) }],
      creationRecord: { mutateTime: NOW, mutatedBy: "user:owner" },
      mutationRecord: { mutateTime: NOW, mutatedBy: "user:owner" },
    });
  });

  it("changes and deletes a notification channel", async () => {
    const { ok, refusal, deleted } = start();
    const { name } = await ok("POST /v3/projects/demo/notificationChannels", {
      type: "email",
      labels: { email_address: "a@example.com" },
    });

    await ok(`PATCH /v3/${name}?updateMask=enabled`, { enabled: false });
    expect(await ok(`GET /v3/${name}`)).toMatchObject({
      type: "email",
      labels: { email_address: "a@example.com" },
      enabled: false,
    });
    expect(await ok(`DELETE /v3/${name}?force=false`)).toEqual({});

    expect(await refusal(`GET /v3/${name}`)).toMatchObject({ code: 404 });
    expect(deleted).toEqual([name]);
  });

  it("puts a whole dashboard in the place of the old one, if its etag is the one that is there", async () => {
    const { ok, refusal } = start();
    const { name, etag } = await ok("POST /v1/projects/demo/dashboards", {
      displayName: "tasks",
      mosaicLayout: { columns: 12 },
    });

    const changed = await ok(`PATCH /v1/${name}`, { displayName: "new", gridLayout: {}, etag });

    expect(changed).toEqual({ name, displayName: "new", gridLayout: {}, etag: changed.etag });
    expect(changed.etag).not.toBe(etag);
    expect(await refusal(`PATCH /v1/${name}`, { displayName: "x", etag })).toMatchObject({
      code: 409,
      status: "ABORTED",
    });
  });
});
