import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { loadConfig, type StackConfig } from "../../../infra/config/config.ts";
import { textsOf } from "../../../infra/alerts/texts.ts";
import type { Contract, QueueSettings } from "../../../tasks/contract/contract.ts";
import { secret, setting } from "../../../tasks/contract/setting.ts";
import { stackConfig, startDeployment, valueOf, warningsGiven } from "../../support/pulumi.ts";

const reports: QueueSettings = {
  rateLimits: { maxDispatchesPerSecond: 5, maxConcurrentDispatches: 2 },
  retryConfig: { maxAttempts: 4, minBackoff: "60s", maxBackoff: "3600s", maxDoublings: 4 },
  dispatchDeadline: "120s",
};

const port = z.string().regex(/^\d+$/, { error: "it must be a port" });
const token = z.string().regex(/^t-/, { error: "it must begin with 't-'" });

const declared: Contract = {
  queues: { reports },
  tasks: { build: { queue: "reports", payload: z.strictObject({ month: z.string() }) } },
  schedules: { monthly: { cron: "0 7 1 * *", task: "build", payload: { month: "last" } } },
  settings: {
    reportPort: setting(port.optional(), "Where reports go.", { example: "80" }),
    reportToken: secret(token, "Lets reports in.", { example: "t-1" }),
  },
};

const now = new Date("2026-11-24T12:00Z");

const set = {
  "gcp:project": "my-project",
  "gcp:region": "europe-west1",
  "background-tasks:settings": '{"reportPort":8080,"reportToken":"t-hunter2"}',
  "background-tasks:alerts": '{"enabled":false}',
};

/** Loads the configuration of a stack whose file is empty but for `config`. A key without a namespace is ours. */
async function load(
  config: Record<string, string>,
  { of = declared, stack = "test" } = {},
): Promise<StackConfig> {
  const own = Object.entries(config).map(([key, value]): [string, string] => [
    key.includes(":") ? key : `background-tasks:${key}`,
    value,
  ]);
  await startDeployment(
    stackConfig("test/fixtures/Pulumi.empty.yaml", { ...set, ...Object.fromEntries(own) }),
    stack,
  );
  return loadConfig(of, now);
}

/** The sentences of the error that loading ends in. */
async function problemsOf(...args: Parameters<typeof load>): Promise<string[]> {
  try {
    await load(...args);
  } catch (error) {
    return (error as Error).message
      .split("\n")
      .slice(1)
      .map((line) => line.replace(/^ {2}- /, ""));
  }
  return [];
}

const KMS_KEY = "projects/keys/locations/europe-west1/keyRings/ring/cryptoKeys/key";

const SEVENTEEN_CHANNELS = Array.from({ length: 17 }, (_, n) => `email:${n}@example.com`);

