import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { WorkerImage } from "../../infra/image.ts";
import { QueueNames } from "../../infra/queueNames.ts";
import { Queues } from "../../infra/queues.ts";
import { Schedules } from "../../infra/schedules.ts";
import { StackSecret } from "../../infra/secrets.ts";
import { Worker } from "../../infra/worker.ts";
import { inputsOf, startDeployment } from "../support/pulumi.ts";

const place = { stack: "dev", project: "my-project", region: "europe-west1" };
const member = "serviceAccount:web@my-project.iam.gserviceaccount.com";

const settings = {
  rateLimits: { maxDispatchesPerSecond: 20, maxConcurrentDispatches: 10 },
  worker: "worker",
  retryConfig: { maxAttempts: 8, minBackoff: "5s", maxBackoff: "600s", maxDoublings: 5 },
  dispatchDeadline: "60s",
  maxDeliveries: 152,
} as const;

function makeQueues(transform?: ConstructorParameters<typeof Queues>[1]["transform"]): Queues {
  return new Queues("queues", {
    ...place,
    queues: { email: settings },
    names: new QueueNames("queue-names", { ...place, keys: ["email", "dead-letter"] }),
    workers: {
      ofQueue: () => ({
        url: pulumi.output("https://dev-worker-x1.a.run.app"),
        invoker: pulumi.output("dev-invoker@my-project.iam.gserviceaccount.com"),
        callGrants: [],
      }),
    },
    loggingSamplingRatio: 0,
    protect: false,
    ...(transform && { transform }),
  });
}

describe("A component's transform", () => {
  beforeEach(() => startDeployment());

  it("changes what a work queue and its grants are asked for, by name", async () => {
    const queues = makeQueues({
      work: {
        queue: (args, name) => ({ ...args, name: pulumi.interpolate`${args.name}-of-${name}` }),
        grant: (args) => ({ ...args, condition: { title: "by day", expression: "true" } }),
      },
    });
    queues.grantEnqueue("web", member);

    const { name } = await inputsOf("Queue", "email");
    expect(name).toMatch(/^dev-email-[0-9a-f]{8}-of-email$/);
    expect(await inputsOf("QueueIamMember", "email-enqueuer-web")).toMatchObject({
      member,
      condition: { title: "by day", expression: "true" },
    });
    expect(await inputsOf("Queue", "dead-letter")).toMatchObject({ desiredState: "PAUSED" });
  });

  it("changes the dead-letter queue alone where that is asked", async () => {
    const queues = makeQueues({
      deadLetter: {
        queue: (args) => ({ ...args, stackdriverLoggingConfig: { samplingRatio: 1 } }),
        grant: (args) => ({ ...args, condition: { title: "by day", expression: "true" } }),
      },
    });
    queues.deadLetter.grantKeeping("worker", member);

    expect(await inputsOf("Queue", "dead-letter")).toMatchObject({
      stackdriverLoggingConfig: { samplingRatio: 1 },
    });
    expect(await inputsOf("Queue", "email")).toMatchObject({
      stackdriverLoggingConfig: { samplingRatio: 0 },
    });
    for (const grant of ["dead-letter-enqueuer-worker", "dead-letter-deleter-worker"]) {
      expect(await inputsOf("QueueIamMember", grant)).toMatchObject({
        condition: { title: "by day", expression: "true" },
      });
    }
  });

  it("changes a schedule's job and the account that enqueues", async () => {
    new Schedules("schedules", {
      ...place,
      schedules: {
        nightly: {
          cron: "0 3 * * *",
          timeZone: "Etc/UTC",
          task: "clean",
          payload: {},
          paused: false,
        },
      },
      tasks: { clean: { queue: "email", payload: z.unknown() } },
      queues: makeQueues(),
      transform: {
        job: (args) => ({ ...args, description: "Cleans." }),
        account: (args) => ({ ...args, description: "Enqueues." }),
      },
    });

    expect(await inputsOf("Job", "nightly")).toMatchObject({ description: "Cleans." });
    expect(await inputsOf("Account", "schedules")).toMatchObject({ description: "Enqueues." });
  });

  it("changes a secret, its version and its grants", async () => {
    new StackSecret("smtp-url", {
      secretId: "dev-smtp-url",
      value: pulumi.secret("smtp://mail.example.com"),
      transform: {
        secret: (args) => ({ ...args, versionDestroyTtl: "86400s" }),
        version: (args) => ({ ...args, deletionPolicy: "DISABLE" }),
        grant: (args) => ({ ...args, condition: { title: "by day", expression: "true" } }),
      },
    }).grantAccess("worker", member);

    expect(await inputsOf("Secret", "smtp-url")).toEqual({
      secretId: "dev-smtp-url",
      replication: { auto: {} },
      versionDestroyTtl: "86400s",
    });
    expect(await inputsOf("SecretVersion", "smtp-url")).toMatchObject({
      secretData: "smtp://mail.example.com",
      deletionPolicy: "DISABLE",
    });
    expect(await inputsOf("SecretIamMember", "smtp-url-accessor-worker")).toMatchObject({
      condition: { title: "by day", expression: "true" },
    });
  });

  it("changes a worker's service, its accounts and its grants", async () => {
    new Worker("worker", {
      ...place,
      key: "worker",
      image: "host/p/r/worker@sha256:ab12",
      worker: {
        cpu: "1",
        memory: "512Mi",
        concurrency: 20,
        minInstances: 0,
        maxInstances: 10,
        timeout: "600s",
        retired: false,
      },
      agent: "serviceAccount:agent@gcp-sa.iam.gserviceaccount.com",
      environment: {},
      secrets: {},
      protect: false,
      transform: {
        service: (args) => ({ ...args, description: "Does the tasks." }),
        account: (args, name) => ({ ...args, description: `This is ${name}.` }),
        callGrant: (args) => ({ ...args, condition: { title: "by day", expression: "true" } }),
        actAsGrant: (args) => ({ ...args, condition: { title: "by night", expression: "true" } }),
      },
    });

    expect(await inputsOf("Service", "worker")).toMatchObject({ description: "Does the tasks." });
    for (const name of ["worker", "worker-invoker"]) {
      expect(await inputsOf("Account", name)).toMatchObject({ description: `This is ${name}.` });
    }
    expect(await inputsOf("ServiceIamMember", "worker-invoker")).toMatchObject({
      condition: { title: "by day", expression: "true" },
    });
    expect(await inputsOf("IAMMember", "worker-invoker-user-cloud-tasks")).toMatchObject({
      condition: { title: "by night", expression: "true" },
    });
  });

  it("changes the repository of images", async () => {
    new WorkerImage("worker", {
      ...place,
      registryHost: "europe-west1-docker.pkg.dev",
      baseImage: "base",
      workerImage: `host/p/r/worker@sha256:${"1".repeat(64)}`,
      transform: { repository: (args) => ({ ...args, mode: "STANDARD_REPOSITORY" }) },
    });

    expect(await inputsOf("Repository", "worker")).toMatchObject({ mode: "STANDARD_REPOSITORY" });
  });
});
