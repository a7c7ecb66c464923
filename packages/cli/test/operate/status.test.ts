import type { Job, Queue, Service, TimeSeries } from "../../operate/calls/messages.ts";
import { queueSchema, serviceSchema } from "../../operate/calls/messages.ts";
import type { OperatorCalls } from "../../operate/calls/operatorCalls.ts";
import { showStatus } from "../../operate/status/command.ts";
import { makeOperatorCalls } from "../../operate/calls/operatorCalls.ts";
import { callGoogle, GoogleRefusal } from "../../stack/googleApi.ts";
import { startOperatorCloud, type OperatorCloud } from "../support/operatorCloud.ts";
import { operatingAt } from "../support/operating.ts";

const NOW = new Date("2026-11-25T12:00:00Z");
const ago = (ms: number) => new Date(+NOW - ms).toISOString();
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

interface Change {
  readonly email?: object;
  readonly dead?: object;
  readonly job?: Partial<Job>;
  readonly service?: object;
  readonly series?: readonly TimeSeries[];
}

/** Google's answers about a stack in which all is well, but for what is changed. */
function callsOf({
  email = {},
  dead = {},
  job = {},
  service = {},
  series = [],
}: Change): OperatorCalls {
  const queue = (name: string, more: object): Queue =>
    queueSchema.parse({
      name,
      rateLimits: { maxDispatchesPerSecond: 20, maxConcurrentDispatches: 10 },
      ...more,
    });
  const answers: Readonly<Record<string, Queue>> = {
    e: queue("e", { state: "RUNNING", stats: { tasksCount: "0" }, ...email }),
    d: queue("d", { state: "PAUSED", stats: { tasksCount: "0" }, ...dead }),
  };
  const ready: Service = serviceSchema.parse({
    name: "projects/p/locations/l/services/dev-worker",
    latestReadyRevision:
      "projects/p/locations/l/services/dev-worker/revisions/dev-worker-00042-abc",
    template: {
      maxInstanceRequestConcurrency: 20,
      scaling: { minInstanceCount: 1, maxInstanceCount: 4 },
    },
    terminalCondition: { state: "CONDITION_SUCCEEDED" },
    ...service,
  });
  return {
    operations: {
      ...{ stack: "dev", project: "p", region: "l", protect: false, imageRepository: "r" },
      queues: { email: "e", "dead-letter": "d" },
      queueSettings: { email: { rateLimits: { maxDispatchesPerSecond: 20 } } },
      schedules: { daily: "j" },
      workers: [{ service: "projects/p/locations/l/services/dev-worker" }],
    },
    getQueue: async (name: string) => answers[name]!,
    getJob: async (): Promise<Job> => ({
      name: "j",
      state: "ENABLED",
      schedule: "0 7 * * *",
      timeZone: "Etc/UTC",
      scheduleTime: "2026-11-26T07:00:00Z",
      lastAttemptTime: "2026-11-25T07:00:00.3Z",
      ...job,
    }),
    getService: async () => ready,
    listOpenAlerts: async () => [],
    listTimeSeries: async () => series,
    async *listTasks() {
      yield [];
    },
  } as unknown as OperatorCalls;
}

async function status(change: Change, json = false) {
  const operating = operatingAt(NOW, callsOf(change), { flags: " --stack prod" });
  const code = await showStatus(operating, json);
  return { code, printed: operating.printed };
}

