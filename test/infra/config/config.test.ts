import { z } from "zod";
import { loadConfig, type StackConfig } from "../../../infra/config/config.ts";
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

describe("loadConfig", () => {
  it("takes the defaults from Pulumi.yaml", async () => {
    const { settings, ...config } = await load({});

    expect(settings.plain).toEqual({ reportPort: "8080" });
    expect(config).toEqual({
      stack: "test",
      project: "my-project",
      region: "europe-west1",
      protect: true,
      loggingSamplingRatio: 0.1,
      enqueuers: [],
      worker: {
        cpu: "1",
        memory: "512Mi",
        concurrency: 20,
        minInstances: 0,
        maxInstances: 10,
        timeout: "600s",
      },
      workerImage: undefined,
      registryHost: "europe-west1-docker.pkg.dev",
      localEndpoint: undefined,
      baseImage: "gcr.io/distroless/nodejs24-debian13:nonroot",
      queues: { reports: { ...reports, maxDeliveries: 31 } },
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

  it("marks a setting that is a secret as one", async () => {
    const { settings } = await load({});

    const { reportToken, ...others } = settings.secret;
    expect(others).toEqual({});
    expect(await valueOf(reportToken!)).toBe("t-hunter2");
    expect(await (reportToken as unknown as { isSecret: Promise<boolean> }).isSecret).toBe(true);
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

    expect(queues["reports"]).toEqual({ ...reports, retired: true, maxDeliveries: 31 });
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
      },
      { stack: "dev" },
    );

    await expect(loading).rejects.toThrow(
      new Error(
        [
          "The configuration of stack 'dev' has 5 problems. Change it with 'pulumi config set <setting> " +
            "<value>' or in Pulumi.dev.yaml; what there is to set begins in tasks/.",
          "  - 'gcp:project' is not set; it must be the id of the Google Cloud project to deploy to.",
          "  - 'workerConcurrency' is '0'; Cloud Run allows a whole number from 1 to 1000.",
          "  - Unknown setting 'queues.mail'; known are 'reports' and '*' for all.",
          "  - 'queues.reports.dispatchDeadline' is '5s'; Cloud Tasks allows a duration from '15s' to '1800s'.",
          "  - 'schedules.monthly.cron' is '61 * * * *'; minute 61 is outside 0-59.",
        ].join("\n"),
      ),
    );
  });

  it.each([
    {
      key: "gcp:region",
      value: "Europe",
      problem: "'gcp:region' is 'Europe'; it must be a region, such as 'europe-west1'.",
    },
    { key: "protect", value: "yes", problem: "'protect' is 'yes'; it is 'true' or 'false'." },
    {
      key: "outageWindow",
      value: "1d",
      problem: "'outageWindow' is '1d'; it must be a duration from '0s' to '2678400s'.",
    },
    {
      key: "loggingSamplingRatio",
      value: "1.5",
      problem: "'loggingSamplingRatio' is '1.5'; Cloud Tasks allows a number from 0 to 1.",
    },
    {
      key: "enqueuers",
      value: "web@example.com",
      problem: "'enqueuers' is 'web@example.com'; it must be a list of IAM members.",
    },
    {
      key: "enqueuers",
      value: '["allUsers"]',
      problem:
        "'enqueuers.0' is 'allUsers'; it must be an IAM member, such as " +
        "'serviceAccount:web@my-project.iam.gserviceaccount.com'.",
    },
    {
      key: "enqueuers",
      value: '["AllUsers"]',
      problem:
        "'enqueuers.0' is 'AllUsers'; it must be an IAM member, such as " +
        "'serviceAccount:web@my-project.iam.gserviceaccount.com'.",
    },
    {
      key: "enqueuers",
      value: '["principalSet://goog/public:all"]',
      problem:
        "'enqueuers.0' is 'principalSet://goog/public:all'; it must be an IAM member, such as " +
        "'serviceAccount:web@my-project.iam.gserviceaccount.com'.",
    },
    {
      key: "enqueuers",
      value: '["user:a@example.com","user:a@example.com"]',
      problem: `'enqueuers' is ["user:a@example.com","user:a@example.com"]; each member may be named once.`,
    },
    {
      key: "enqueuers",
      value: '["user:a@example.com","user:A@Example.com"]',
      problem: `'enqueuers' is ["user:a@example.com","user:A@Example.com"]; each member may be named once.`,
    },
    {
      key: "workerImage",
      value: "host/p/r/worker:latest",
      problem:
        "'workerImage' is 'host/p/r/worker:latest'; it must be an image by digest, such as " +
        "'host/project/repository/worker@sha256:…'.",
    },
    {
      key: "registryHost",
      value: "https://mirror.example.com",
      problem: "'registryHost' is 'https://mirror.example.com'; it must be a host name.",
    },
    {
      key: "baseImage",
      value: "",
      problem: "'baseImage' is not set; it must be the name of an image with Node.",
    },
    {
      key: "workerCpu",
      value: "3",
      problem:
        "'workerCpu' is '3'; Cloud Run allows '1', '2', '4', '6', '8', or less than one CPU from '80m'.",
    },
    {
      key: "workerMemory",
      value: "64Mi",
      problem: "'workerMemory' is '64Mi'; Cloud Run allows from '128Mi' to '32Gi'.",
    },
    {
      key: "workerConcurrency",
      value: "1001",
      problem: "'workerConcurrency' is '1001'; Cloud Run allows a whole number from 1 to 1000.",
    },
    {
      key: "workerMinInstances",
      value: "-1",
      problem: "'workerMinInstances' is '-1'; it must be a whole number from 0 to 1000.",
    },
    {
      key: "workerMaxInstances",
      value: "2.5",
      problem: "'workerMaxInstances' is '2.5'; it must be a whole number from 1 to 1000.",
    },
    {
      key: "workerTimeout",
      value: "3601s",
      problem: "'workerTimeout' is '3601s'; Cloud Run allows a duration from '1s' to '3600s'.",
    },
    {
      key: "settings",
      value: "",
      problem:
        "'settings.reportToken' is not set (Lets reports in): set it with " +
        "'pulumi config set --secret --path settings.reportToken', such as 't-1'.",
    },
    {
      key: "settings",
      value: '{"reportToken":"hunter2"}',
      problem:
        "'settings.reportToken' is '[secret]'; it must begin with 't-': set it with " +
        "'pulumi config set --secret --path settings.reportToken'.",
    },
    {
      key: "settings",
      value: '{"reportToken":"t-1","reportPort":"http"}',
      problem:
        "'settings.reportPort' is 'http'; it must be a port: set it with " +
        "'pulumi config set --path settings.reportPort <value>'.",
    },
    {
      key: "settings",
      value: '{"reportToken":"t-1","token":"t-1"}',
      problem:
        "Unknown setting 'settings.token'; tasks/settings.ts declares 'reportPort', 'reportToken'.",
    },
    {
      key: "reportToken",
      value: "t-1",
      problem:
        "'reportToken' stands under 'settings': set it with " +
        "'pulumi config set --secret --path settings.reportToken', and remove 'reportToken'.",
    },
    {
      key: "settings",
      value: "t-1",
      problem:
        "'settings' holds no settings by name; it holds those of 'reportPort', 'reportToken'.",
    },
    {
      key: "queues",
      value: "fast",
      problem: "'queues' is 'fast'; it holds settings by name, of 'reports'.",
    },
    {
      key: "schedules",
      value: '{"weekly":{"paused":true}}',
      problem: "Unknown setting 'schedules.weekly'; known are 'monthly' and '*' for all.",
    },
  ])("'$key' with value '$value'", async ({ key, value, problem }) => {
    expect(await problemsOf({ [key]: value })).toEqual([problem]);
  });

  it("an image that a local cloud's stack would push to Google", async () => {
    const endpoint = { "gcp:artifactRegistryCustomEndpoint": "http://127.0.0.1:8123/v2/" };

    expect(await problemsOf(endpoint, { stack: "local" })).toEqual([
      "'gcp:artifactRegistryCustomEndpoint' is 'http://127.0.0.1:8123/v2/', a local cloud, and the worker's image " +
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
      "Unknown setting 'workerCPU'; known are 'gcp:project', 'gcp:region', 'protect', 'outageWindow', " +
        "'loggingSamplingRatio', 'enqueuers', 'workerImage', 'registryHost', 'baseImage', 'workerCpu', " +
        "'workerMemory', 'workerConcurrency', 'workerMinInstances', 'workerMaxInstances', 'workerTimeout', " +
        "'settings', 'queues', 'schedules'.",
    );
  });

  it.each([
    {
      settings: { rateLimits: { maxDispatchesPerSecond: 501 } },
      problem:
        "'queues.reports.rateLimits.maxDispatchesPerSecond' is 501; Cloud Tasks allows a number above 0 " +
        "and at most 500.",
    },
    {
      settings: { rateLimits: { maxDispatchesPerSecond: 0 } },
      problem:
        "'queues.reports.rateLimits.maxDispatchesPerSecond' is 0; Cloud Tasks allows a number above 0 and " +
        "at most 500.",
    },
    {
      settings: { rateLimits: { maxConcurrentDispatches: 5001 } },
      problem:
        "'queues.reports.rateLimits.maxConcurrentDispatches' is 5001; Cloud Tasks allows a whole number " +
        "from 1 to 5000.",
    },
    {
      settings: { rateLimits: 5 },
      problem:
        "'queues.reports.rateLimits' is 5; it holds 'maxDispatchesPerSecond', 'maxConcurrentDispatches'.",
    },
    {
      settings: { retryConfig: { maxAttempts: -1 } },
      problem:
        "'queues.reports.retryConfig.maxAttempts' is -1; it must be a whole number from 1 to 995.",
    },
    {
      settings: { retryConfig: { minBackoff: "0s" } },
      problem:
        "'queues.reports.retryConfig.minBackoff' is '0s'; Cloud Tasks allows a duration of at least '0.1s'.",
    },
    {
      settings: { retryConfig: { minBackoff: "2h" } },
      problem:
        "'queues.reports.retryConfig.minBackoff' is '2h'; Cloud Tasks allows a duration of at least '0.1s'.",
    },
    {
      settings: { retryConfig: { minBackoff: "3601s" } },
      problem:
        "'queues.reports.retryConfig.minBackoff' is '3601s'; Cloud Tasks allows at most 'maxBackoff', '3600s'.",
    },
    {
      settings: { retryConfig: { maxBackoff: 60 } },
      problem:
        "'queues.reports.retryConfig.maxBackoff' is 60; Cloud Tasks allows a duration of at least '0.1s'.",
    },
    {
      settings: { retryConfig: { maxDoublings: 17 } },
      problem:
        "'queues.reports.retryConfig.maxDoublings' is 17; Cloud Tasks allows a whole number from 0 to 16.",
    },
    {
      settings: { retryConfig: { maxRetryDuration: "60s" } },
      problem:
        "Unknown setting 'queues.reports.retryConfig.maxRetryDuration'; known are 'maxAttempts', " +
        "'minBackoff', 'maxBackoff', 'maxDoublings'.",
    },
    {
      settings: { dispatchDeadline: "1801s" },
      problem:
        "'queues.reports.dispatchDeadline' is '1801s'; Cloud Tasks allows a duration from '15s' to '1800s'.",
    },
    {
      settings: { retired: "soon" },
      problem: "'queues.reports.retired' is 'soon'; it is 'true' or 'false'.",
    },
    {
      settings: { rate: 5 },
      problem:
        "Unknown setting 'queues.reports.rate'; known are 'rateLimits', 'retryConfig', 'dispatchDeadline', " +
        "'retired'.",
    },
    {
      // A day of seconds.
      settings: { retryConfig: { minBackoff: "1s", maxBackoff: "1s" } },
      problem:
        "'queues.reports.retryConfig' backs off from '1s' to '1s' in 4 doublings, so that to last through " +
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
        "'schedules.monthly.cron' is '@daily'; it has 1 field; Cloud Scheduler takes five: minute, hour, " +
        "day of month, month, day of week.",
    },
    {
      settings: { cron: 5 },
      problem:
        "'schedules.monthly.cron' is 5; it must be a cron expression, such as '0 7 * * MON-FRI'.",
    },
    ...["Europe/Atlantis", "IST", "EUROPE/BERLIN"].map((timeZone) => ({
      settings: { timeZone },
      problem:
        `'schedules.monthly.timeZone' is '${timeZone}'; it must be an IANA time zone, such as ` +
        "'Europe/Berlin' or 'Etc/UTC'.",
    })),
    {
      settings: { task: "destroy" },
      problem: "'schedules.monthly.task' is 'destroy'; the tasks are 'build'.",
    },
    {
      settings: { payload: { month: 5 } },
      problem:
        "'schedules.monthly.payload.month' is 5; Invalid input: expected string, received number.",
    },
    {
      settings: { paused: 1 },
      problem: "'schedules.monthly.paused' is 1; it is 'true' or 'false'.",
    },
    {
      settings: { zone: "Etc/UTC" },
      problem:
        "Unknown setting 'schedules.monthly.zone'; known are 'cron', 'timeZone', 'task', 'payload', 'paused'.",
    },
  ])("$problem", async ({ settings, problem }) => {
    expect(await problemsOf({ schedules: JSON.stringify({ monthly: settings }) })).toEqual([
      problem,
    ]);
  });
});

describe("loadConfig refuses together", () => {
  it("fewer requests than the queues dispatch at once", async () => {
    expect(await problemsOf({ workerMaxInstances: "1", workerConcurrency: "1" })).toEqual([
      "The queues' 'rateLimits.maxConcurrentDispatches' add up to 2; the worker takes 1 requests at once " +
        "('workerMaxInstances' 1 × 'workerConcurrency' 1). Raise one of these or lower the queues' settings.",
    ]);
  });

  it("more instances at least than at most", async () => {
    expect(await problemsOf({ workerMinInstances: "3", workerMaxInstances: "2" })).toEqual([
      "'workerMaxInstances' is 2 and 'workerMinInstances' is 3; Cloud Run says: max_instance_count: must be " +
        "greater or equal than min_instance_count.",
    ]);
  });

  it.each(["500m", "0.5"])("a CPU of %s with more than one request at once", async (cpu) => {
    expect(await problemsOf({ workerCpu: cpu })).toEqual([
      `'workerCpu' is '${cpu}' and 'workerConcurrency' is 20; Cloud Run says: Invalid value specified for ` +
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
      `'workerMemory' is '${memory}' and 'workerCpu' is '${cpu}'; Cloud Run says: Invalid value specified ` +
        `for memory. For ${range}`,
    ]);
  });

  it("a dispatch deadline beyond the service's timeout", async () => {
    expect(await problemsOf({ workerTimeout: "119s" })).toEqual([
      "'queues.reports.dispatchDeadline' is '120s'; it must not exceed 'workerTimeout', '119s', after which " +
        "Cloud Run ends the request.",
    ]);
    expect(await problemsOf({ workerTimeout: "120s" })).toEqual([]);
  });

  it("a schedule whose task is on a retired queue", async () => {
    expect(await problemsOf({ queues: '{"reports":{"retired":true}}' })).toEqual([
      "Schedule 'monthly' enqueues 'build' on queue 'reports', which is retired: nothing may be enqueued " +
        "on it. Move the task to another queue or remove the schedule.",
    ]);
  });

  it("a queue with the dead-letter queue's name", async () => {
    const of = { ...declared, queues: { reports, "dead-letter": reports } };

    expect(await problemsOf({}, { of })).toEqual([
      "Queue 'dead-letter' of tasks/queues.ts has the name of the queue that the program adds for dead " +
        "letters; give it another name.",
    ]);
  });

  it("a task whose name no URL can hold", async () => {
    const task = { queue: "reports", payload: z.unknown() };

    expect(
      await problemsOf({}, { of: { ...declared, tasks: { ...declared.tasks, "a%zz": task } } }),
    ).toEqual([
      'Task "a%zz" of tasks/tasks.ts has a name that its URL cannot hold; give it 1 to 100 letters, digits, ' +
        "'-', '_' and '.', the first a letter or a digit.",
    ]);
  });

  it("a task with the name of the one that the worker does itself", async () => {
    const ping = { queue: "reports", payload: z.unknown() };

    expect(
      await problemsOf({}, { of: { ...declared, tasks: { ...declared.tasks, ping } } }),
    ).toEqual([
      "Task 'ping' of tasks/tasks.ts has the name of the task that the worker does itself; give it another " +
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
      "'settings.Port' is not set (A port): set it with 'pulumi config set --path settings.Port <value>', " +
        "such as '80'.",
      "'settings.port' is not set (A port): set it with 'pulumi config set --path settings.port <value>', " +
        "such as '80'.",
      "'settings.tasksQueues' is not set (A port): set it with " +
        "'pulumi config set --path settings.tasksQueues <value>', such as '80'.",
      "Settings 'reportTOKEN' and 'reportToken' of tasks/settings.ts would both be the variable " +
        "'REPORT_TOKEN'; give one of them another name.",
      "Setting 'Port' of tasks/settings.ts: a name is at most 63 letters and digits, the first a " +
        "lower-case letter.",
      "Setting 'port' of tasks/settings.ts would be the worker's variable 'PORT', which is the platform's " +
        "or the program's own; give it another name.",
      "Setting 'tasksQueues' of tasks/settings.ts would be the worker's variable 'TASKS_QUEUES', which is " +
        "the platform's or the program's own; give it another name.",
      "The example of setting 'reportTOKEN' of tasks/settings.ts is refused by its own schema.",
    ]);
  });

  it("a task that is given a setting that is not there", async () => {
    const of = {
      ...declared,
      tasks: { build: { ...declared.tasks["build"]!, settings: ["reportPort", "smtpUrl"] } },
    };

    expect(await problemsOf({}, { of })).toEqual([
      "Task 'build' is given setting 'smtpUrl'; the settings are 'reportPort', 'reportToken'.",
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
      "Task 'plan' runs on queue 'plans'; the queues are 'reports'.",
      "Task 'plan' enqueues 'built'; the tasks are 'build', 'plan'.",
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

  it("queues and schedules whose names Google would refuse", async () => {
    const long = "q".repeat(87);
    const of = {
      ...declared,
      queues: { ...declared.queues, my_queue: reports, [long]: reports },
      schedules: { "at.noon": declared.schedules["monthly"]! },
    };

    expect(await problemsOf({}, { of })).toEqual([
      "Queue 'my_queue': the name of a queue would be 'test-my_queue-00000000'; Google allows at most 100 " +
        "characters: letters, digits and '-'.",
      `Queue '${long}': the name of a queue would be 'test-${long}-00000000'; Google allows at most 100 ` +
        "characters: letters, digits and '-'.",
      "Schedule 'at.noon': the name of a Scheduler job would be 'test-at.noon'; Google allows at most 500 " +
        "characters: letters, digits, '-' and '_'.",
    ]);
  });
});
