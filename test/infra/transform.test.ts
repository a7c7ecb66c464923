import { globSync, readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import {
  startEvaluation,
  type Evaluation,
} from "@background-tasks/program/evaluate/evaluateProgram.ts";
import { madeByGoogle } from "@background-tasks/program/evaluate/madeByGoogle.ts";
import { unwrapSecrets } from "@background-tasks/program/evaluate/secrets.ts";
import { z } from "zod";
import { WorkerImage } from "../../infra/image.ts";
import { QueueNames } from "../../infra/queueNames.ts";
import { Queues } from "../../infra/queues.ts";
import { Schedules } from "../../infra/schedules.ts";
import { StackSecret } from "../../infra/secrets.ts";
import { Worker } from "../../infra/worker.ts";
import type * as config from "../../infra/config/config.ts";
import { FIXTURE } from "../support/fixtureProject.ts";
import { inputsOf, stackConfig, startDeployment, valueOf } from "../support/pulumi.ts";

jest.mock("../../infra/bundle.ts", () => ({ bundleWorker: jest.fn() }));
// All components are given the configuration.
jest.mock("../../infra/config/config.ts", () => ({
  loadConfig: (...args: Parameters<typeof config.loadConfig>) => ({
    ...jest.requireActual<typeof config>("../../infra/config/config.ts").loadConfig(...args),
    transform: MARKING,
  }),
}));

/** A transform, and below every name one like it, that makes secrets of all arguments. */
const MARKING: unknown = new Proxy(
  (args: object) =>
    Object.fromEntries(Object.entries(args).map(([name, arg]) => [name, pulumi.secret(arg)])),
  { get: () => MARKING },
);

const place = { stack: "dev", project: "my-project", region: "europe-west1" };
const member = "serviceAccount:web@my-project.iam.gserviceaccount.com";

const settings = {
  rateLimits: { maxDispatchesPerSecond: 20, maxConcurrentDispatches: 10 },
  worker: "worker",
  retryConfig: { maxAttempts: 8, minBackoff: "5s", maxBackoff: "600s", maxDoublings: 5 },
  dispatchDeadline: "60s",
  maxDeliveries: 152,
} as const;

function makeQueues(
  transform?: ConstructorParameters<typeof Queues>[1]["transform"],
  names = new QueueNames("queue-names", { ...place, keys: ["email", "dead-letter"] }),
): Queues {
  return new Queues("queues", {
    ...place,
    queues: { email: settings },
    names,
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
        queue: (args, name) => ({ ...args, project: `of-${name}` }),
        grant: (args) => ({ ...args, condition: { title: "by day", expression: "true" } }),
      },
    });
    queues.grantEnqueue("web", member);

    expect(await inputsOf("Queue", "email")).toMatchObject({ project: "of-email" });
    expect(await inputsOf("QueueIamMember", "email-enqueuer-web")).toMatchObject({
      member,
      condition: { title: "by day", expression: "true" },
    });
    expect(await inputsOf("Queue", "dead-letter")).toMatchObject({ desiredState: "PAUSED" });
  });

  it("changes a queue's name for all who are told it", async () => {
    const names = new QueueNames("queue-names", {
      ...place,
      keys: ["email", "dead-letter"],
      transform: { id: (args, name) => ({ ...args, prefix: `tasks-of-${name}-` }) },
    });
    const queues = makeQueues({}, names);

    const { name } = await inputsOf("Queue", "email");
    expect(name).toMatch(/^tasks-of-email-[0-9a-f]{8}$/);
    expect(await valueOf(queues.byKey.get("email")!.fullName)).toBe(
      `projects/my-project/locations/europe-west1/queues/${String(name)}`,
    );
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

/** A stack with everything that a stack may have. */
const WHOLE = {
  "gcp:project": "my-project",
  "background-tasks:settings":
    '{"mailFrom":"tasks@example.com","smtpUrl":"smtp://mail.example.com"}',
  "background-tasks:canary": "*/5 * * * *",
  "background-tasks:requestLogs": "failures",
  "background-tasks:alerts": '{"page":["email:team@example.com"]}',
  "background-tasks:enqueuers": '["group:web@example.com"]',
  "background-tasks:cancellers": '["group:web@example.com"]',
  "background-tasks:operators": '["group:oncall@example.com"]',
  "background-tasks:viewers": '["group:support@example.com"]',
  "background-tasks:workers": '{"worker":{"cloudSqlInstances":["my-project:europe-west1:orders"]}}',
};

type Registered = Parameters<Evaluation["register"]>[0];

/** The resources of the fixture's program, whose components are all given `MARKING`. */
async function markedResources(): Promise<Registered[]> {
  const resources: Registered[] = [];
  await startDeployment();
  await startEvaluation({
    project: "background-tasks",
    stack: "prod",
    config: stackConfig(`${FIXTURE}/Pulumi.prod.yaml`, WHOLE),
    register: (resource) => {
      if (!resource.isCustom) return undefined;
      resources.push(resource);
      const inputs = unwrapSecrets(resource.inputs);
      const outputs = { ...inputs, ...madeByGoogle(resource.type, inputs, "my-project") };
      return { id: `${resource.name}-id`, outputs };
    },
  });
  await jest.isolateModulesAsync(async () => {
    await import("../fixtures/project/infra/index.ts");
    const { runtime } = await import("@pulumi/pulumi");
    await runtime.disconnect();
  });
  return resources;
}

/** The types that files of the program import from providers, such as `gcp:cloudtasks/queue`. */
function importedTypes(): string[] {
  const imports = globSync("infra/**/*.ts").flatMap((file) => [
    ...readFileSync(file, "utf8").matchAll(
      /^import (?!type)[^;]*?\b[A-Z]\w+\b[^;]*? from "@pulumi\/(?!pulumi)(\w+)\/(.+)\.js";/gm,
    ),
  ]);
  return [
    ...new Set(
      imports.map(([, provider = "", path = ""]) =>
        `${provider}:${path.includes("/") ? path : `index/${path}`}`.toLowerCase(),
      ),
    ),
  ].sort();
}

/** What Docker's SDK adds to an image. */
const BY_SDK = new Set(["buildOnPreview", "skipPush"]);

describe("A transform", () => {
  it("is there for every resource of the program", async () => {
    const resources = await markedResources();

    const unmarked = resources.filter(
      ({ inputs }) =>
        !Object.entries(inputs).every(
          ([name, input]) => BY_SDK.has(name) || pulumi.runtime.isRpcSecret(input),
        ),
    );
    expect(unmarked.map(({ type, name }) => `${type} ${name}`)).toEqual([]);
    const types = resources.map(({ type }) => type.slice(0, type.lastIndexOf(":")).toLowerCase());
    expect([...new Set(types)].sort()).toEqual(importedTypes());
  });
});
