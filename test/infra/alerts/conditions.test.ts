import { startLocalCloud, type LocalCloud } from "@background-tasks/cloud/startLocalCloud.ts";
import { apiAt, type Api } from "@background-tasks/program/resources/api.ts";
import { alertProofs } from "../../../infra/alerts/alertProofs.ts";
import { alertsOf, type Condition, type Limit } from "../../../infra/alerts/alerts.ts";
import { logMetricsOf } from "../../../infra/alerts/logMetrics.ts";
import { operationEntry } from "../../../infra/alerts/operationsLog.ts";
import { successesOf } from "../../../infra/alerts/requestLog.ts";
import type { AlertKey } from "../../../infra/alerts/texts.ts";
import { watchedStack } from "./watchedStack.ts";

const START = new Date("2026-11-24T12:00:00Z");
const PROJECT = "local-project";

const watched = watchedStack();

function conditionOf<Kind extends Condition["kind"]>(
  key: AlertKey,
  kind: Kind,
): Condition & { kind: Kind } {
  const condition = alertsOf(watched).find((alert) => alert.key === key)?.condition;
  if (condition?.kind !== kind) throw new Error(`'${key}' is no ${kind}.`);
  return condition as Condition & { kind: Kind };
}

let cloud: LocalCloud;
let api: Api;
/** What the one host answers. */
let status = 204;

beforeEach(async () => {
  status = 204;
  cloud = await startLocalCloud({
    clock: "virtual",
    startTime: START,
    hosts: { "worker.example": () => status },
  });
  api = apiAt(cloud.endpoint);
});
afterEach(() => cloud.stop());

const RUN = {
  type: "cloud_run_revision",
  labels: { project_id: PROJECT, service_name: "prod-worker", revision_name: "prod-worker-00001" },
};

/** A line of the worker, as Cloud Logging has it. */
function line(outcome: string, task = "send-email", service = "prod-worker"): object {
  return {
    logName: `projects/${PROJECT}/logs/run.googleapis.com%2Fstdout`,
    resource: { ...RUN, labels: { ...RUN.labels, service_name: service } },
    labels: { task, queue: "email", cause: "7f3a91c2" },
    jsonPayload: { outcome, message: `${outcome} ${task} ${service}` },
  };
}

async function write(...entries: readonly object[]): Promise<void> {
  await api.post("/v2/entries:write", { entries });
}

async function matched(key: AlertKey): Promise<unknown[]> {
  const { filter } = conditionOf(key, "log");
  const answer = await api.post("/v2/entries:list", {
    resourceNames: [`projects/${PROJECT}`],
    filter,
  });
  const { entries = [] } = answer as { entries?: { jsonPayload: { message?: string } }[] };
  return entries.map(({ jsonPayload }) => jsonPayload.message ?? jsonPayload);
}

describe("An alert of an entry of a log", () => {
  it("is quiet in a log of a healthy stack, and of another's trouble", async () => {
    await write(
      line("done"),
      line("retry"),
      line("unheard"),
      line("dead-letter", "send-email", "prod-worker-2"),
    );

    expect(await matched("dead-letter")).toEqual([]);
    expect(await matched("dead-letter-not-kept")).toEqual([]);
    expect(await matched("worker-breaks")).toEqual([]);
  });

  it("is of each dead letter, and of each that could not be kept", async () => {
    await write(line("dead-letter"), line("not-kept"));

    expect(await matched("dead-letter")).toEqual(["dead-letter send-email prod-worker"]);
    expect(await matched("dead-letter-not-kept")).toEqual(["not-kept send-email prod-worker"]);
  });

  it("has an entry that proves it, and no other", async () => {
    const keys = alertsOf(watched).flatMap(({ key, condition }) =>
      condition.kind === "log" ? [key] : [],
    );
    const proofs = alertProofs({
      ...{ project: PROJECT, region: "europe-west1", mark: "smoke-1" },
      ...{ service: "prod-worker", job: "prod-daily-digest" },
    });
    expect(Object.keys(proofs)).toEqual(keys);

    await write(...Object.values(proofs));

    for (const key of keys) expect(await matched(key)).toHaveLength(1);
  });

  it("is of a container that breaks down", async () => {
    const system = {
      logName: `projects/${PROJECT}/logs/run.googleapis.com%2Fvarlog%2Fsystem`,
      resource: RUN,
    };
    await write(
      { ...system, severity: "INFO", jsonPayload: { message: "started" } },
      { ...system, severity: "ERROR", jsonPayload: { message: "killed" } },
    );

    expect(await matched("worker-breaks")).toEqual(["killed"]);
  });

  it("is of a schedule that fails, whichever way, and of no other", async () => {
    for (const job of ["prod-daily-digest", "prod-2-daily-digest"]) {
      await api.post(`/v1/${cloud.location}/jobs`, {
        name: `${cloud.location}/jobs/${job}`,
        schedule: "0 * * * *",
        httpTarget: { uri: "https://worker.example/tasks" },
      });
    }
    await cloud.advance("3600s");
    expect(await matched("schedule-failed")).toEqual([]);

    status = 403;
    await cloud.advance("3600s");

    expect(await matched("schedule-failed")).toMatchObject([
      { jobName: `${cloud.location}/jobs/prod-daily-digest`, status: "PERMISSION_DENIED" },
    ]);
  });
});

