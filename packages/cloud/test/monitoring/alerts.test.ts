import type { CloudEvents } from "../../api/events.ts";
import type { Json } from "../../api/parseJson.ts";
import type { Parsed } from "../support/localApi.ts";
import { startLocalCloud, type LocalCloud } from "../../startLocalCloud.ts";

const START = new Date("2026-11-24T12:00:00Z");
const PROJECT = "local-project";

let cloud: LocalCloud;
/** `opened WARNING name label=value`, in the order in which it was told. */
let told: string[];

beforeEach(async () => {
  cloud = await startLocalCloud({ clock: "virtual", startTime: START });
  told = [];
  const tell =
    (what: string) =>
    ({ displayName, severity, labels }: CloudEvents["alertOpened"]): void => {
      const about = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
      told.push([what, severity, displayName, ...about].join(" "));
    };
  cloud.events.on("alertOpened", tell("opened"));
  cloud.events.on("alertClosed", tell("closed"));
});
afterEach(() => cloud.stop());

async function send(method: string, path: string, body?: Json): Promise<Parsed> {
  const answer = await fetch(`${cloud.endpoint}${path}`, {
    method,
    body: body === undefined ? null : JSON.stringify(body),
  });
  const parsed = (await answer.json()) as Parsed;
  expect([answer.status, parsed]).toEqual([200, parsed]);
  return parsed;
}

/** Makes a policy of conditions. Returns its name. */
async function watch(fields: { readonly [key: string]: Json }): Promise<string> {
  const { name } = await send("POST", `/v3/projects/${PROJECT}/alertPolicies`, {
    displayName: "trouble",
    severity: "WARNING",
    combiner: "OR",
    ...fields,
  });
  return name as string;
}

const LOGGED = {
  conditions: [
    {
      displayName: "trouble",
      conditionMatchedLog: {
        filter: 'log_id("work") AND severity>=ERROR',
        labelExtractors: { what: "EXTRACT(labels.what)" },
      },
    },
  ],
  alertStrategy: { notificationRateLimit: { period: "300s" }, autoClose: "3600s" },
};

async function log(what: string, severity = "ERROR"): Promise<void> {
  await send("POST", "/v2/entries:write", {
    entries: [
      {
        logName: `projects/${PROJECT}/logs/work`,
        resource: { type: "global" },
        severity,
        labels: { what },
        textPayload: "said",
      },
    ],
  });
}

async function makeQueue(id: string): Promise<string> {
  const name = `${cloud.location}/queues/${id}`;
  await send("POST", `/v2/${cloud.location}/queues`, { name });
  await send("POST", `/v2/${name}:pause`, {});
  return name;
}

async function addTask(queue: string): Promise<string> {
  const { name } = await send("POST", `/v2/${queue}/tasks`, {
    task: { httpRequest: { url: "https://worker.example/a" } },
  });
  return name as string;
}

const THRESHOLD = {
  filter:
    'metric.type="cloudtasks.googleapis.com/queue/depth" AND resource.type="cloud_tasks_queue" AND ' +
    'resource.labels.queue_id=starts_with("q")',
  comparison: "COMPARISON_GT",
  thresholdValue: 0,
  duration: "600s",
  aggregations: [
    {
      alignmentPeriod: "300s",
      perSeriesAligner: "ALIGN_MIN",
      crossSeriesReducer: "REDUCE_MAX",
      groupByFields: ["resource.label.queue_id"],
    },
  ],
};

const above = (changes: Record<string, Json> = {}) => ({
  conditions: [{ conditionThreshold: { ...THRESHOLD, ...changes } }],
});