describe("status", () => {
  it("shows a stack in which all is well", async () => {
    expect(await status({})).toEqual({
      code: 0,
      printed: [
        "Stack 'dev', project 'p', l. Times are UTC.",
        "┌───────┬─────────┬───────┬────────────┬────────────────────┬───────────┬──────────────────┬───────────┐",
        "│ Queue │ State   │ Tasks │ Oldest due │ Delivered last min │ In flight │ Rate now / asked │ Drains in │",
        "├───────┼─────────┼───────┼────────────┼────────────────────┼───────────┼──────────────────┼───────────┤",
        "│ email │ RUNNING │     0 │ -          │                  0 │ 0 of 10   │ 0 / 20 per s     │ -         │",
        "└───────┴─────────┴───────┴────────────┴────────────────────┴───────────┴──────────────────┴───────────┘",
        "No dead letters; they are kept for 31 d.",
        "Worker dev-worker: ready, revision dev-worker-00042-abc, 1 to 4 instances of 20 places (not counted lately).",
        "┌──────────┬─────────┬───────────────────────────────┬───────────────────────────────┬────────┐",
        "│ Schedule │ State   │ Next                          │ Last                          │ Result │",
        "├──────────┼─────────┼───────────────────────────────┼───────────────────────────────┼────────┤",
        "│ daily    │ ENABLED │ 2026-11-26 07:00:00 (in 19 h) │ 2026-11-25 07:00:00 (4 h ago) │ ok     │",
        "└──────────┴─────────┴───────────────────────────────┴───────────────────────────────┴────────┘",
        "No alerts.",
      ],
    });
  });

  it.each<[Change, string]>([
    [{ email: { state: "PAUSED" } }, "Queue 'email' is PAUSED and sends nothing."],
    [
      { email: { rateLimits: { maxDispatchesPerSecond: 4, maxConcurrentDispatches: 10 } } },
      "Queue 'email' is not set as its program says: rateLimits.maxDispatchesPerSecond is 4, not 20. " +
        "'npm run up -- --refresh --stack prod' sets it.",
    ],
    [
      { email: { stats: { tasksCount: "1", oldestEstimatedArrivalTime: ago(2 * HOUR_MS) } } },
      "A task on 'email' has been due for 2 h.",
    ],
    [
      { dead: { stats: { tasksCount: "1", oldestEstimatedArrivalTime: ago(2 * DAY_MS) } } },
      "A dead letter has waited for 2 d.",
    ],
    [
      { dead: { stats: { tasksCount: "9", oldestEstimatedArrivalTime: ago(25 * DAY_MS) } } },
      "The first dead letter is kept until 2026-12-01 (in 6 d).",
    ],
    [{ job: { state: "DISABLED" } }, "Schedule 'daily' is DISABLED and does not run."],
    [
      { job: { status: { code: 13, message: "" } } },
      "Schedule 'daily' failed when it ran last (code 13).",
    ],
    [
      { service: { terminalCondition: { state: "CONDITION_FAILED", message: "No image." } } },
      "Worker 'dev-worker' is not ready: No image.",
    ],
  ])("says what somebody should look at, and ends with 1: %j", async (change, problem) => {
    const { code, printed } = await status(change);

    expect(code).toBe(1);
    expect(printed.filter((line) => line.startsWith("!"))).toEqual([`! ${problem}`]);
  });

  it("shows a schedule that is paused, as a stack's settings may want it, and says no more", async () => {
    const { code, printed } = await status({ job: { state: "PAUSED" } });

    expect(code).toBe(0);
    expect(printed.at(-3)).toContain("│ daily    │ PAUSED │");
  });

  it("says nothing of dead letters of today, or kept for long", async () => {
    const stats = (ms: number) => ({
      stats: { tasksCount: "1", oldestEstimatedArrivalTime: ago(ms) },
    });

    expect((await status({ dead: stats(HOUR_MS) })).printed).toContain(
      "1 dead letter, the oldest of 1 h ago; kept for 31 d, until 2026-12-26.",
    );
    const kept = await status({ dead: { ...stats(HOUR_MS), taskTtl: "31536000s" } });
    expect(kept).toMatchObject({ code: 0 });
    expect(kept.printed).toContain(
      "1 dead letter, the oldest of 1 h ago; kept for 365 d, until 2027-11-25.",
    );
  });

  it("counts a worker's instances as they were last, not those of revisions that are gone", async () => {
    const count = (revision: string, state: string, ...points: readonly [number, number][]) => ({
      metric: { labels: { state } },
      resource: { labels: { service_name: "dev-worker", revision_name: revision } },
      points: points.map(([minutesAgo, value]) => ({
        interval: { endTime: ago(minutesAgo * 60_000) },
        value: { int64Value: value },
      })),
    });
    const series = [
      count("dev-worker-00041-abc", "active", [4, 7], [5, 7]),
      count("dev-worker-00042-abc", "active", [3, 2], [4, 1]),
      count("dev-worker-00042-abc", "idle", [3, 1], [4, 0]),
    ];

    expect((await status({ series })).printed).toContain(
      "Worker dev-worker: ready, revision dev-worker-00042-abc, 1 to 4 instances of 20 places " +
        "(2 active and 1 idle, counted 3 min ago).",
    );
    const { printed } = await status({ series }, true);
    expect(JSON.parse(printed[0]!).workers[0].instances).toEqual({
      active: 2,
      idle: 1,
      time: +NOW - 180_000,
    });
  });

  it("prints JSON, one object", async () => {
    const { printed } = await status({}, true);

    expect(printed).toHaveLength(1);
    expect(JSON.parse(printed[0]!)).toMatchObject({
      kind: "status",
      stack: "dev",
      queues: [{ key: "email", state: "RUNNING" }],
      deadLetters: { count: 0 },
      schedules: [{ key: "daily", lastCode: 0 }],
      workers: [{ service: "dev-worker", isReady: true }],
      problems: [],
    });
  });
});

