import * as pulumi from "@pulumi/pulumi";
import { QueueNames } from "../../infra/queueNames.ts";
import { TaskQueue, type TaskQueueArgs } from "../../infra/taskQueue.ts";
import {
  allRegistrations,
  dependenciesOf,
  inputsOf,
  noteOptions,
  startDeployment,
  valueOf,
} from "../support/pulumi.ts";

const email = {
  rateLimits: { maxDispatchesPerSecond: 20, maxConcurrentDispatches: 10 },
  retryConfig: { maxAttempts: 8, minBackoff: "5s", maxBackoff: "600s", maxDoublings: 5 },
  worker: "worker",
  dispatchDeadline: "60s",
  maxDeliveries: 152,
} as const;

const worker = {
  url: pulumi.output("https://dev-worker-x1.a.run.app"),
  invoker: pulumi.output("dev-invoker@p.iam.gserviceaccount.com"),
  callGrants: [],
};

function make(
  args: Partial<TaskQueueArgs> = {},
  opts?: pulumi.ComponentResourceOptions,
): TaskQueue {
  const names = new QueueNames("queue-names", {
    stack: "dev",
    project: "my-project",
    region: "europe-west1",
    keys: ["email"],
  });
  return new TaskQueue(
    "email",
    {
      settings: email,
      names,
      region: "europe-west1",
      worker,
      loggingSamplingRatio: 0.1,
      protect: true,
      ...args,
    },
    opts,
  );
}

async function grants(): Promise<string[]> {
  const all = await allRegistrations();
  return all.filter(({ type }) => type.endsWith("Member")).map(({ name }) => name);
}

describe("TaskQueue", () => {
  beforeEach(() => startDeployment());

  it("asks for its rate, its retries, the worker's host and the invoker's token", async () => {
    const { asked } = make({ settings: { ...email, maxWait: "300s" } });

    // How long a task may wait is an alert's, and nothing that Cloud Tasks has.
    expect(Object.keys(asked)).toEqual(["rateLimits", "retryConfig"]);
    expect(await inputsOf("Queue", "email")).toEqual({
      name: "dev-email-ff89ab45",
      location: "europe-west1",
      rateLimits: { maxDispatchesPerSecond: 20, maxConcurrentDispatches: 10 },
      // As many as there may be deliveries; the worker counts the attempts.
      retryConfig: { maxAttempts: -1, minBackoff: "5s", maxBackoff: "600s", maxDoublings: 5 },
      httpTarget: {
        uriOverride: {
          scheme: "HTTPS",
          host: "dev-worker-x1.a.run.app",
          uriOverrideEnforceMode: "ALWAYS",
        },
        oidcToken: {
          serviceAccountEmail: "dev-invoker@p.iam.gserviceaccount.com",
          audience: "https://dev-worker-x1.a.run.app",
        },
      },
      stackdriverLoggingConfig: { samplingRatio: 0.1 },
    });
  });

  it.each([true, false])("is protected, and outlives its code, when told: %s", async (protect) => {
    const { options, opts } = noteOptions();

    make({ protect }, opts);

    await allRegistrations();
    expect(options.get("Queue email")).toMatchObject({ protect, retainOnDelete: protect });
  });

  it("waits for what must be granted before a task is sent", async () => {
    const { options, opts } = noteOptions();
    const granted = new pulumi.ComponentResource("test:index:Grant", "granted");

    make({ worker: { ...worker, callGrants: [granted] } }, opts);

    await allRegistrations();
    expect(await dependenciesOf(options.get("Queue email"))).toEqual(["Grant granted"]);
  });

  it("lets a member enqueue on the queue, and no more", async () => {
    make().grantEnqueue("web", "serviceAccount:web@p.iam.gserviceaccount.com");

    expect(await grants()).toEqual(["email-enqueuer-web"]);
    expect(await inputsOf("QueueIamMember", "email-enqueuer-web")).toEqual({
      name: "dev-email-ff89ab45",
      location: "europe-west1",
      role: "roles/cloudtasks.enqueuer",
      member: "serviceAccount:web@p.iam.gserviceaccount.com",
    });
  });

  it("grants nobody anything by itself", async () => {
    make();

    expect(await grants()).toEqual([]);
  });

  it("lets nobody enqueue once it is retired", async () => {
    const queue = make({ settings: { ...email, retired: true } });

    queue.grantEnqueue("web", "serviceAccount:web@p.iam.gserviceaccount.com");

    expect(await grants()).toEqual([]);
  });

  it("is a child of its component", async () => {
    const { options, opts } = noteOptions();

    const queue = make({}, opts);

    await allRegistrations();
    expect(options.get("Queue email")?.parent).toBe(queue);
    expect(await valueOf(queue.urn)).toContain("background-tasks:queues:TaskQueue::email");
  });
});
