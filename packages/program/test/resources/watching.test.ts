import { startLocalCloud, type LocalCloud } from "@background-tasks/cloud";
import { driftedInputs } from "../../provider/drift.ts";
import { apiAt, type Api } from "../../resources/api.ts";
import { resourceTypes } from "../../resources/resourceTypes.ts";
import type { Deployed, Properties, ResourceType } from "../../resources/resourceType.ts";

const PROJECT = "local-project";

let cloud: LocalCloud;
let api: Api;

beforeAll(async () => {
  cloud = await startLocalCloud({ clock: "virtual", startTime: new Date("2026-11-24T12:00:00Z") });
  api = apiAt(cloud.endpoint);
});
afterAll(() => cloud.stop());

/** Makes a resource of a type. Returns it, and what is asked of it then. */
async function make(token: string, given: Properties) {
  const type: ResourceType = resourceTypes[token]!;
  const context = { api, project: PROJECT, region: "europe-west1" };
  let inputs = { project: PROJECT, ...type.defaults, ...given };
  let deployed: Deployed = { inputs, ...(await type.create(inputs, context)) };
  const recorded = async () => (await type.read!(deployed, context))!.settable;
  let known = await recorded();
  return {
    id: deployed.id,
    outputs: () => deployed.outputs,
    /** The inputs as they are in the cloud now. */
    refreshed: async () => driftedInputs(inputs, known, await recorded()),
    inputs: () => inputs,
    update: async (changed: Properties) => {
      inputs = { ...inputs, ...changed };
      const outputs = await type.update!(deployed, inputs, context);
      deployed = { ...deployed, inputs, outputs };
      known = await recorded();
    },
    remove: () => type.delete(deployed, context),
    read: recorded,
  };
}

const METRIC = "gcp:logging/metric:Metric";
const EXCLUSION = "gcp:logging/projectExclusion:ProjectExclusion";
const POLICY = "gcp:monitoring/alertPolicy:AlertPolicy";
const CHANNEL = "gcp:monitoring/notificationChannel:NotificationChannel";
const DASHBOARD = "gcp:monitoring/dashboard:Dashboard";

const condition = {
  displayName: "depth",
  conditionThreshold: {
    filter: 'metric.type="cloudtasks.googleapis.com/queue/depth"',
    comparison: "COMPARISON_GT",
    thresholdValue: 10,
    duration: "300s",
    aggregations: [{ alignmentPeriod: "60s", perSeriesAligner: "ALIGN_MAX" }],
  },
};