describe("status of a stack on the local cloud", () => {
  let stack: OperatorCloud;
  beforeEach(async () => {
    stack = await startOperatorCloud();
    await stack.api(
      "POST",
      "/v2/projects/local-project/locations/europe-west1/services?serviceId=dev-worker",
      {
        ingress: "INGRESS_TRAFFIC_INTERNAL_ONLY",
        template: {
          containers: [{ image: "europe-west1-docker.pkg.dev/local-project/images/worker:1" }],
        },
      },
    );
  });
  afterEach(async () => {
    await stack[Symbol.asyncDispose]();
  });

  /** The calls for the stack with so many queues and its alert policies, and what was called. */
  async function callsOfAll(queues: number, policies: readonly object[] = []) {
    const operations = structuredClone(stack.operations);
    for (let n = Object.keys(operations.queues).length; n < queues + 1; n += 1) {
      const name = `projects/local-project/locations/europe-west1/queues/dev-q${n}-1a2b`;
      await stack.api("POST", "/v2/projects/local-project/locations/europe-west1/queues", { name });
      operations.queues[`q${n}`] = name;
    }
    operations.alerts = {};
    for (const [n, policy] of policies.entries()) {
      const made = await stack.api("POST", "/v3/projects/local-project/alertPolicies", policy);
      operations.alerts[`alert-${n}`] = (made as { name: string }).name;
    }
    const made: string[] = [];
    const calls = makeOperatorCalls(operations, {
      call(api, method, path, body) {
        made.push(`${method} ${path}`);
        return callGoogle({ local: false, port: stack.port }, api, method, path, body);
      },
      now: () => +stack.cloud.now(),
      sleep: () => Promise.reject(new Error("Nothing is tried again here.")),
    });
    return { calls, made };
  }

  async function shown(calls: OperatorCalls) {
    const operating = operatingAt(stack.cloud.now(), calls);
    const code = await showStatus(operating, false);
    return { code, printed: operating.printed };
  }

  const policy = (title: string, condition: object, strategy: object = {}) => ({
    displayName: `dev: ${title}`,
    combiner: "OR",
    conditions: [{ displayName: title, ...condition }],
    alertStrategy: { autoClose: "3600s", ...strategy },
  });
  const letters = policy(
    "Tasks become dead letters",
    {
      conditionMatchedLog: {
        filter: 'log_id("run.googleapis.com/stdout") AND jsonPayload.outcome="dead-letter"',
        labelExtractors: { task: "EXTRACT(labels.task)", cause: "EXTRACT(labels.cause)" },
      },
    },
    { notificationRateLimit: { period: "600s" } },
  );
  const waiting = policy("Dead letters are waiting", {
    conditionThreshold: {
      filter:
        'metric.type="cloudtasks.googleapis.com/queue/depth" AND resource.type="cloud_tasks_queue" AND ' +
        'resource.labels.queue_id="dev-dead-letter-1a2b"',
      comparison: "COMPARISON_GT",
      thresholdValue: 0,
      duration: "3600s",
      aggregations: [
        {
          alignmentPeriod: "300s",
          perSeriesAligner: "ALIGN_MIN",
          crossSeriesReducer: "REDUCE_MAX",
          groupByFields: ["resource.label.queue_id"],
        },
      ],
    },
  });
  const silent = policy("A queue does not deliver", {
    conditionPrometheusQueryLanguage: { query: "vector(1)" },
  });

  it("makes less than two calls a queue, however much there is", async () => {
    for (let n = 1; n <= 20; n += 1) await stack.die(n);
    const { calls, made } = await callsOfAll(20, [letters, waiting, silent]);

    await shown(calls);

    const count = (what: RegExp) => made.filter((call) => what.test(call)).length;
    expect(count(/queues\/[^/]*\?readMask/)).toBe(21);
    expect(count(/responseView=/)).toBe(1);
    expect(count(/timeSeries/)).toBe(1);
    expect(count(/alerts/)).toBe(1);
    expect(count(/services\//)).toBe(1);
    expect(made).toHaveLength(25);
  });

  it("says of a page of dead letters what they died of, and that there are more", async () => {
    for (let n = 1; n <= 490; n += 1) await stack.die(n);
    for (let n = 491; n <= 501; n += 1) await stack.die(n, { error: `550 No such user ${n}` });
    const { calls, made } = await callsOfAll(2);

    const { printed } = await shown(calls);

    expect(printed.filter((line) => line.startsWith("  "))).toEqual([
      expect.stringMatching(/^ {2}4\d\d of cause [0-9a-f]{8}, send-email: /),
      expect.stringMatching(/^ {2}1\d of cause [0-9a-f]{8}, send-email: 550 No such user <n>$/),
      "  of the 500 that were read; 'dead-letters' reads all.",
    ]);
    expect(made.filter((call) => call.includes("responseView="))).toHaveLength(1);
  });

  const written = (labels: object) => ({
    logName: "projects/local-project/logs/run.googleapis.com%2Fstdout",
    resource: { type: "cloud_run_revision", labels: { service_name: "dev-worker" } },
    timestamp: stack.cloud.now().toISOString(),
    labels,
    jsonPayload: { outcome: "dead-letter" },
  });

  it("says which alerts are open, of what, and since when", async () => {
    const { calls } = await callsOfAll(2, [letters, waiting, silent]);
    await stack.die(1);
    await stack.cloud.advance("1800s");
    expect((await shown(calls)).printed).toContain("3 alerts, none of them open.");

    await stack.api("POST", "/v2/entries:write", {
      entries: ["7f3a91c2", "0b1e44d8"].map((cause) => written({ task: "send-email", cause })),
    });
    await stack.cloud.advance("600s");

    const { code, printed } = await shown(calls);
    expect(code).toBe(1);
    expect(printed).toContain("3 alerts, 2 of them open.");
    expect(printed.filter((line) => line.startsWith("! Alert"))).toEqual([
      "! Alert 'dev: Tasks become dead letters' (cause 0b1e44d8, task send-email) has been open for 10 min.",
      "! Alert 'dev: Tasks become dead letters' (cause 7f3a91c2, task send-email) has been open for 10 min.",
    ]);
  });

  it("says of an alert that a rehearsal opened that it is one, and has nobody look at it", async () => {
    const { calls } = await callsOfAll(2, [letters]);
    const mark = "rehearsal-9f31c2aa";
    await stack.api("POST", "/v2/entries:write", {
      entries: [written({ task: mark, cause: mark })],
    });
    await stack.cloud.advance("600s");

    const { printed } = await shown(calls);

    expect(printed.filter((line) => line.includes("lert"))).toEqual([
      "1 alert, 1 of them open.",
      "  Alert 'dev: Tasks become dead letters' (a rehearsal) has been open for 10 min.",
    ]);
  });

  it("takes no task that is called like a rehearsal for one", async () => {
    const { calls } = await callsOfAll(2, [letters]);
    await stack.api("POST", "/v2/entries:write", {
      entries: [written({ task: "rehearsal-mails", cause: "7f3a91c2" })],
    });
    await stack.cloud.advance("600s");

    const { code, printed } = await shown(calls);

    expect(code).toBe(1);
    expect(printed.filter((line) => line.includes("lert"))).toEqual([
      "1 alert, 1 of them open.",
      "! Alert 'dev: Tasks become dead letters' (cause 7f3a91c2, task rehearsal-mails) has been open for 10 min.",
    ]);
  });

  it("says of an alert of a metric which resource it is about", async () => {
    const { calls } = await callsOfAll(2, [waiting]);
    const listOpenAlerts: OperatorCalls["listOpenAlerts"] = async () => [
      {
        ...{ name: "projects/p/alerts/1", state: "OPEN" },
        openTime: new Date(+stack.cloud.now() - 600_000).toISOString(),
        metric: { labels: {} },
        resource: { labels: { project_id: "p", location: "l", queue_id: "dev-dead-letter-1a2b" } },
        policy: {
          name: "projects/p/alertPolicies/1",
          displayName: "dev: Dead letters are waiting",
        },
      },
    ];

    expect((await shown({ ...calls, listOpenAlerts })).printed.at(-1)).toBe(
      "! Alert 'dev: Dead letters are waiting' (queue_id dev-dead-letter-1a2b) has been open for 10 min.",
    );
  });

  it("says that alerts cannot be listed where Google does not do so", async () => {
    const { calls } = await callsOfAll(2, [letters]);
    const listOpenAlerts = () =>
      Promise.reject(
        new GoogleRefusal("monitoring.googleapis.com", 404, "NOT_FOUND", "Not found."),
      );

    const { printed } = await shown({ ...calls, listOpenAlerts });

    expect(printed).toContain("Alerts cannot be listed: Not found.");
  });
});