describe("loadConfig", () => {
  it("takes the defaults from Pulumi.yaml", async () => {
    const { settings, ...config } = await load({ alerts: "" });

    expect(settings.plain).toEqual({ reportPort: "8080" });
    expect(config).toEqual({
      stack: "test",
      namePrefix: "",
      project: "my-project",
      region: "europe-west1",
      protect: true,
      loggingSamplingRatio: 0.1,
      requestLogs: "all",
      enqueuers: [],
      cancellers: [],
      operators: [],
      viewers: [],
      apis: [],
      labels: {},
      kmsKeys: {},
      alerts: {
        enabled: true,
        page: [],
        tell: [],
        maxWaitS: 900,
        delayedTasks: false,
        runbook: undefined,
      },
      canary: undefined,
      workers: {
        worker: {
          cpu: "1",
          memory: "512Mi",
          concurrency: 20,
          minInstances: 0,
          maxInstances: 10,
          timeout: "600s",
          retired: false,
        },
      },
      workerImage: undefined,
      registryHost: "europe-west1-docker.pkg.dev",
      localEndpoint: undefined,
      baseImage: "gcr.io/distroless/nodejs24-debian13:nonroot",
      queues: { reports: { ...reports, worker: "worker", maxDeliveries: 31 } },
      schedules: {
        monthly: {
          cron: "0 7 1 * *",
          timeZone: "Etc/UTC",
          task: "build",
          payload: { month: "last" },
          paused: false,
        },
      },
    });
  });

  it("gives one key of Cloud KMS to every API that has none of its own", async () => {
    const { kmsKeys } = await load({
      kmsKeys: JSON.stringify({ "*": KMS_KEY, run: `${KMS_KEY}-of-run` }),
    });

    expect(kmsKeys).toEqual({
      artifactregistry: KMS_KEY,
      run: `${KMS_KEY}-of-run`,
      secretmanager: KMS_KEY,
    });
  });

  it("says who is told of what, and how long a task may wait", async () => {
    const { alerts, canary } = await load({
      canary: "*/5 * * * *",
      alerts: JSON.stringify({
        page: ["projects/my-project/notificationChannels/17"],
        tell: ["email:team@example.com"],
        maxWait: "120s",
        delayedTasks: "true",
        runbook: "https://wiki.example.com/tasks?policy=${policy.display_name}#now",
      }),
    });

    expect(alerts).toEqual({
      enabled: true,
      page: ["projects/my-project/notificationChannels/17"],
      tell: ["email:team@example.com"],
      maxWaitS: 120,
      delayedTasks: true,
      runbook: "https://wiki.example.com/tasks?policy=${policy.display_name}#now",
    });
    expect(canary).toBe("*/5 * * * *");
    expect(warningsGiven()).toEqual([]);
  });

  it("lets a queue say how long its tasks may wait, and a stack say otherwise", async () => {
    const of = { ...declared, queues: { reports: { ...reports, maxWait: "300s" as const } } };

    expect((await load({}, { of })).queues["reports"]?.maxWait).toBe("300s");
    const queues = JSON.stringify({ reports: { maxWait: "3600s" } });
    expect((await load({ queues }, { of })).queues["reports"]?.maxWait).toBe("3600s");
    expect((await load({})).queues["reports"]).not.toHaveProperty("maxWait");
  });

  it("refuses more waits than an alert has conditions, that of queues without one among them", async () => {
    const waiting = (...waits: readonly string[]): Contract => ({
      ...declared,
      queues: {
        reports: { ...reports, rateLimits: { ...reports.rateLimits, maxConcurrentDispatches: 1 } },
        ...Object.fromEntries(
          waits.map((maxWait, i) => [`q${i}`, { ...reports, maxWait } as QueueSettings]),
        ),
      },
    });
    const six = ["60s", "60.0s", "120s", "180s", "240s", "300s", "900s"];

    const watched = { alerts: JSON.stringify({ enabled: true }) };
    expect(await problemsOf(watched, { of: waiting(...six) })).toEqual([]);
    expect(await problemsOf(watched, { of: waiting(...six, "1000s") })).toEqual([
      "tasks/queues.ts: the queues' 'maxWait' has 7 values, '60s', '120s', '180s', '240s', '300s', '900s', '1000s'; " +
        "an alert of Cloud Monitoring takes 6. Give some queues the same, or none: then it is 'alerts.maxWait', '900s'.",
    ]);
    const unwatched = { alerts: JSON.stringify({ enabled: false }) };
    expect(await problemsOf(unwatched, { of: waiting(...six, "1000s") })).toEqual([]);
  });

  it.each([
    [
      { alerts: "" },
      "'alerts.page' and 'alerts.tell' name no channel: the alerts are made, and nobody is told of what fires; it is " +
        "seen in the console only (docs/watching.md).",
    ],
    [
      { alerts: '{"tell":["email:team@example.com"]}' },
      "'alerts.page' names no channel: the alerts are made, and nobody is told of what cannot wait; it is seen in the " +
        "console only (docs/watching.md).",
    ],
    [
      { alerts: '{"page":["email:team@example.com"]}' },
      "'alerts.tell' names no channel: the alerts are made, and nobody is told of what can wait; it is seen in the " +
        "console only (docs/watching.md).",
    ],
  ])("warns of what nobody would be told: %j", async (config, warning) => {
    await load({ canary: "*/5 * * * *", ...config });

    expect(warningsGiven()).toEqual([warning]);
  });

  it("warns of what nobody would see without pings, and names the alert that is not made", async () => {
    const told = { page: ["email:a@example.com"], tell: ["email:a@example.com"] };
    const { title } = textsOf("test").find(({ key }) => key === "queue-silent")!;

    await load({ alerts: JSON.stringify(told) });
    expect(warningsGiven()).toEqual([
      `'canary' is not set: the alert '${title}' is not made, and nobody sees a paused queue before its tasks pile up, ` +
        "nor one that is broken before there are tasks for it (docs/watching.md).",
    ]);

    await load({ alerts: JSON.stringify({ ...told, delayedTasks: true }) });
    expect(warningsGiven()).toEqual([
      `'canary' is not set: the alert '${title}' is not made, and nobody sees a paused queue, nor one that is broken ` +
        "before there are tasks for it (docs/watching.md).",
    ]);
  });

  it("warns of it where a stack is rehearsed on a local cloud, and not of the one of a laptop", async () => {
    const config = { alerts: "", "gcp:cloudTasksCustomEndpoint": "http://127.0.0.1:8123/v2/" };

    await load(config);
    expect(warningsGiven()).toHaveLength(2);

    await load(config, { stack: "local" });
    expect(warningsGiven()).toEqual([]);
  });

  it.each([
    [
      { alerts: '{"page":["on-call@example.com"]}' },
      "Pulumi.test.yaml: 'alerts.page.0' is 'on-call@example.com'; it must be a notification channel, " +
        "'projects/<project>/notificationChannels/<id>', or an address, 'email:on-call@example.com'.",
    ],
    [
      { alerts: '{"tell":["email:a@example.com","email:a@example.com"]}' },
      `Pulumi.test.yaml: 'alerts.tell' is ["email:a@example.com","email:a@example.com"]; each channel may be named once.`,
    ],
    [
      { alerts: JSON.stringify({ page: SEVENTEEN_CHANNELS }) },
      `Pulumi.test.yaml: 'alerts.page' is ${JSON.stringify(SEVENTEEN_CHANNELS)}; an alert of Cloud Monitoring tells 16 channels at the most.`,
    ],
    [
      { alerts: '{"maxWait":"1s"}' },
      "Pulumi.test.yaml: 'alerts.maxWait' is '1s'; it must be a duration from '60s' to '86400s'.",
    ],
    ...[
      "http://wiki.example.com/tasks",
      "wiki.example.com/tasks",
      "https://",
      "https://wiki.example.com/the page",
      "https://${resource.name}.example.com/",
      "https://reader:not-a-password@wiki.example.com/tasks",
      `https://wiki.example.com/${"x".repeat(2083)}`,
    ].map((runbook): [Record<string, string>, string] => [
      { alerts: JSON.stringify({ runbook }) },
      `Pulumi.test.yaml: 'alerts.runbook' is '${runbook}'; it must be the address of a page, such as ` +
        "'https://wiki.example.com/tasks', without a password, of at most 2083 characters.",
    ]),
    [
      { canary: "0 */2 * * *" },
      "Pulumi.test.yaml: 'canary' is '0 */2 * * *'; it must be a cron expression that runs every hour at least, " +
        "such as '*/5 * * * *'.",
    ],
  ])("refuses of alerts %j", async (config, problem) => {
    expect(await problemsOf(config)).toEqual([problem]);
  });

  it("refuses a schedule that has the name of what sends pings", async () => {
    const { monthly } = declared.schedules;
    const of = { ...declared, schedules: { "ping-reports": monthly! } };

    expect(await problemsOf({}, { of })).toEqual([
      "tasks/schedules.ts: schedule 'ping-reports' has the name of what sends pings to queue 'reports'; " +
        "give it another name.",
    ]);
  });

  it("marks a setting that is a secret as one", async () => {
    const { settings } = await load({});

    const { reportToken, ...others } = settings.secret;
    expect(others).toEqual({});
    expect(await valueOf(reportToken!)).toBe("t-hunter2");
    expect(await pulumi.isSecret(reportToken!)).toBe(true);
  });

  it("does without a setting that may be missing", async () => {
    const { settings } = await load({ settings: '{"reportToken":"t-1"}' });

    expect(settings.plain).toEqual({});
  });

  it("lets a stack override any setting of a queue, and keeps the others", async () => {
    const { queues } = await load({
      queues: JSON.stringify({
        reports: {
          rateLimits: { maxDispatchesPerSecond: 0.5 },
          retryConfig: { minBackoff: "30s" },
          dispatchDeadline: "30s",
        },
      }),
    });

    expect(queues).toEqual({
      reports: {
        rateLimits: { maxDispatchesPerSecond: 0.5, maxConcurrentDispatches: 2 },
        retryConfig: { maxAttempts: 4, minBackoff: "30s", maxBackoff: "3600s", maxDoublings: 4 },
        dispatchDeadline: "30s",
        worker: "worker",
        maxDeliveries: 33,
      },
    });
  });

  it("applies the override '*' to every queue, before the queue's own", async () => {
    const two = { ...declared, queues: { reports, others: reports } };

    const { queues } = await load(
      {
        queues: JSON.stringify({
          "*": { dispatchDeadline: "30s", retryConfig: { maxAttempts: 2 } },
          others: { dispatchDeadline: "45s" },
        }),
      },
      { of: two },
    );

    expect(queues).toMatchObject({
      reports: { dispatchDeadline: "30s", retryConfig: { maxAttempts: 2 } },
      others: { dispatchDeadline: "45s", retryConfig: { maxAttempts: 2 } },
    });
  });

  it("reads a number that 'pulumi config set --path' has stored as text", async () => {
    const { queues } = await load({
      queues: JSON.stringify({ reports: { rateLimits: { maxDispatchesPerSecond: "0.5" } } }),
    });

    expect(queues["reports"]!.rateLimits.maxDispatchesPerSecond).toBe(0.5);
  });

  it("lets a stack override any setting of a schedule", async () => {
    const { schedules } = await load({
      schedules: JSON.stringify({
        monthly: {
          cron: "0 8 2 * *",
          timeZone: "Europe/Berlin",
          paused: true,
          payload: { month: "this" },
        },
      }),
    });

    expect(schedules).toEqual({
      monthly: {
        cron: "0 8 2 * *",
        timeZone: "Europe/Berlin",
        task: "build",
        payload: { month: "this" },
        paused: true,
      },
    });
  });

  it("warns of a schedule in time that a zone skips", async () => {
    await load({
      schedules: JSON.stringify({ monthly: { cron: "30 2 28 3 *", timeZone: "Europe/Berlin" } }),
    });

    expect(warningsGiven()).toEqual([
      "Schedule 'monthly' fires in time that 'Europe/Berlin' skips on 2027-03-28, 02:00 to 03:00: it may " +
        "run unexpectedly or not at all. Choose another hour, or time zone 'Etc/UTC'.",
    ]);
  });

  it("warns of a schedule in time that a zone repeats", async () => {
    await load({
      schedules: JSON.stringify({ monthly: { cron: "30 2 31 10 *", timeZone: "Europe/Berlin" } }),
    });

    expect(warningsGiven()).toEqual([
      "Schedule 'monthly' fires in time that 'Europe/Berlin' repeats on 2027-10-31, 02:00 to 03:00: it may " +
        "run unexpectedly or twice. Choose another hour, or time zone 'Etc/UTC'.",
    ]);
  });

  it("warns of a task that would enqueue on a retired queue", async () => {
    const of: Contract = {
      ...declared,
      queues: { reports: { ...reports, retired: true }, others: reports },
      tasks: {
        build: { queue: "reports", payload: z.unknown() },
        plan: { queue: "others", payload: z.unknown(), enqueues: ["build"] },
      },
      schedules: {},
    };

    const { queues } = await load({}, { of });

    expect(queues["reports"]).toEqual({
      ...reports,
      ...{ worker: "worker", retired: true, maxDeliveries: 31 },
    });
    expect(warningsGiven()).toEqual([
      "Task 'plan' enqueues 'build' on queue 'reports', which is retired: that will be refused.",
    ]);
  });
});