describe("An alert of a matched log", () => {
  it("opens with an entry that matches, once for each of its labels, and closes after none came", async () => {
    await watch(LOGGED);
    await log("disk", "INFO");
    await log("disk");
    await cloud.advance("1800s");
    await log("disk");
    await log("net");
    expect(told).toEqual(["opened WARNING trouble what=disk", "opened WARNING trouble what=net"]);

    await cloud.advance("3599s");
    expect(told).toHaveLength(2);
    await cloud.advance("1s");
    expect(told.slice(2).sort()).toEqual([
      "closed WARNING trouble what=disk",
      "closed WARNING trouble what=net",
    ]);

    await log("disk");
    expect(told.slice(4)).toEqual(["opened WARNING trouble what=disk"]);
  });

  it("closes when its policy is changed or deleted, and is judged by the new one", async () => {
    const name = await watch(LOGGED);
    await log("disk");
    await send("PATCH", `/v3/${name}?updateMask=severity`, { severity: "CRITICAL" });
    await log("disk");
    await send("DELETE", `/v3/${name}`);
    await log("disk");

    expect(told).toEqual([
      "opened WARNING trouble what=disk",
      "closed WARNING trouble what=disk",
      "opened CRITICAL trouble what=disk",
      "closed CRITICAL trouble what=disk",
    ]);
  });

  it("is not judged while its policy is off", async () => {
    await watch({ ...LOGGED, enabled: false });
    await log("disk");

    expect(told).toEqual([]);
    expect(await send("GET", "/local/v1/alerts")).toEqual({ open: [], notJudged: [] });
  });

  it("opens a thousand times at most, of one policy", async () => {
    await watch(LOGGED);
    for (let n = 0; n < 1005; n += 1) await log(`n${n}`);

    expect(told).toHaveLength(1000);
  });
});

const INACTIVE = { evaluationMissingData: "EVALUATION_MISSING_DATA_INACTIVE" };

const METRICS = `/v2/projects/${PROJECT}/metrics`;

describe("An alert above a threshold", () => {
  it("opens where a series is above the threshold for so long, and closes when it is not", async () => {
    await watch(above());
    const queue = await makeQueue("q1");
    await makeQueue("q2");
    await makeQueue("other");
    const task = await addTask(queue);
    await cloud.advance("600s");
    expect(told).toEqual([]);

    await cloud.advance("600s");
    expect(told).toEqual(["opened WARNING trouble queue_id=q1"]);

    await send("DELETE", `/v2/${task}`);
    await cloud.advance("600s");
    expect(told.slice(1)).toEqual(["closed WARNING trouble queue_id=q1"]);
  });

  it("is one for each condition of a policy, and open while any of them is met", async () => {
    const filter = (queue: string): string => THRESHOLD.filter.replace('"q"', `"${queue}"`);
    const conditions = [
      { conditionThreshold: { ...THRESHOLD, filter: filter("q1"), thresholdValue: 0 } },
      { conditionThreshold: { ...THRESHOLD, filter: filter("q2"), thresholdValue: 1 } },
    ];
    await watch({ conditions });
    const [q1, q2] = [await makeQueue("q1"), await makeQueue("q2")];
    const task = await addTask(q1);
    await addTask(q2);
    await cloud.advance("3600s");
    expect(told).toEqual(["opened WARNING trouble queue_id=q1"]);

    await addTask(q2);
    await send("DELETE", `/v2/${task}`);
    await cloud.advance("3600s");
    expect(told.slice(1)).toEqual([
      "closed WARNING trouble queue_id=q1",
      "opened WARNING trouble queue_id=q2",
    ]);
  });

  it.each([
    ["stays as it was, until nobody heard of it for long", {}, "3600s", 2],
    ["is over at once where the policy says so", INACTIVE, "600s", 2],
    ["stays", {}, "1800s", 1],
  ] as const)("of a series that has no points any more %s", async (_, changes, after, count) => {
    await watch({ ...above(changes), alertStrategy: { autoClose: "3600s" } });
    const queue = await makeQueue("q1");
    await addTask(queue);
    await cloud.advance("1200s");
    expect(told).toHaveLength(1);

    await send("DELETE", `/v2/${queue}`);
    await cloud.advance(after);

    expect(told).toHaveLength(count);
  });

  it("is quiet of a metric that is not there any more", async () => {
    await send("POST", METRICS, { name: "later", filter: "severity=ERROR" });
    await watch(above({ filter: 'metric.type="logging.googleapis.com/user/later"' }));
    await send("DELETE", `${METRICS}/later`);
    await cloud.advance("3600s");

    expect(told).toEqual([]);
  });
});