it.each([
  { requestLogs: "all", kept: [204, 403, 403] },
  { requestLogs: "failures", kept: [403, 403] },
])("counts what the alerts ask for, by their labels: $requestLogs", async (stack) => {
  if (stack.requestLogs === "failures") {
    await api.post(`/v2/projects/${PROJECT}/exclusions`, successesOf(watched));
  }
  for (const { key, filter, labels } of logMetricsOf(watched)) {
    await api.post(`/v2/projects/${PROJECT}/metrics`, {
      name: `prod-${key}`,
      filter,
      labelExtractors: Object.fromEntries(
        Object.entries(labels).map(([label, { from }]) => [label, `EXTRACT(${from})`]),
      ),
      metricDescriptor: {
        metricKind: "DELTA",
        valueType: "INT64",
        labels: Object.keys(labels).map((label) => ({ key: label })),
      },
    });
  }
  await api.post(`/v1/${cloud.location}/jobs`, {
    name: `${cloud.location}/jobs/prod-daily-digest`,
    schedule: "0 * * * *",
    httpTarget: { uri: "https://worker.example/tasks" },
  });
  const request = (userAgent: string, status = 403) => ({
    logName: `projects/${PROJECT}/logs/run.googleapis.com%2Frequests`,
    resource: RUN,
    httpRequest: { status, userAgent },
  });
  await write(
    line("done"),
    line("dead-letter"),
    line("retry"),
    line("done", "ping"),
    request("Google-Cloud-Tasks", 204),
    request("Google-Cloud-Tasks"),
    request("curl/8"),
    operationEntry({ stack: "prod", project: PROJECT }, "email", "pause"),
  );
  await cloud.advance("3660s");

  const counted = async (key: string): Promise<string[]> => {
    const query = new URLSearchParams({
      filter: `metric.type="logging.googleapis.com/user/prod-${key}"`,
      "interval.startTime": START.toISOString(),
      "interval.endTime": cloud.now().toISOString(),
    });
    const { timeSeries = [] } = (await api.get(
      `/v3/projects/${PROJECT}/timeSeries?${query.toString()}`,
    )) as { timeSeries?: Series[] };
    return timeSeries.map(({ metric, resource, points }) => {
      const sum = points.reduce((all, { value }) => all + Number(value.int64Value), 0);
      const { service_name: service, job_id: job } = resource.labels;
      return [resource.type, service ?? job, ...Object.values(metric.labels ?? {}), sum].join(" ");
    });
  };
  expect(await counted("ended")).toEqual([
    "cloud_run_revision prod-worker dead-letter email 1",
    "cloud_run_revision prod-worker done email 1",
  ]);
  expect(await counted("dead-letters")).toEqual([
    "cloud_run_revision prod-worker 7f3a91c2 email send-email 1",
  ]);
  expect(await counted("pings")).toEqual(["cloud_run_revision prod-worker email 1"]);
  expect(await counted("deliveries")).toEqual([
    "cloud_run_revision prod-worker 204 1",
    "cloud_run_revision prod-worker 403 1",
  ]);
  expect(await counted("runs")).toEqual(["cloud_scheduler_job prod-daily-digest 1"]);
  expect(await counted("pauses")).toEqual(["global  pause email 1"]);
  const { entries = [] } = (await api.post("/v2/entries:list", {
    resourceNames: [`projects/${PROJECT}`],
    filter: 'log_id("run.googleapis.com/requests")',
  })) as { entries?: { httpRequest: { status: number } }[] };
  expect(entries.map(({ httpRequest }) => httpRequest.status)).toEqual(stack.kept);
});