describe("loadConfig refuses", () => {
  it("everything that is wrong, at once, and says where to change it", async () => {
    const loading = load(
      {
        "gcp:project": "",
        workerConcurrency: "0",
        queues: JSON.stringify({ reports: { dispatchDeadline: "5s" }, mail: {} }),
        schedules: JSON.stringify({ monthly: { cron: "61 * * * *" } }),
        kmsKeys: JSON.stringify({ "*": KMS_KEY.replace("europe-west1", "global"), run: "my-key" }),
      },
      { stack: "dev" },
    );

    await expect(loading).rejects.toThrow(
      new Error(
        [
          "The configuration of stack 'dev' has 7 problems. Pulumi.dev.yaml is changed by 'pulumi config set " +
            "--stack dev --path <setting> <value>', too.",
          "  - Pulumi.dev.yaml: 'gcp:project' is not set; it must be the id of the Google Cloud project to deploy to.",
          "  - Pulumi.dev.yaml: 'kmsKeys.run' is 'my-key'; it must be a key of Cloud KMS, " +
            "'projects/<project>/locations/<region>/keyRings/<ring>/cryptoKeys/<key>'.",
          "  - Pulumi.dev.yaml: 'workerConcurrency' is '0'; Cloud Run allows a whole number from 1 to 1000.",
          "  - Pulumi.dev.yaml: 'queues.mail' names no queue. Known queues: 'reports'. '*' stands for all.",
          "  - Pulumi.dev.yaml: 'queues.reports.dispatchDeadline' is '5s'; Cloud Tasks allows a duration from " +
            "'15s' to '1800s'.",
          "  - Pulumi.dev.yaml: 'schedules.monthly.cron' is '61 * * * *'; minute 61 is outside 0-59.",
          `  - Pulumi.dev.yaml: 'kmsKeys.*' is '${KMS_KEY.replace("europe-west1", "global")}'; the stack is in ` +
            "'europe-west1', and Google encrypts with a key of the same region.",
        ].join("\n"),
      ),
    );
  });

  it.each([
    {
      key: "gcp:region",
      value: "Europe",
      problem:
        "Pulumi.test.yaml: 'gcp:region' is 'Europe'; it must be a region, such as 'europe-west1'.",
    },
    {
      key: "protect",
      value: "yes",
      problem: "Pulumi.test.yaml: 'protect' is 'yes'; it is 'true' or 'false'.",
    },
    {
      key: "outageWindow",
      value: "1d",
      problem:
        "Pulumi.test.yaml: 'outageWindow' is '1d'; it must be a duration from '0s' to '2678400s'.",
    },
    {
      key: "loggingSamplingRatio",
      value: "1.5",
      problem:
        "Pulumi.test.yaml: 'loggingSamplingRatio' is '1.5'; Cloud Tasks allows a number from 0 to 1.",
    },
    {
      key: "requestLogs",
      value: "none",
      problem: "Pulumi.test.yaml: 'requestLogs' is 'none'; it is 'all' or 'failures'.",
    },
    {
      key: "labels",
      value: JSON.stringify({ Team: "mail" }),
      problem:
        "Pulumi.test.yaml: 'labels.Team' is 'mail'; the key of a label has up to 63 lower-case letters, " +
        "digits, '-' and '_', the first a letter.",
    },
    {
      key: "labels",
      value: JSON.stringify({ team: "The mailers" }),
      problem:
        "Pulumi.test.yaml: 'labels.team' is 'The mailers'; a label's value has up to 63 lower-case letters, " +
        "digits, '-' and '_'.",
    },
    {
      key: "labels",
      value: JSON.stringify({ team: "な".repeat(43) }),
      problem:
        `Pulumi.test.yaml: 'labels.team' is '${"な".repeat(43)}'; a label's key, and its value, have at most 128 ` +
        "bytes in UTF-8.",
    },
    {
      key: "labels",
      value: JSON.stringify({ ["な".repeat(43)]: "mail" }),
      problem:
        `Pulumi.test.yaml: 'labels.${"な".repeat(43)}' is 'mail'; a label's key, and its value, have at most 128 ` +
        "bytes in UTF-8.",
    },
    {
      key: "labels",
      value: JSON.stringify({ "cost-center": 42 }),
      problem:
        "Pulumi.test.yaml: 'labels.cost-center' is 42; a label's value is text, and a number needs quotes in the file.",
    },
    {
      key: "labels",
      value: "team=mail",
      problem:
        "Pulumi.test.yaml: 'labels' is 'team=mail'; it holds labels by key, such as { team: mail }.",
    },
    {
      key: "kmsKeys",
      value: JSON.stringify({ run: "my-key" }),
      problem:
        "Pulumi.test.yaml: 'kmsKeys.run' is 'my-key'; it must be a key of Cloud KMS, " +
        "'projects/<project>/locations/<region>/keyRings/<ring>/cryptoKeys/<key>'.",
    },
    {
      key: "kmsKeys",
      value: JSON.stringify({ "*": KMS_KEY.replace("europe-west1", "global") }),
      problem:
        `Pulumi.test.yaml: 'kmsKeys.*' is '${KMS_KEY.replace("europe-west1", "global")}'; the stack is in ` +
        "'europe-west1', and Google encrypts with a key of the same region.",
    },
    {
      key: "kmsKeys",
      value: JSON.stringify({ pubsub: KMS_KEY }),
      problem:
        "Pulumi.test.yaml: 'kmsKeys.pubsub' is no setting. Known settings: '*', 'artifactregistry', 'run', " +
        "'secretmanager'.",
    },
    {
      key: "kmsKeys",
      value: "my-key",
      problem:
        "Pulumi.test.yaml: 'kmsKeys' is 'my-key'; it holds '*', 'artifactregistry', 'run', 'secretmanager'.",
    },
    {
      key: "kmsKeys",
      value: JSON.stringify({ cloudtasks: KMS_KEY }),
      problem:
        "Pulumi.test.yaml: 'kmsKeys.cloudtasks' is no setting. In a location with a key of one's own Cloud Tasks " +
        "takes no target of a queue, and every queue here has one, its worker. Payloads are encrypted with " +
        "Google's keys; keep what must not be out of them, and send a reference to it.",
    },
    {
      key: "enqueuers",
      value: "web@example.com",
      problem:
        "Pulumi.test.yaml: 'enqueuers' is 'web@example.com'; it must be a list of IAM members.",
    },
    {
      key: "enqueuers",
      value: '["allUsers"]',
      problem:
        "Pulumi.test.yaml: 'enqueuers.0' is 'allUsers'; it must be an IAM member, such as " +
        "'serviceAccount:web@my-project.iam.gserviceaccount.com'.",
    },
    {
      key: "enqueuers",
      value: '["AllUsers"]',
      problem:
        "Pulumi.test.yaml: 'enqueuers.0' is 'AllUsers'; it must be an IAM member, such as " +
        "'serviceAccount:web@my-project.iam.gserviceaccount.com'.",
    },
    {
      key: "enqueuers",
      value: '["principalSet://goog/public:all"]',
      problem:
        "Pulumi.test.yaml: 'enqueuers.0' is 'principalSet://goog/public:all'; it must be an IAM member, such as " +
        "'serviceAccount:web@my-project.iam.gserviceaccount.com'.",
    },
    {
      key: "enqueuers",
      value: '["user:a@example.com","user:a@example.com"]',
      problem: `Pulumi.test.yaml: 'enqueuers' is ["user:a@example.com","user:a@example.com"]; each member may be named once.`,
    },
    {
      key: "enqueuers",
      value: '["user:a@example.com","user:A@Example.com"]',
      problem: `Pulumi.test.yaml: 'enqueuers' is ["user:a@example.com","user:A@Example.com"]; each member may be named once.`,
    },
    {
      key: "workerImage",
      value: "host/p/r/worker:latest",
      problem:
        "Pulumi.test.yaml: 'workerImage' is 'host/p/r/worker:latest'; it must be an image by digest, such as " +
        "'host/project/repository/worker@sha256:…'.",
    },
    {
      key: "registryHost",
      value: "https://mirror.example.com",
      problem:
        "Pulumi.test.yaml: 'registryHost' is 'https://mirror.example.com'; it must be a host's name, such as " +
        "'127.0.0.1:5000', without 'https://' and path.",
    },
    {
      key: "baseImage",
      value: "",
      problem:
        "Pulumi.test.yaml: 'baseImage' is not set; it must be the name of an image with Node.",
    },
    {
      key: "workerCpu",
      value: "3",
      problem:
        "Pulumi.test.yaml: 'workerCpu' is '3'; Cloud Run allows '1', '2', '4', '6', '8', or less than one CPU from '80m'.",
    },
    {
      key: "workerMemory",
      value: "64Mi",
      problem:
        "Pulumi.test.yaml: 'workerMemory' is '64Mi'; Cloud Run allows from '128Mi' to '32Gi'.",
    },
    {
      key: "workerConcurrency",
      value: "1001",
      problem:
        "Pulumi.test.yaml: 'workerConcurrency' is '1001'; Cloud Run allows a whole number from 1 to 1000.",
    },
    {
      key: "workerMinInstances",
      value: "-1",
      problem:
        "Pulumi.test.yaml: 'workerMinInstances' is '-1'; it must be a whole number from 0 to 1000.",
    },
    {
      key: "workerMaxInstances",
      value: "2.5",
      problem:
        "Pulumi.test.yaml: 'workerMaxInstances' is '2.5'; it must be a whole number from 1 to 1000.",
    },
    {
      key: "workerTimeout",
      value: "3601s",
      problem:
        "Pulumi.test.yaml: 'workerTimeout' is '3601s'; Cloud Run allows a duration from '1s' to '3600s'.",
    },
    {
      key: "settings",
      value: "",
      problem:
        "Pulumi.test.yaml: 'settings.reportToken' is not set (Lets reports in): set it with " +
        "'pulumi config set --secret --path settings.reportToken', such as 't-1'.",
    },
    {
      key: "settings",
      value: '{"reportToken":"hunter2"}',
      problem:
        "Pulumi.test.yaml: 'settings.reportToken' is '[secret]'; it must begin with 't-': set it with " +
        "'pulumi config set --secret --path settings.reportToken'.",
    },
    {
      key: "settings",
      value: '{"reportToken":"t-1","reportPort":"http"}',
      problem:
        "Pulumi.test.yaml: 'settings.reportPort' is 'http'; it must be a port: set it with " +
        "'pulumi config set --path settings.reportPort <value>'.",
    },
    {
      key: "settings",
      value: '{"reportToken":"t-1","token":"t-1"}',
      problem:
        "Pulumi.test.yaml: 'settings.token' is no setting. Known settings in tasks/settings.ts: 'reportPort', " +
        "'reportToken'.",
    },
    {
      key: "reportToken",
      value: "t-1",
      problem:
        "Pulumi.test.yaml: 'reportToken' has its place under 'settings': set it with " +
        "'pulumi config set --secret --path settings.reportToken', and remove 'reportToken'.",
    },
    {
      key: "settings",
      value: "t-1",
      problem:
        "Pulumi.test.yaml: 'settings' holds no settings by name. Known settings in tasks/settings.ts: " +
        "'reportPort', 'reportToken'.",
    },
    {
      key: "queues",
      value: "fast",
      problem:
        "Pulumi.test.yaml: 'queues' is 'fast'; it holds settings by the name of a queue. Known queues: 'reports'.",
    },
    {
      key: "schedules",
      value: '{"weekly":{"paused":true}}',
      problem:
        "Pulumi.test.yaml: 'schedules.weekly' names no schedule. Known schedules: 'monthly'. '*' stands for all.",
    },
  ])("'$key' with value '$value'", async ({ key, value, problem }) => {
    expect(await problemsOf({ [key]: value })).toEqual([problem]);
  });

  it("an image that a local cloud's stack would push to Google", async () => {
    const endpoint = { "gcp:artifactRegistryCustomEndpoint": "http://127.0.0.1:8123/v2/" };

    expect(await problemsOf(endpoint, { stack: "local" })).toEqual([
      "Pulumi.local.yaml: 'gcp:artifactRegistryCustomEndpoint' is 'http://127.0.0.1:8123/v2/', a local cloud, and the worker's image " +
        "would be pushed to 'europe-west1-docker.pkg.dev', which is Google's. Set 'registryHost' to a " +
        "registry on this machine, such as '127.0.0.1:5000', or 'workerImage' to an image of one; without " +
        "Docker, deploy it with 'npm run up -- --stack local --local'.",
    ]);
    for (const place of [
      { registryHost: "127.0.0.1:5000" },
      { workerImage: `127.0.0.1:5000/p/r/worker@sha256:${"a".repeat(64)}` },
    ]) {
      expect(await problemsOf({ ...endpoint, ...place })).toEqual([]);
    }
    // Another address of Google's own is no local cloud.
    expect(
      await problemsOf({
        "gcp:artifactRegistryCustomEndpoint": "https://registry.internal.example/v1/",
      }),
    ).toEqual([]);
  });

  it("a setting that it does not know", async () => {
    const [problem] = await problemsOf({ workerCPU: "2" });

    expect(problem).toBe(
      "Pulumi.test.yaml: 'workerCPU' is no setting. Did you mean 'workerCpu'? Known settings: 'gcp:project', 'gcp:region', 'protect', 'outageWindow', " +
        "'loggingSamplingRatio', 'requestLogs', 'enqueuers', 'cancellers', 'operators', 'viewers', 'namePrefix', 'labels', 'kmsKeys', 'alerts', 'canary', 'workerImage', 'registryHost', " +
        "'baseImage', 'workerCpu', " +
        "'workerMemory', 'workerConcurrency', 'workerMinInstances', 'workerMaxInstances', 'workerTimeout', " +
        "'settings', 'workers', 'queues', 'schedules'.",
    );
  });

  it.each([
    {
      settings: { rateLimits: { maxDispatchesPerSecond: 501 } },
      problem:
        "Pulumi.test.yaml: 'queues.reports.rateLimits.maxDispatchesPerSecond' is 501; Cloud Tasks allows a number above 0 " +
        "and at most 500.",
    },
    {
      settings: { rateLimits: { maxDispatchesPerSecond: 0 } },
      problem:
        "Pulumi.test.yaml: 'queues.reports.rateLimits.maxDispatchesPerSecond' is 0; Cloud Tasks allows a number above 0 and " +
        "at most 500.",
    },
    {
      settings: { rateLimits: { maxConcurrentDispatches: 5001 } },
      problem:
        "Pulumi.test.yaml: 'queues.reports.rateLimits.maxConcurrentDispatches' is 5001; Cloud Tasks allows a whole number " +
        "from 1 to 5000.",
    },
    {
      settings: { rateLimits: 5 },
      problem:
        "Pulumi.test.yaml: 'queues.reports.rateLimits' is 5; it holds 'maxDispatchesPerSecond', 'maxConcurrentDispatches'.",
    },
    {
      settings: { retryConfig: { maxAttempts: -1 } },
      problem:
        "Pulumi.test.yaml: 'queues.reports.retryConfig.maxAttempts' is -1; it must be a whole number from 1 to 995.",
    },
    {
      settings: { retryConfig: { minBackoff: "0s" } },
      problem:
        "Pulumi.test.yaml: 'queues.reports.retryConfig.minBackoff' is '0s'; Cloud Tasks allows a duration of at least '0.1s'.",
    },
    {
      settings: { retryConfig: { minBackoff: "2h" } },
      problem:
        "Pulumi.test.yaml: 'queues.reports.retryConfig.minBackoff' is '2h'; Cloud Tasks allows a duration of at least '0.1s'.",
    },
    {
      settings: { retryConfig: { minBackoff: "3601s" } },
      problem:
        "Pulumi.test.yaml: 'queues.reports.retryConfig.minBackoff' is '3601s'; Cloud Tasks allows at most 'maxBackoff', '3600s' " +
        "(tasks/queues.ts: queue 'reports': 'retryConfig.maxBackoff').",
    },
    {
      settings: { retryConfig: { maxBackoff: 60 } },
      problem:
        "Pulumi.test.yaml: 'queues.reports.retryConfig.maxBackoff' is 60; Cloud Tasks allows a duration of at least '0.1s'.",
    },
    {
      settings: { retryConfig: { maxDoublings: 17 } },
      problem:
        "Pulumi.test.yaml: 'queues.reports.retryConfig.maxDoublings' is 17; Cloud Tasks allows a whole number from 0 to 16.",
    },
    {
      settings: { retryConfig: { maxRetryDuration: "60s" } },
      problem:
        "Pulumi.test.yaml: 'queues.reports.retryConfig.maxRetryDuration' is no setting. Known settings: 'maxAttempts', " +
        "'minBackoff', 'maxBackoff', 'maxDoublings'.",
    },
    {
      settings: { dispatchDeadline: "1801s" },
      problem:
        "Pulumi.test.yaml: 'queues.reports.dispatchDeadline' is '1801s'; Cloud Tasks allows a duration from '15s' to '1800s'.",
    },
    {
      settings: { retired: "soon" },
      problem: "Pulumi.test.yaml: 'queues.reports.retired' is 'soon'; it is 'true' or 'false'.",
    },
    {
      settings: { rate: 5 },
      problem:
        "Pulumi.test.yaml: 'queues.reports.rate' is no setting. Known settings: 'worker', 'rateLimits', 'retryConfig', " +
        "'dispatchDeadline', 'maxWait', 'retired'.",
    },
    ...["59s", "86401s", "5m"].map((maxWait) => ({
      settings: { maxWait },
      problem: `Pulumi.test.yaml: 'queues.reports.maxWait' is '${maxWait}'; it must be a duration from '60s' to '86400s'.`,
    })),
    {
      // A day of seconds.
      settings: { retryConfig: { minBackoff: "1s", maxBackoff: "1s" } },
      problem:
        "Pulumi.test.yaml: 'queues.reports.retryConfig' backs off from '1s' to '1s' in 4 doublings, so that to last through " +
        "'outageWindow', '86400s', takes more than 1000 deliveries; a task that crashes the worker would " +
        "repeat that often. Raise 'maxBackoff' or 'maxDoublings', or lower 'outageWindow'.",
    },
  ])("$problem", async ({ settings, problem }) => {
    const of = { ...declared, schedules: {} };

    expect(await problemsOf({ queues: JSON.stringify({ reports: settings }) }, { of })).toEqual([
      problem,
    ]);
  });

  it.each([
    {
      settings: { cron: "@daily" },
      problem:
        "Pulumi.test.yaml: 'schedules.monthly.cron' is '@daily'; it has 1 field; Cloud Scheduler takes five: minute, hour, " +
        "day of month, month, day of week.",
    },
    {
      settings: { cron: 5 },
      problem:
        "Pulumi.test.yaml: 'schedules.monthly.cron' is 5; it must be a cron expression, such as '0 7 * * MON-FRI'.",
    },
    ...["Europe/Atlantis", "IST", "EUROPE/BERLIN"].map((timeZone) => ({
      settings: { timeZone },
      problem:
        `Pulumi.test.yaml: 'schedules.monthly.timeZone' is '${timeZone}'; it must be an IANA time zone, such as ` +
        "'Europe/Berlin' or 'Etc/UTC'.",
    })),
    {
      settings: { task: "destroy" },
      problem:
        "Pulumi.test.yaml: 'schedules.monthly.task' is 'destroy'; tasks/tasks.ts has no such task. Known tasks: 'build'.",
    },
    {
      settings: { payload: { month: 5 } },
      problem: "Pulumi.test.yaml: 'schedules.monthly.payload.month' is 5; it must be a string.",
    },
    {
      settings: { paused: 1 },
      problem: "Pulumi.test.yaml: 'schedules.monthly.paused' is 1; it is 'true' or 'false'.",
    },
    {
      settings: { zone: "Etc/UTC" },
      problem:
        "Pulumi.test.yaml: 'schedules.monthly.zone' is no setting. Known settings: 'cron', 'timeZone', 'task', 'payload', 'paused'.",
    },
  ])("$problem", async ({ settings, problem }) => {
    expect(await problemsOf({ schedules: JSON.stringify({ monthly: settings }) })).toEqual([
      problem,
    ]);
  });
});

