import { startLocalCloud } from "@background-tasks/cloud/startLocalCloud.ts";
import { apiAt } from "@background-tasks/program/resources/api.ts";
import { Watch, type WatchArgs } from "../../infra/watch.ts";
import { allRegistrations, inputsOf, startDeployment } from "../support/pulumi.ts";

const args: WatchArgs = {
  stack: "prod",
  project: "my-project",
  region: "europe-west1",
  queues: {
    email: {
      rateLimits: { maxDispatchesPerSecond: 50, maxConcurrentDispatches: 40 },
      retryConfig: { maxAttempts: 8, minBackoff: "5s", maxBackoff: "600s", maxDoublings: 5 },
      worker: "worker",
      dispatchDeadline: "60s",
      maxDeliveries: 152,
    },
  },
  schedules: {
    digest: {
      cron: "0 7 * * MON-FRI",
      timeZone: "Europe/Berlin",
      task: "send-digest",
      payload: {},
      paused: false,
    },
  },
  workers: {
    worker: {
      cpu: "1",
      memory: "512Mi",
      concurrency: 20,
      minInstances: 1,
      maxInstances: 10,
      timeout: "600s",
      retired: false,
    },
  },
  alerts: {
    enabled: true,
    page: ["projects/my-project/notificationChannels/1"],
    tell: ["email:team@example.com", "projects/my-project/notificationChannels/1"],
    maxWaitS: 900,
    delayedTasks: false,
    runbook: undefined,
  },
  canary: "*/5 * * * *",
  requestLogs: "all",
  labels: {},
};

async function registered(changes: Partial<WatchArgs> = {}): Promise<string[]> {
  new Watch("watch", { ...args, ...changes });
  const all = await allRegistrations();
  return all
    .filter(({ type }) => type.includes("/"))
    .map(({ type, name }) => `${type.slice(type.lastIndexOf(":") + 1)} ${name}`)
    .sort();
}

/** The queues for which a policy opens an alert on a local cloud, where so many tasks come to each of these at once. */
async function opened(policy: object, queues: readonly string[], tasks: number): Promise<string[]> {
  const cloud = await startLocalCloud({
    clock: "virtual",
    startTime: new Date("2026-11-24T12:00:00Z"),
    hosts: { "worker.example": () => 204 },
  });
  try {
    const found: string[] = [];
    cloud.events.on("alertOpened", ({ labels }) => found.push(labels["queue_id"] ?? ""));
    const api = apiAt(cloud.endpoint);
    await api.post("/v3/projects/local-project/alertPolicies", policy);
    for (const key of queues) {
      const name = `${cloud.location}/queues/prod-${key}-1a2b3c4d`;
      const rateLimits = { maxDispatchesPerSecond: 0.05 };
      await api.post(`/v2/${cloud.location}/queues`, { name, rateLimits });
      for (let n = 0; n < tasks; n += 1) {
        const task = { httpRequest: { url: "https://worker.example/tasks/a" } };
        await api.post(`/v2/${name}/tasks`, { task });
      }
    }
    await cloud.advance("3600s");
    return found;
  } finally {
    await cloud.stop();
  }
}

