import { startCloud } from "../../cloud.ts";
import { startLocalCloud, type LocalCloud } from "../../startLocalCloud.ts";
import type { Parsed } from "../support/localApi.ts";

const START = new Date("2026-11-24T12:00:00Z");

/** A local cloud on a virtual clock, whose only host answers as `status` says. */
async function start(status: () => number) {
  const cloud = await startLocalCloud({
    clock: "virtual",
    startTime: START,
    hosts: { "worker.example": status },
  });
  const call = async (method: string, path: string, body?: object): Promise<Parsed> => {
    const answer = await fetch(cloud.endpoint + path, {
      method,
      ...(body && { body: JSON.stringify(body) }),
    });
    return answer.json();
  };
  return { cloud, call, [Symbol.asyncDispose]: () => cloud.stop() };
}

async function series(
  cloud: LocalCloud,
  call: (method: string, path: string) => Promise<Parsed>,
  filter: string,
): Promise<Parsed[]> {
  const query = new URLSearchParams({
    filter,
    "interval.startTime": START.toISOString(),
    "interval.endTime": cloud.now().toISOString(),
  });
  const path = `/v3/projects/${cloud.project}/timeSeries?${query.toString()}`;
  return (await call("GET", path)).timeSeries ?? [];
}

/* From a delivery and a schedule to the entries of their logs, and to a chart of what counts them: G 6.2, 8.2, 8.3. */

it("logs deliveries and schedules, and counts what a metric asks for (G 8.3)", async () => {
  let status = 500;
  await using local = await start(() => status);
  const { cloud, call } = local;
  const { location, project } = cloud;
  await call("POST", `/v2/projects/${project}/metrics`, {
    name: "failures",
    description: "Deliveries that failed.",
    filter: 'log_id("cloudtasks.googleapis.com/task_operations_log") AND severity>=ERROR',
    labelExtractors: { status: "EXTRACT(jsonPayload.attemptResponseLog.status)" },
    metricDescriptor: {
      metricKind: "DELTA",
      valueType: "INT64",
      labels: [{ key: "status", description: "How it ended." }],
    },
  });
  const queue = `${location}/queues/email`;
  await call("POST", `/v2/${location}/queues`, {
    name: queue,
    stackdriverLoggingConfig: { samplingRatio: 1 },
    retryConfig: { minBackoff: "300s", maxBackoff: "300s" },
  });
  await call("POST", `/v2/${queue}/tasks`, {
    task: { httpRequest: { url: "https://worker.example/tasks/a" } },
  });
  await call("POST", `/v1/${location}/jobs`, {
    name: `${location}/jobs/hourly`,
    schedule: "0 * * * *",
    httpTarget: { uri: "https://worker.example/hourly" },
  });
  await cloud.advance("360s");
  status = 204;
  await cloud.advance("3600s");

  const entries = async (filter: string): Promise<Parsed[]> => {
    const asked = { resourceNames: [`projects/${project}`], filter, orderBy: "timestamp asc" };
    return (await call("POST", "/v2/entries:list", asked)).entries ?? [];
  };
  const answers = await entries("jsonPayload.attemptResponseLog.dispatchCount:*");
  expect(
    answers.map(({ timestamp, jsonPayload }) => [timestamp, jsonPayload.attemptResponseLog.status]),
  ).toEqual([
    ["2026-11-24T12:00:00Z", "INTERNAL"],
    ["2026-11-24T12:05:00Z", "INTERNAL"],
    ["2026-11-24T12:10:00Z", "OK"],
  ]);
  const runs = await entries(
    'resource.type="cloud_scheduler_job" AND resource.labels.job_id="hourly"',
  );
  expect(runs.map(({ timestamp, jsonPayload }) => [timestamp, jsonPayload["@type"]])).toEqual([
    ["2026-11-24T13:00:00Z", "type.googleapis.com/google.cloud.scheduler.logging.AttemptStarted"],
    ["2026-11-24T13:00:00Z", "type.googleapis.com/google.cloud.scheduler.logging.AttemptFinished"],
  ]);

  const type = "logging.googleapis.com/user/failures";
  const [counts, ...more] = await series(cloud, call, `metric.type="${type}"`);
  expect(more).toEqual([]);
  expect(counts).toMatchObject({
    metric: { type, labels: { status: "INTERNAL" } },
    resource: { type: "cloud_tasks_queue", labels: { queue_id: "email" } },
    metricKind: "DELTA",
    valueType: "INT64",
  });
  expect(
    counts.points.map(({ interval, value }: Parsed) => [interval.endTime, value.int64Value]),
  ).toEqual([
    ["2026-11-24T12:06:00Z", "1"],
    ["2026-11-24T12:01:00Z", "1"],
  ]);
  expect(await call("GET", `/v3/projects/${project}/metricDescriptors/${type}`)).toMatchObject({
    type,
    description: "Deliveries that failed.",
    labels: [{ key: "status", description: "How it ended." }],
  });
  const { error } = await call(
    "GET",
    `/v3/projects/${project}/timeSeries?${new URLSearchParams({
      filter: 'metric.type="logging.googleapis.com/user/none"',
      "interval.startTime": START.toISOString(),
      "interval.endTime": cloud.now().toISOString(),
    }).toString()}`,
  );
  expect(error.message).toMatch(/^Cannot find metric that matches type/);
});

it("forgets the logs when the cloud is emptied", async () => {
  await using local = await start(() => 204);
  const { cloud, call } = local;
  const own = `projects/${cloud.project}`;
  await call("POST", "/v2/entries:write", {
    logName: `${own}/logs/a`,
    resource: { type: "global" },
    entries: [{ textPayload: "hello" }],
  });
  const list = () => call("POST", "/v2/entries:list", { resourceNames: [own] });
  expect((await list()).entries).toHaveLength(1);

  await cloud.reset();

  expect(await list()).toEqual({});
});

describe("On the machine's clock, where entries are told of together", () => {
  async function startWatched() {
    const cloud = await startCloud({ project: "local-project", region: "europe-west1" });
    const send = async (method: string, path: string, body?: object): Promise<Parsed> => {
      const answer = await fetch(cloud.endpoint + path, {
        method,
        ...(body && { body: JSON.stringify(body) }),
      });
      return answer.json();
    };
    await send("POST", "/v3/projects/local-project/alertPolicies", {
      displayName: "trouble",
      combiner: "OR",
      conditions: [
        { displayName: "trouble", conditionMatchedLog: { filter: 'textPayload="trouble"' } },
      ],
      alertStrategy: { notificationRateLimit: { period: "300s" } },
    });
    const opened: string[] = [];
    cloud.events.on("alertOpened", ({ displayName }) => opened.push(displayName));
    return {
      cloud,
      send,
      opened,
      say: (textPayload: string) =>
        send("POST", "/v2/entries:write", {
          logName: "projects/local-project/logs/work",
          resource: { type: "global" },
          entries: [{ textPayload }],
        }),
      [Symbol.asyncDispose]: () => cloud.stop(),
    };
  }

  it("whoever asks for alerts is told what follows of all that was written before", async () => {
    await using watched = await startWatched();

    await watched.say("trouble");

    const { open } = await watched.send("GET", "/local/v1/alerts");
    expect(open).toMatchObject([{ displayName: "trouble" }]);
  });

  it("nothing of what was written before a reset is told after it", async () => {
    await using watched = await startWatched();

    await watched.say("trouble");
    await watched.cloud.reset();

    expect(watched.opened).toEqual(["trouble"]);
  });
});