describe("loadConfig names the file", () => {
  const fast = { ...reports, rateLimits: { ...reports.rateLimits, maxDispatchesPerSecond: 501 } };
  const rule = "Cloud Tasks allows a number above 0 and at most 500.";

  it("of tasks/, where the stack does not set the value", async () => {
    const of: Contract = {
      ...declared,
      queues: { reports: fast },
      schedules: { monthly: { ...declared.schedules["monthly"]!, payload: {} } },
    };
    const queues = JSON.stringify({ reports: { rateLimits: { maxConcurrentDispatches: 3 } } });

    expect(await problemsOf({ queues }, { of })).toEqual([
      `tasks/queues.ts: queue 'reports': 'rateLimits.maxDispatchesPerSecond' is 501; ${rule}`,
      "tasks/schedules.ts: schedule 'monthly': 'payload.month' is not set; it must be a string.",
    ]);
  });

  it("of everything that is wrong with a schedule, its payload too", async () => {
    const monthly = { cron: "61 * * * *", timeZone: "Mars", task: "build", payload: { month: 5 } };
    const other = { cron: "* * * * *", task: "bild", payload: {}, pause: true };
    const of = { ...declared, schedules: { monthly, other } } as Contract;

    expect(await problemsOf({}, { of })).toEqual([
      "tasks/schedules.ts: schedule 'monthly': 'cron' is '61 * * * *'; minute 61 is outside 0-59.",
      "tasks/schedules.ts: schedule 'monthly': 'timeZone' is 'Mars'; it must be an IANA time zone, such as " +
        "'Europe/Berlin' or 'Etc/UTC'.",
      "tasks/schedules.ts: schedule 'monthly': 'payload.month' is 5; it must be a string.",
      "tasks/schedules.ts: schedule 'other': 'task' is 'bild'; tasks/tasks.ts has no such task. Did you mean " +
        "'build'? Known tasks: 'build'.",
      "tasks/schedules.ts: schedule 'other': 'pause' is no setting. Did you mean 'paused'? Known settings: " +
        "'cron', 'timeZone', 'task', 'payload', 'paused'.",
    ]);
  });

  it("of the stack, with the key, where it sets the value for all", async () => {
    const of = { ...declared, queues: { reports, others: reports } };
    const queues = JSON.stringify({
      "*": { rateLimits: { maxDispatchesPerSecond: 501 } },
      others: { rateLimits: { maxDispatchesPerSecond: 502 }, retryConfig: 5 },
    });

    expect(await problemsOf({ queues }, { of })).toEqual([
      `Pulumi.test.yaml: 'queues.*.rateLimits.maxDispatchesPerSecond' is 501; ${rule}`,
      `Pulumi.test.yaml: 'queues.others.rateLimits.maxDispatchesPerSecond' is 502; ${rule}`,
      "Pulumi.test.yaml: 'queues.others.retryConfig' is 5; it holds 'maxAttempts', 'minBackoff', " +
        "'maxBackoff', 'maxDoublings'.",
    ]);
  });

  it("once, where what is set for all is wrong in each", async () => {
    const of = { ...declared, queues: { reports, others: reports } };

    expect(await problemsOf({ queues: '{"*":{"dispatchDeadline":"5s"}}' }, { of })).toEqual([
      "Pulumi.test.yaml: 'queues.*.dispatchDeadline' is '5s'; Cloud Tasks allows a duration from '15s' to " +
        "'1800s'.",
    ]);
  });

  it("of a name that is misspelt, with the one that was meant", async () => {
    expect(
      await problemsOf({
        queues: '{"report":{}}',
        schedules: '{"montly":{"payload":{}},"monthly":{"payload":{"month":"last","moth":1}}}',
        settings: '{"reportToken":"t-1","reportport":"80"}',
      }),
    ).toEqual([
      "Pulumi.test.yaml: 'queues.report' names no queue. Did you mean 'reports'? Known queues: 'reports'. '*' " +
        "stands for all.",
      "Pulumi.test.yaml: 'schedules.montly' names no schedule. Did you mean 'monthly'? Known schedules: " +
        "'monthly'. '*' stands for all.",
      "Pulumi.test.yaml: 'schedules.monthly.payload.moth' is no setting. Did you mean 'month'? Known settings: " +
        "'month'.",
      "Pulumi.test.yaml: 'settings.reportport' is no setting. Did you mean 'reportPort'? Known settings in " +
        "tasks/settings.ts: 'reportPort', 'reportToken'.",
    ]);
  });

  it("of names where there are none", async () => {
    const of: Contract = { queues: {}, tasks: {}, schedules: {}, settings: {} };

    expect(
      await problemsOf({ queues: '{"mail":{}}', schedules: "5", settings: '{"a":"b"}' }, { of }),
    ).toEqual([
      "Pulumi.test.yaml: 'queues.mail' names no queue. There are no queues.",
      "Pulumi.test.yaml: 'schedules' is 5; it holds settings by the name of a schedule. There are no schedules.",
      "Pulumi.test.yaml: 'settings.a' is no setting. There are no settings in tasks/settings.ts.",
    ]);
  });

  it("and no command of Pulumi's on a laptop", async () => {
    const settings = '{"reportPort":"http"}';

    const loading = load({ settings, reportToken: "t-1" }, { stack: "local" });

    await expect(loading).rejects.toThrow(
      new Error(
        [
          "The configuration of stack 'local' has 3 problems:",
          "  - Pulumi.local.yaml: 'reportToken' has its place under 'settings': set it there, as " +
            "'settings.reportToken', and remove 'reportToken'.",
          "  - Pulumi.local.yaml: 'settings.reportPort' is 'http'; it must be a port.",
          "  - Pulumi.local.yaml: 'settings.reportToken' is not set (Lets reports in): set it there, as " +
            "'settings.reportToken', such as 't-1'.",
        ].join("\n"),
      ),
    );
  });
});