describe("Watch", () => {
  beforeEach(() => startDeployment({ "gcp:project": "my-project" }));

  it("makes metrics, policies, a dashboard, and the channels that there are not yet", async () => {
    expect(await registered()).toEqual([
      "AlertPolicy watch-backlog-grows",
      "AlertPolicy watch-dead-letter",
      "AlertPolicy watch-dead-letter-not-kept",
      "AlertPolicy watch-dead-letters-many",
      "AlertPolicy watch-dead-letters-steady",
      "AlertPolicy watch-dead-letters-waiting",
      "AlertPolicy watch-deliveries-refused",
      "AlertPolicy watch-instances-used-up",
      "AlertPolicy watch-queue-silent",
      "AlertPolicy watch-schedule-failed",
      "AlertPolicy watch-schedule-missed",
      "AlertPolicy watch-tasks-wait",
      "AlertPolicy watch-work-stands-still",
      "AlertPolicy watch-worker-breaks",
      "AlertPolicy watch-worker-silent",
      "Dashboard watch",
      "Metric watch-dead-letters",
      "Metric watch-deliveries",
      "Metric watch-ended",
      "Metric watch-pauses",
      "Metric watch-pings",
      "Metric watch-runs",
      "NotificationChannel watch-team@example.com",
      "RandomUuid7 watch-queue:email",
      "RandomUuid7 watch-schedule:digest",
      "RandomUuid7 watch-worker:worker",
    ]);
  });

  it("makes nothing where alerts are off", async () => {
    expect(await registered({ alerts: { ...args.alerts, enabled: false } })).toEqual([]);
  });

  it("keeps no requests that succeeded where that is asked for, with alerts or without", async () => {
    const off = { ...args.alerts, enabled: false };
    new Watch("watch", { ...args, namePrefix: "acme-", alerts: off, requestLogs: "failures" });

    expect(await inputsOf("ProjectExclusion", "watch-requests-done")).toEqual({
      name: "acme-prod-requests-done",
      description:
        "Leaves out what Cloud Run logs of requests to the workers of stack 'prod' that succeeded (2xx). " +
        "The stack's Pulumi program made it: 'requestLogs' is 'failures'.",
      filter:
        'log_id("run.googleapis.com/requests") AND resource.type="cloud_run_revision" AND ' +
        'resource.labels.service_name=~"^(acme-prod-worker)$" AND ' +
        "httpRequest.status>=200 AND httpRequest.status<300",
    });
    expect(await registered({ requestLogs: "failures" })).toContain(
      "ProjectExclusion watch-requests-done",
    );
  });

  it("makes the policies where nobody is told of them", async () => {
    new Watch("watch", { ...args, alerts: { ...args.alerts, page: [], tell: [] } });

    expect(await inputsOf("AlertPolicy", "watch-worker-silent")).toMatchObject({
      notificationChannels: [],
    });
  });

  it("asks for the alert of an entry of a log, which whoever is to be told is told of", async () => {
    new Watch("watch", args);

    const { documentation, ...policy } = await inputsOf("AlertPolicy", "watch-dead-letter");
    expect(policy).toEqual({
      displayName: "prod: Tasks become dead letters",
      combiner: "OR",
      severity: "WARNING",
      conditions: [
        {
          displayName: "Tasks become dead letters",
          conditionMatchedLog: {
            filter: expect.stringContaining('jsonPayload.outcome="dead-letter"') as string,
            labelExtractors: {
              task: "EXTRACT(labels.task)",
              queue: "EXTRACT(labels.queue)",
              cause: "EXTRACT(labels.cause)",
            },
          },
        },
      ],
      alertStrategy: { notificationRateLimit: { period: "600s" }, autoClose: "3600s" },
      notificationChannels: [
        "projects/my-project/notificationChannels/206e069b",
        "projects/my-project/notificationChannels/1",
      ],
    });
    expect(documentation).toMatchObject({
      mimeType: "text/markdown",
      subject: "prod: Tasks become dead letters",
      content: expect.stringContaining("npm run tasks -- dead-letters --stack prod") as string,
    });
  });

  it("asks for an expression that needs no metric yet, and knows since when it is asked", async () => {
    new Watch("watch", args);

    const { conditions, ...policy } = await inputsOf("AlertPolicy", "watch-schedule-missed");
    expect(policy).toMatchObject({
      severity: "CRITICAL",
      alertStrategy: { autoClose: "86400s", notificationPrompts: ["OPENED", "CLOSED"] },
      notificationChannels: ["projects/my-project/notificationChannels/1"],
    });
    const at = "vector(time() - 25200)";
    expect(conditions).toEqual([
      {
        displayName: "A schedule did not run",
        conditionPrometheusQueryLanguage: {
          // At seven in Berlin's winter, an hour later, and since the 1st of January.
          query:
            'label_replace(((((sum(increase(logging_googleapis_com:user_prod_runs{monitored_resource="cloud_scheduler_job",' +
            'job_id="prod-digest"}[90000s])) or vector(0)) < 1) and on() (' +
            `(${[1, 2, 3, 4, 5].map((day) => `day_of_week(${at}) == ${day}`).join(" or ")}) and hour(${at}) < 22)) ` +
            `and on() (vector(time()) > ${Date.UTC(2026, 0, 1) / 1000 + 90_000})), "schedule", "digest", "", "")`,
          duration: "0s",
          evaluationInterval: "300s",
          disableMetricValidation: true,
        },
      },
    ]);
  });

  it("asks for a threshold of what the points of each queue come to", async () => {
    new Watch("watch", args);

    const { conditions } = await inputsOf("AlertPolicy", "watch-tasks-wait");
    expect(conditions).toMatchObject([
      {
        conditionThreshold: {
          comparison: "COMPARISON_GT",
          thresholdValue: 900_000,
          duration: "600s",
          evaluationMissingData: "EVALUATION_MISSING_DATA_INACTIVE",
          aggregations: [
            {
              alignmentPeriod: "300s",
              perSeriesAligner: "ALIGN_PERCENTILE_99",
              crossSeriesReducer: "REDUCE_MAX",
              groupByFields: ["resource.label.queue_id"],
            },
          ],
        },
      },
    ]);
  });

  it("asks for a threshold for each wait that queues have, so that each fires by its own", async () => {
    const { email } = args.queues;
    new Watch("watch", {
      ...args,
      queues: { email: { ...email!, maxWait: "300s" }, default: email!, sms: email! },
    });
    const policy = await inputsOf("AlertPolicy", "watch-tasks-wait");

    expect(policy["conditions"]).toMatchObject([
      {
        displayName: "Tasks wait too long (300 s on email)",
        conditionThreshold: { thresholdValue: 300_000 },
      },
      {
        displayName: "Tasks wait too long (900 s on default and sms)",
        conditionThreshold: { thresholdValue: 900_000 },
      },
    ]);
    // Three a minute: the last one waits for two minutes, and for twenty.
    expect(await opened(policy, ["email", "default"], 6)).toEqual([]);
    expect(await opened(policy, ["email", "default"], 60)).toEqual(["prod-email-1a2b3c4d"]);
  });

  it("asks for a metric with its labels, and for one without", async () => {
    new Watch("watch", args);

    expect(await inputsOf("Metric", "watch-pings")).toEqual({
      name: "prod-pings",
      description: "Pings that arrived.",
      filter: expect.stringContaining('labels.task="ping"') as string,
      metricDescriptor: {
        metricKind: "DELTA",
        valueType: "INT64",
        unit: "1",
        labels: [
          {
            key: "queue",
            valueType: "STRING",
            description: "The queue's key in tasks/queues.ts.",
          },
        ],
      },
      labelExtractors: { queue: "EXTRACT(labels.queue)" },
    });
    expect(await inputsOf("Metric", "watch-runs")).not.toHaveProperty("labelExtractors");
  });

  it("begins anew to watch a queue that was retired, and is sent pings again", async () => {
    const { email } = args.queues;
    new Watch("watch", { ...args, queues: { email: { ...email!, retired: true } } });

    expect(await inputsOf("RandomUuid7", "watch-queue:email")).toEqual({
      keepers: { canary: "*/5 * * * *", retired: "true" },
    });
  });

  it("begins anew to watch a schedule whose times change, and watches none that is paused", async () => {
    const { digest } = args.schedules;
    new Watch("watch", {
      ...args,
      schedules: { digest: digest!, night: { ...digest!, paused: true } },
    });

    expect(await inputsOf("RandomUuid7", "watch-schedule:digest")).toEqual({
      keepers: { cron: "0 7 * * MON-FRI", timeZone: "Europe/Berlin" },
    });
    expect(await inputsOf("RandomUuid7", "watch-queue:email")).toEqual({
      keepers: { canary: "*/5 * * * *" },
    });
    const { conditions } = await inputsOf("AlertPolicy", "watch-schedule-missed");
    expect(JSON.stringify(conditions)).not.toContain("night");
  });

  it("gives its labels to what takes labels", async () => {
    new Watch("watch", { ...args, labels: { team: "mail" } });

    for (const [type, name] of [
      ["AlertPolicy", "watch-tasks-wait"],
      ["NotificationChannel", "watch-team@example.com"],
    ] as const) {
      expect(await inputsOf(type, name)).toMatchObject({ userLabels: { team: "mail" } });
    }
  });

  it("lets a transform change what it asks for", async () => {
    new Watch("watch", {
      ...args,
      transform: {
        policy: (policy, name) => ({ ...policy, enabled: name !== "watch-tasks-wait" }),
        metric: (metric) => ({ ...metric, description: "Ours." }),
        channel: (channel) => ({ ...channel, displayName: "The team" }),
        dashboard: (dashboard) => ({ ...dashboard, project: "other" }),
        exclusion: (exclusion) => ({ ...exclusion, disabled: true }),
      },
      requestLogs: "failures",
    });

    expect(await inputsOf("AlertPolicy", "watch-tasks-wait")).toMatchObject({ enabled: false });
    expect(await inputsOf("Metric", "watch-runs")).toMatchObject({ description: "Ours." });
    expect(await inputsOf("NotificationChannel", "watch-team@example.com")).toMatchObject({
      displayName: "The team",
    });
    expect(await inputsOf("Dashboard", "watch")).toMatchObject({ project: "other" });
    expect(await inputsOf("ProjectExclusion", "watch-requests-done")).toMatchObject({
      disabled: true,
    });
  });
});
