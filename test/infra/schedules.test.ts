import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { QueueNames } from "../../infra/queueNames.ts";
import { Queues } from "../../infra/queues.ts";
import { Schedules } from "../../infra/schedules.ts";
import type { ScheduleSettings } from "../../infra/config/scheduleSettings.ts";
import {
  allRegistrations,
  dependenciesOf,
  inputsOf,
  noteOptions,
  startDeployment,
} from "../support/pulumi.ts";

const digest: ScheduleSettings = {
  cron: "0 7 * * MON-FRI",
  timeZone: "Europe/Berlin",
  task: "send-digest",
  payload: { recipients: ["team@example.com"] },
  paused: false,
};

function make(
  schedules: Record<string, ScheduleSettings>,
  opts: ConstructorParameters<typeof Schedules>[2] = {},
  canary?: string,
): void {
  const worker = {
    url: pulumi.output("https://dev-worker-x1.a.run.app"),
    invoker: pulumi.output("dev-invoker@p.iam.gserviceaccount.com"),
    callGrants: [],
  };
  const shared = { stack: "dev", project: "my-project", region: "europe-west1" };
  const settings = {
    rateLimits: { maxDispatchesPerSecond: 20, maxConcurrentDispatches: 10 },
    retryConfig: { maxAttempts: 8, minBackoff: "5s", maxBackoff: "600s", maxDoublings: 5 },
    worker: "worker",
    dispatchDeadline: "60s",
    maxDeliveries: 152,
  } as const;
  const queues = new Queues("queues", {
    ...shared,
    queues: { email: settings, default: settings, old: { ...settings, retired: true } },
    names: new QueueNames("queue-names", {
      ...shared,
      keys: ["email", "default", "old", "dead-letter"],
    }),
    workers: { ofQueue: () => worker },
    loggingSamplingRatio: 0,
    protect: false,
  });
  const payload = z.unknown();
  const tasks = {
    "send-digest": { queue: "default", payload },
    "send-email": { queue: "email", payload },
    "send-sms": { queue: "sms", payload },
  };
  new Schedules("schedules", { ...shared, schedules, tasks, queues, canary }, opts);
}

describe("Schedules", () => {
  beforeEach(() => startDeployment());

  it("asks for a job that creates the task on its queue, as the scheduler's account", async () => {
    make({ "daily-digest": digest });

    const { httpTarget, ...job } = await inputsOf("Job", "daily-digest");
    expect(job).toEqual({
      name: "dev-daily-digest",
      region: "europe-west1",
      schedule: "0 7 * * MON-FRI",
      timeZone: "Europe/Berlin",
      paused: false,
      attemptDeadline: "30s",
      retryConfig: { retryCount: 3 },
    });
    const { body, ...target } = httpTarget as { body: string };
    expect(target).toEqual({
      httpMethod: "POST",
      uri:
        "https://cloudtasks.googleapis.com/v2/projects/my-project/locations/europe-west1/queues/" +
        "dev-default-ff89ab45/tasks",
      headers: { "Content-Type": "application/json" },
      oauthToken: {
        serviceAccountEmail: "dev-scheduler@p.iam.gserviceaccount.com",
        scope: "https://www.googleapis.com/auth/cloud-platform",
      },
    });
    expect(JSON.parse(Buffer.from(body, "base64").toString())).toEqual({
      task: {
        dispatchDeadline: "60s",
        httpRequest: {
          url: "https://set-by-the-queue.invalid/tasks/send-digest",
          httpMethod: "POST",
          headers: { "Content-Type": "application/json", "Dispatch-Deadline": "60s" },
          body: Buffer.from('{"recipients":["team@example.com"]}').toString("base64"),
        },
      },
    });
  });

  it("keeps a paused schedule from firing", async () => {
    make({ "daily-digest": { ...digest, paused: true } });

    expect(await inputsOf("Job", "daily-digest")).toMatchObject({ paused: true });
  });

  it("may enqueue on the queues of its tasks only, and fires only when it may", async () => {
    const { options, opts } = noteOptions();

    make({ morning: digest, evening: digest }, opts);

    const all = await allRegistrations();
    expect(all.filter(({ type }) => type.endsWith("Member"))).toEqual([
      {
        type: "gcp:cloudtasks/queueIamMember:QueueIamMember",
        name: "default-enqueuer-scheduler",
        inputs: {
          name: "dev-default-ff89ab45",
          location: "europe-west1",
          role: "roles/cloudtasks.enqueuer",
          member: "serviceAccount:dev-scheduler@p.iam.gserviceaccount.com",
        },
      },
    ]);
    for (const job of ["Job morning", "Job evening"]) {
      expect(await dependenciesOf(options.get(job))).toEqual([
        "QueueIamMember default-enqueuer-scheduler",
      ]);
    }
  });

  it("sends each queue that is not retired a ping, which is tried once", async () => {
    make({}, {}, "*/5 * * * *");

    const all = await allRegistrations();
    expect(all.filter(({ type }) => /Job$|Member$/.test(type)).map(({ name }) => name)).toEqual([
      "email-enqueuer-scheduler",
      "default-enqueuer-scheduler",
      "ping:email",
      "ping:default",
    ]);
    const { httpTarget, ...job } = await inputsOf("Job", "ping:email");
    expect(job).toEqual({
      name: "dev-ping-email",
      region: "europe-west1",
      schedule: "*/5 * * * *",
      timeZone: "Etc/UTC",
      paused: false,
      attemptDeadline: "30s",
      retryConfig: { retryCount: 3 },
    });
    const { body, uri } = httpTarget as { body: string; uri: string };
    expect(uri).toContain("/queues/dev-email-ff89ab45/tasks");
    expect(JSON.parse(Buffer.from(body, "base64").toString())).toEqual({
      task: {
        dispatchDeadline: "60s",
        retryConfig: { maxAttempts: 1 },
        httpRequest: {
          url: "https://set-by-the-queue.invalid/tasks/ping",
          httpMethod: "POST",
          headers: { "Content-Type": "application/json", "Dispatch-Deadline": "60s" },
          body: Buffer.from("{}").toString("base64"),
        },
      },
    });
  });

  it("has an account of its own", async () => {
    make({});

    expect(await inputsOf("Account", "schedules")).toEqual({
      accountId: "dev-scheduler",
      displayName: "dev: schedules enqueue",
      createIgnoreAlreadyExists: true,
    });
  });

  it.each(["send-report", "send-sms"])(
    "refuses a schedule whose task, '%s', is on no queue",
    (task) => {
      expect(() => {
        make({ nightly: { ...digest, task } });
      }).toThrow(`Schedule 'nightly' has no queue for task '${task}'.`);
    },
  );
});