describe("loadConfig refuses together", () => {
  it("fewer requests than the queues dispatch at once", async () => {
    expect(await problemsOf({ workerMaxInstances: "1", workerConcurrency: "1" })).toEqual([
      "tasks/queues.ts: the queues' 'rateLimits.maxConcurrentDispatches' add up to 2; the worker takes 1 at " +
        "once (Pulumi.test.yaml: 'workerMaxInstances' 1 × 'workerConcurrency' 1). Raise one of these or lower the " +
        "queues' settings.",
    ]);
  });

  it("more instances at least than at most", async () => {
    expect(await problemsOf({ workerMinInstances: "3", workerMaxInstances: "2" })).toEqual([
      "Pulumi.test.yaml: 'workerMaxInstances' is 2 and 'workerMinInstances' is 3; Cloud Run says: max_instance_count: must be " +
        "greater or equal than min_instance_count.",
    ]);
  });

  it.each(["500m", "0.5"])("a CPU of %s with more than one request at once", async (cpu) => {
    expect(await problemsOf({ workerCpu: cpu })).toEqual([
      `Pulumi.test.yaml: 'workerCpu' is '${cpu}' and 'workerConcurrency' is 20; Cloud Run says: Invalid value specified for ` +
        "cpu. Total cpu < 1 is not supported with concurrency > 1.",
    ]);
    expect(await problemsOf({ workerCpu: cpu, workerConcurrency: "1" })).toEqual([]);
  });

  it.each([
    { cpu: "4", memory: "512Mi", range: "4.0 CPU, memory must be between 2Gi and 16Gi inclusive." },
    { cpu: "1", memory: "8Gi", range: "1.0 CPU, memory must be between 128Mi and 4Gi inclusive." },
    {
      cpu: "0.2",
      memory: "2Gi",
      range: "0.2 CPU, memory must be between 128Mi and 512Mi inclusive.",
    },
  ])("a CPU of $cpu with memory of $memory", async ({ cpu, memory, range }) => {
    const config = { workerCpu: cpu, workerMemory: memory, workerConcurrency: "1" };

    expect(await problemsOf(config)).toEqual([
      `Pulumi.test.yaml: 'workerMemory' is '${memory}' and 'workerCpu' is '${cpu}'; Cloud Run says: Invalid value specified ` +
        `for memory. For ${range}`,
    ]);
  });

  it("a dispatch deadline beyond the service's timeout", async () => {
    expect(await problemsOf({ workerTimeout: "119s" })).toEqual([
      "tasks/queues.ts: queue 'reports': 'dispatchDeadline' is '120s'; it must not exceed " +
        "Pulumi.test.yaml: 'workerTimeout', '119s', after which Cloud Run ends the request. Lower the one or raise the other.",
    ]);
    expect(await problemsOf({ workerTimeout: "120s" })).toEqual([]);
  });

  it("a schedule whose task is on a retired queue", async () => {
    expect(await problemsOf({ queues: '{"reports":{"retired":true}}' })).toEqual([
      "tasks/schedules.ts: schedule 'monthly': 'task' is 'build', whose queue 'reports' is retired: nothing " +
        "may be enqueued on it. Move the task to another queue or remove the schedule.",
    ]);
  });

  it("a queue with the dead-letter queue's name", async () => {
    const of = { ...declared, queues: { reports, "dead-letter": reports } };

    expect(await problemsOf({}, { of })).toEqual([
      "tasks/queues.ts: queue 'dead-letter' has the name of the queue that the program adds for dead " +
        "letters; give it another name.",
    ]);
  });

  it("a task whose name no URL can hold", async () => {
    const task = { queue: "reports", payload: z.unknown() };

    expect(
      await problemsOf({}, { of: { ...declared, tasks: { ...declared.tasks, "a%zz": task } } }),
    ).toEqual([
      'tasks/tasks.ts: task "a%zz" has a name that its URL cannot hold; give it 1 to 100 letters, digits, ' +
        "'-', '_' and '.', the first a letter or a digit.",
    ]);
  });

  it("a task with the name of the one that the worker does itself", async () => {
    const ping = { queue: "reports", payload: z.unknown() };

    expect(
      await problemsOf({}, { of: { ...declared, tasks: { ...declared.tasks, ping } } }),
    ).toEqual([
      "tasks/tasks.ts: task 'ping' has the name of the task that the worker does itself; give it another " +
        "name.",
    ]);
  });

  it("settings whose names the worker cannot have, or whose example is none", async () => {
    const plain = setting(port, "A port.", { example: "80" });
    const settings = {
      ...declared.settings,
      Port: plain,
      port: plain,
      tasksQueues: plain,
      reportTOKEN: setting(port.optional(), "Of the same variable?", { example: "none" }),
    };

    expect(await problemsOf({}, { of: { ...declared, settings } })).toEqual([
      "Pulumi.test.yaml: 'settings.Port' is not set (A port): set it with 'pulumi config set --path settings.Port <value>', " +
        "such as '80'.",
      "Pulumi.test.yaml: 'settings.port' is not set (A port): set it with 'pulumi config set --path settings.port <value>', " +
        "such as '80'.",
      "Pulumi.test.yaml: 'settings.tasksQueues' is not set (A port): set it with " +
        "'pulumi config set --path settings.tasksQueues <value>', such as '80'.",
      "tasks/settings.ts: settings 'reportTOKEN' and 'reportToken' would both be the variable " +
        "'REPORT_TOKEN'; give one of them another name.",
      "tasks/settings.ts: setting 'Port': a name is at most 63 letters and digits, the first a " +
        "lower-case letter.",
      "tasks/settings.ts: setting 'port' would be the worker's variable 'PORT', which is the platform's " +
        "or the program's own; give it another name.",
      "tasks/settings.ts: setting 'tasksQueues' would be the worker's variable 'TASKS_QUEUES', which is " +
        "the platform's or the program's own; give it another name.",
      "tasks/settings.ts: setting 'reportTOKEN': 'example' is 'none'; it must be a port.",
    ]);
  });

  it("a task that is given a setting that is not there", async () => {
    const of = {
      ...declared,
      tasks: { build: { ...declared.tasks["build"]!, settings: ["reportPort", "smtpUrl"] } },
    };

    expect(await problemsOf({}, { of })).toEqual([
      "tasks/tasks.ts: task 'build' is given setting 'smtpUrl', which tasks/settings.ts does not declare. Known " +
        "settings: 'reportPort', 'reportToken'.",
    ]);
  });

  it("tasks that name a queue or a task that is not there", async () => {
    const of = {
      ...declared,
      tasks: {
        ...declared.tasks,
        plan: { queue: "plans", payload: z.unknown(), enqueues: ["built"] },
      },
    };

    expect(await problemsOf({}, { of })).toEqual([
      "tasks/tasks.ts: task 'plan' runs on queue 'plans', which tasks/queues.ts does not declare. Known queues: " +
        "'reports'.",
      "tasks/tasks.ts: task 'plan' enqueues 'built', which tasks/tasks.ts does not declare. Did you mean " +
        "'build'? Known tasks: 'build', 'plan'.",
    ]);
  });

  it.each([
    { stack: "Feature_1", name: "Feature_1-scheduler" },
    { stack: "a-stack-that-is-too-long", name: "a-stack-that-is-too-long-scheduler" },
  ])("a stack whose accounts Google would refuse, '$stack'", async ({ stack, name }) => {
    expect((await problemsOf({}, { stack }))[0]).toBe(
      `Stack '${stack}': the name of a service account would be '${name}'; Google allows at most 30 ` +
        "characters: lower-case letters, digits and '-', the first a letter. Rename it: " +
        "'pulumi stack rename <name>'.",
    );
  });

  it.each(["acme", "Acme-", "a--b-", "-", "1-", "acme_"])(
    "the prefix of names '%s'",
    async (namePrefix) => {
      expect(await problemsOf({ namePrefix })).toEqual([
        `Pulumi.test.yaml: 'namePrefix' is '${namePrefix}'; it must be lower-case letters, digits and single '-', the ` +
          "first a letter and the last a '-', such as 'acme-'.",
      ]);
    },
  );

  it("a prefix with which any name is longer than Google allows, with all else that is wrong", async () => {
    const ofAccounts = "of-mail-platform-"; // 17 and 'test-scheduler' are 31.
    const queues = { ...declared.queues, ["q".repeat(80)]: reports };

    expect(await problemsOf({ namePrefix: ofAccounts, protect: "maybe" })).toEqual([
      "Pulumi.test.yaml: 'protect' is 'maybe'; it is 'true' or 'false'.",
      "Pulumi.test.yaml: 'namePrefix' is 'of-mail-platform-'; the name of a service account would be " +
        "'of-mail-platform-test-scheduler'; Google allows at most 30 characters: lower-case letters, digits and '-', " +
        "the first a letter. Shorten it.",
    ]);
    expect(await problemsOf({ namePrefix: ofAccounts.slice(1) })).toEqual([]);
    expect(await problemsOf({ namePrefix: "acme-x-" }, { of: { ...declared, queues } })).toEqual([
      `tasks/queues.ts: queue '${"q".repeat(80)}': the name of a queue would be 'acme-x-test-${"q".repeat(80)}-00000000'; ` +
        "Google allows at most 100 characters: letters, digits and '-'.",
    ]);
    expect(await problemsOf({ namePrefix: "acme-" }, { of: { ...declared, queues } })).toEqual([]);
  });

  it("queues and schedules whose names Google would refuse", async () => {
    const long = "q".repeat(87);
    const of = {
      ...declared,
      queues: { ...declared.queues, my_queue: reports, [long]: reports },
      schedules: { "at.noon": declared.schedules["monthly"]! },
    };

    expect(await problemsOf({}, { of })).toEqual([
      "tasks/queues.ts: queue 'my_queue': the name of a queue would be 'test-my_queue-00000000'; Google allows at most 100 " +
        "characters: letters, digits and '-'.",
      `tasks/queues.ts: queue '${long}': the name of a queue would be 'test-${long}-00000000'; Google allows at most 100 ` +
        "characters: letters, digits and '-'.",
      "tasks/schedules.ts: schedule 'at.noon': the name of a Scheduler job would be 'test-at.noon'; Google allows at most 500 " +
        "characters: letters, digits, '-' and '_'.",
    ]);
  });
});