it("is not judged where it is no matched log and no threshold", async () => {
  const query = { conditionPrometheusQueryLanguage: { query: "vector(1)" } };
  const rest = [
    { conditions: [query] },
    { conditions: [{ conditionAbsent: {} }] },
    { ...above(), combiner: "AND" },
    above({ aggregations: [] }),
    above({ aggregations: [{ alignmentPeriod: "300s", perSeriesAligner: "ALIGN_STDDEV" }] }),
    {
      ...LOGGED,
      conditions: [{ conditionMatchedLog: { filter: "sample(insertId, 0.5)" } }],
    },
  ];
  const names = await Promise.all(
    rest.map((fields, n) => watch({ ...fields, displayName: `not ${n}` })),
  );
  await cloud.advance("3600s");

  expect(told).toEqual([]);
  expect(await send("GET", "/local/v1/alerts")).toEqual({
    open: [],
    notJudged: names.map((policy, n) => ({ policy, displayName: `not ${n}` })),
  });
});

it("is listed while it is open, with what its policy says of it", async () => {
  const documentation = { content: "1. Look.", subject: "trouble", mimeType: "text/markdown" };
  const policy = await watch({ ...LOGGED, documentation });
  await log("disk");

  expect(await send("GET", "/local/v1/alerts")).toEqual({
    open: [
      {
        policy,
        displayName: "trouble",
        severity: "WARNING",
        labels: { what: "disk" },
        openTime: "2026-11-24T12:00:00Z",
        documentation,
      },
    ],
    notJudged: [],
  });
  await cloud.reset();
  expect(await send("GET", "/local/v1/alerts")).toEqual({ open: [], notJudged: [] });
});

it("is listed by Monitoring's API too, open and when it is over", async () => {
  const policy = await watch(LOGGED);
  await log("disk");
  await cloud.advance("60s");
  await log("net");
  await send("DELETE", `/v3/${policy}`);
  await watch(LOGGED);
  await log("disk");

  const { alerts, nextPageToken, totalSize } = await send(
    "GET",
    `/v3/projects/${PROJECT}/alerts?pageSize=2`,
  );

  expect(totalSize).toBe(3);
  expect(alerts[0]).toMatchObject({
    state: "OPEN",
    openTime: "2026-11-24T12:01:00Z",
    log: { extractedLabels: { what: "disk" } },
    policy: { displayName: "trouble", severity: "WARNING" },
  });
  expect(alerts[1]).toMatchObject({
    state: "CLOSED",
    closeTime: "2026-11-24T12:01:00Z",
    log: { extractedLabels: { what: "net" } },
    policy: { name: policy },
  });
  const rest = await send(
    "GET",
    `/v3/projects/${PROJECT}/alerts?pageSize=2&pageToken=${nextPageToken}`,
  );
  expect(rest.alerts).toHaveLength(1);
  expect(await send("GET", `/v3/${rest.alerts[0].name}`)).toEqual(rest.alerts[0]);
});

// google-cloud.md 8: a new log metric's descriptor can take ten minutes.
describe("A policy that asks for a log-based metric", () => {
  const type = "logging.googleapis.com/user/prod-ended";
  const threshold = above({ filter: `metric.type="${type}"` });
  const promql = (disableMetricValidation: boolean) => ({
    conditions: [
      {
        conditionPrometheusQueryLanguage: {
          query: "sum(logging_googleapis_com:user_prod_ended) > 0",
          disableMetricValidation,
        },
      },
    ],
  });
  const make = async (fields: object): Promise<unknown> => {
    const answer = await fetch(`${cloud.endpoint}/v3/projects/${PROJECT}/alertPolicies`, {
      method: "POST",
      body: JSON.stringify({ displayName: "trouble", combiner: "OR", ...fields }),
    });
    return answer.status === 200 ? 200 : ((await answer.json()) as Parsed).error;
  };
  const missing = (named: string) => ({
    code: 404,
    status: "NOT_FOUND",
    message: `Cannot find metric that matches type = "${named}". If a metric was created recently, it could take up to 10 minutes to become available. Please try again soon.`,
  });

  it("is refused until the metric is found, unless its PromQL says not to look", async () => {
    cloud.faults.add({ on: "metric", delay: "600s" });
    await send("POST", METRICS, { name: "prod-ended", filter: "severity=ERROR" });

    await cloud.advance("599s");
    expect(await make(threshold)).toEqual(missing(type));
    expect(await make(promql(false))).toEqual(missing("logging_googleapis_com:user_prod_ended"));
    expect(await make(promql(true))).toBe(200);

    await cloud.advance("1s");
    expect(await make(threshold)).toBe(200);
    expect(await make(promql(false))).toBe(200);
  });
});