// google-cloud.md 11.3
describe("What watches a deployment", () => {
  it.each([
    [METRIC, { name: "dead/letters", filter: "severity>=ERROR" }, { filter: "severity=ERROR" }],
    [
      METRIC,
      {
        name: "attempts",
        filter: "labels.task:*",
        labelExtractors: { task: "EXTRACT(labels.task)" },
        metricDescriptor: {
          metricKind: "DELTA",
          valueType: "INT64",
          unit: "1",
          labels: [{ key: "task", valueType: "STRING" }],
        },
      },
      { description: "By task." },
    ],
    [
      EXCLUSION,
      { name: "quiet", description: "Less.", filter: "severity<INFO", disabled: true },
      { description: "More.", filter: "severity<ERROR", disabled: false },
    ],
    [EXCLUSION, { name: "quieter", filter: "severity<INFO" }, { description: "Less." }],
    [
      POLICY,
      {
        displayName: "depth",
        combiner: "OR",
        severity: "CRITICAL",
        conditions: [condition],
        documentation: {
          content: "Look.",
          mimeType: "text/markdown",
          links: [{ displayName: "Runbook", url: "https://wiki.example.com/tasks" }],
        },
        alertStrategy: {
          autoClose: "86400s",
          notificationChannelStrategies: [{ renotifyInterval: "3600s" }],
        },
      },
      { displayName: "depth of email", enabled: false },
    ],
    [
      CHANNEL,
      { type: "email", displayName: "On call", labels: { email_address: "a@example.com" } },
      { labels: { email_address: "b@example.com" } },
    ],
    [
      CHANNEL,
      { type: "slack", labels: { channel_name: "#a" }, sensitiveLabels: { authToken: "secret" } },
      { enabled: false },
    ],
    [
      DASHBOARD,
      { dashboardJson: JSON.stringify({ displayName: "tasks", mosaicLayout: { columns: 48 } }) },
      { dashboardJson: '{ "displayName": "other" }' },
    ],
  ])("is made, changed and deleted as %s, and has not drifted", async (token, given, changed) => {
    const made = await make(token, given);
    expect(await made.refreshed()).toEqual(made.inputs());

    await made.update(changed);
    expect(await made.refreshed()).toEqual(made.inputs());
    expect(made.outputs()).toMatchObject(changed);

    await made.remove();
    await expect(made.read()).rejects.toMatchObject({ status: 404 });
  });

  it("shows a change that somebody made by hand", async () => {
    const metric = await make(METRIC, { name: "by-hand", filter: "a" });
    const policy = await make(POLICY, {
      displayName: "by hand",
      combiner: "OR",
      conditions: [condition],
    });
    const dashboard = await make(DASHBOARD, { dashboardJson: '{ "displayName": "a" }' });
    const exclusion = await make(EXCLUSION, { name: "by-hand", filter: "a" });

    await api.put(`/v2/projects/${PROJECT}/metrics/by-hand`, { name: "by-hand", filter: "b" });
    await api.patch(`/v3/${policy.id}?updateMask=enabled`, { enabled: false });
    await api.patch(`/v1/${dashboard.id}`, { displayName: "b" });
    await api.patch(`/v2/${exclusion.id}?updateMask=disabled`, { disabled: true });

    expect(await metric.refreshed()).toMatchObject({ filter: "b" });
    expect(await policy.refreshed()).toEqual({ ...policy.inputs(), enabled: false });
    expect(await dashboard.refreshed()).toMatchObject({ dashboardJson: '{"displayName":"b"}' });
    expect(await exclusion.refreshed()).toEqual({ ...exclusion.inputs(), disabled: true });
  });

  it("is said in the API's words: strategies for channels, and secrets among labels", async () => {
    const policy = await make(POLICY, {
      displayName: "p",
      combiner: "OR",
      conditions: [condition],
      alertStrategy: { notificationChannelStrategies: [{ renotifyInterval: "3600s" }] },
    });
    const channel = await make(CHANNEL, {
      type: "slack",
      labels: { channel_name: "#a" },
      sensitiveLabels: { authToken: "secret" },
    });

    expect((await api.get(`/v3/${policy.id}`))["alertStrategy"]).toEqual({
      notificationChannelStrategy: [{ renotifyInterval: "3600s" }],
    });
    expect((await api.get(`/v3/${channel.id}`))["labels"]).toEqual({
      channel_name: "#a",
      auth_token: "secret",
    });
  });

  it("has names and records that only Google gives", async () => {
    const policy = await make(POLICY, {
      displayName: "p",
      combiner: "OR",
      conditions: [condition],
    });
    const channel = await make(CHANNEL, {
      type: "email",
      labels: { email_address: "a@b.example" },
    });

    expect(policy.outputs()).toMatchObject({
      name: policy.id,
      creationRecords: [{ mutateTime: "2026-11-24T12:00:00.000Z" }],
    });
    expect(channel.outputs()["name"]).toBe(channel.id);
    expect(channel.id).toMatch(/^projects\/local-project\/notificationChannels\//);
  });

  it("is no dashboard where its text is no JSON object", async () => {
    await expect(make(DASHBOARD, { dashboardJson: "[1]" })).rejects.toThrow(
      `'dashboardJson' is "[1]"; it must be a JSON object.`,
    );
  });
});