interface Series {
  readonly metric: { readonly labels?: Readonly<Record<string, string>> };
  readonly resource: { readonly type: string; readonly labels: Readonly<Record<string, string>> };
  readonly points: readonly {
    readonly value: { readonly int64Value?: string; readonly doubleValue?: number };
  }[];
}

const STEP_S = 300;

/** Lets time pass, and returns after how many seconds a threshold fires, step by step; those at which it does. */
async function firing(key: AlertKey, forS: number): Promise<number[]> {
  const condition = conditionOf(key, "threshold");
  const { limits, aligner, alignS, groupBy, durationS } = condition;
  const [{ filter, above }] = limits as [Limit];
  const fired: number[] = [];
  let since: number | undefined;
  for (let at = STEP_S; at <= forS; at += STEP_S) {
    await cloud.advance(`${STEP_S}s`);
    const now = cloud.now();
    const query = new URLSearchParams({
      filter,
      "interval.startTime": new Date(+now - alignS * 1000).toISOString(),
      "interval.endTime": now.toISOString(),
      "aggregation.alignmentPeriod": `${alignS}s`,
      "aggregation.perSeriesAligner": aligner,
      "aggregation.crossSeriesReducer": "REDUCE_MAX",
      "aggregation.groupByFields": groupBy,
    });
    const { timeSeries = [] } = (await api.get(
      `/v3/projects/${PROJECT}/timeSeries?${query.toString()}`,
    )) as { timeSeries?: Series[] };
    const values = timeSeries.flatMap(({ points: [newest] }) =>
      newest ? [Number(newest.value.int64Value ?? newest.value.doubleValue)] : [],
    );
    since = values.some((value) => value > above) ? (since ?? at) : undefined;
    if (since !== undefined && at - since >= durationS) fired.push(at);
  }
  return fired;
}

async function makeQueue(id: string, settings: object = {}): Promise<string> {
  const name = `${cloud.location}/queues/${id}`;
  await api.post(`/v2/${cloud.location}/queues`, { name, ...settings });
  return name;
}

async function addTask(queue: string): Promise<string> {
  const { name } = await api.post(`/v2/${queue}/tasks`, {
    task: { httpRequest: { url: "https://worker.example/tasks/a" } },
  });
  return String(name);
}

describe("An alert above a threshold", () => {
  it("fires once dead letters have waited for a day, and closes when they are gone", async () => {
    const queue = await makeQueue("prod-dead-letter-1a2b3c4d");
    await api.post(`/v2/${queue}:pause`, {});
    expect(await firing("dead-letters-waiting", 3600)).toEqual([]);

    const letter = await addTask(queue);
    const [first = 0] = await firing("dead-letters-waiting", 24 * 3600);
    expect(first).toBeGreaterThanOrEqual(23 * 3600);
    expect(first).toBeLessThanOrEqual(23.5 * 3600);

    await api.delete(`/v2/${letter}`);
    expect(await firing("dead-letters-waiting", 3600)).toEqual([]);
  });

  it("is quiet where tasks are tried again, fires where they wait, and closes after", async () => {
    const queue = await makeQueue("prod-email-1a2b3c4d", {
      rateLimits: { maxDispatchesPerSecond: 0.05 },
      retryConfig: { minBackoff: "60s", maxBackoff: "60s" },
    });
    status = 422;
    await addTask(queue);
    expect(await firing("tasks-wait", 1800)).toEqual([]);
    status = 204;

    // Three a minute: the last one waits for half an hour.
    for (let n = 0; n < 100; n += 1) await addTask(queue);
    const fired = await firing("tasks-wait", 3600);
    expect(fired[0]).toBeGreaterThanOrEqual(1500);
    expect(fired[0]).toBeLessThanOrEqual(2100);

    expect(await firing("tasks-wait", 1800)).toEqual([]);
  });
});
