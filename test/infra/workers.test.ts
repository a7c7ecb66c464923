import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { QueueNames } from "../../infra/queueNames.ts";
import type { WorkerConfig } from "../../infra/config/workerSettings.ts";
import { Queues } from "../../infra/queues.ts";
import { StackSecret } from "../../infra/secrets.ts";
import { Workers, type WorkersArgs } from "../../infra/workers.ts";
import {
  allRegistrations,
  dependenciesOf,
  inputsOf,
  noteOptions,
  startDeployment,
} from "../support/pulumi.ts";

const capacity: WorkerConfig = {
  ...{ cpu: "1", memory: "512Mi", concurrency: 20, minInstances: 0, maxInstances: 10 },
  timeout: "600s",
  retired: false,
};
const payload = z.unknown();
const shared = { stack: "dev", project: "my-project", region: "europe-west1", protect: true };

function make(args: Partial<WorkersArgs> = {}, opts?: pulumi.ComponentResourceOptions): Workers {
  const secret = (name: string) =>
    new StackSecret(name, { secretId: `dev-${name}`, value: pulumi.secret("x") });
  return new Workers(
    {
      ...shared,
      workers: { worker: capacity, reports: { ...capacity, memory: "2Gi", concurrency: 1 } },
      queues: { email: { worker: "worker" }, months: { worker: "reports" } },
      tasks: {
        "send-email": { queue: "email", payload, settings: ["mailFrom", "smtpUrl"] },
        build: { queue: "months", payload, settings: ["token"], enqueues: ["send-email"] },
      },
      settings: { plain: { mailFrom: "a@example.com", unnamed: "x" }, secret: {} },
      secrets: { SMTP_URL: secret("smtp-url"), TOKEN: secret("token") },
      image: "host/p/r/worker@sha256:ab12",
      environment: { TASKS_QUEUES: "{}" },
      agent: "serviceAccount:agent@gcp-sa.iam.gserviceaccount.com",
      ...args,
    },
    opts,
  );
}

interface Service {
  readonly name: string;
  readonly template: {
    readonly serviceAccount: string;
    readonly containers: readonly [
      {
        readonly image: string;
        readonly envs: readonly { readonly name: string; readonly value?: string }[];
      },
    ];
  };
}

const service = async (name: string) => (await inputsOf("Service", name)) as unknown as Service;

async function variablesOf(name: string): Promise<Record<string, string | undefined>> {
  const { envs } = (await service(name)).template.containers[0];
  return Object.fromEntries(envs.map((env) => [env.name, env.value]));
}

async function namesOf(type: string): Promise<string[]> {
  const all = await allRegistrations();
  return all.filter((one) => one.type.endsWith(`:${type}`)).map(({ name }) => name);
}

describe("Workers", () => {
  beforeEach(() => startDeployment());

  it("run one image, each as an account and for an invoker of its own", async () => {
    make();

    const [worker, reports] = [await service("worker"), await service("worker:reports")];
    expect([worker.name, reports.name]).toEqual(["dev-worker", "dev-worker-reports"]);
    expect(worker.template.containers[0].image).toBe("host/p/r/worker@sha256:ab12");
    expect(reports.template.containers[0].image).toBe("host/p/r/worker@sha256:ab12");
    expect(reports.template.serviceAccount).toBe("dev-worker-reports@p.iam.gserviceaccount.com");
    expect(await inputsOf("ServiceIamMember", "worker-invoker:reports")).toMatchObject({
      name: "dev-worker-reports",
      member: "serviceAccount:dev-invoker-reports@p.iam.gserviceaccount.com",
    });
    expect(await inputsOf("IAMMember", "worker-invoker-user-cloud-tasks:reports")).toMatchObject({
      serviceAccountId: "projects/p/serviceAccounts/dev-invoker-reports@p.iam.gserviceaccount.com",
    });
    expect((await inputsOf("Account", "worker-invoker:reports"))["displayName"]).toBe(
      "dev: tasks are sent to worker 'reports' as this",
    );
  });

  it("have what their own instances are given", async () => {
    make();

    expect(await inputsOf("Service", "worker:reports")).toMatchObject({
      template: {
        maxInstanceRequestConcurrency: 1,
        containers: [{ resources: { limits: { cpu: "1", memory: "2Gi" } } }],
      },
    });
  });

  it("are given the settings that their tasks name, may read no other, and are told so", async () => {
    make();

    expect(await variablesOf("worker")).toEqual({
      TASKS_QUEUES: "{}",
      MAIL_FROM: "a@example.com",
      TASKS_WORKER: '{"settings":["mailFrom","smtpUrl"],"enqueues":[]}',
      TASKS_INVOKER: "dev-invoker@p.iam.gserviceaccount.com",
      SMTP_URL: undefined,
    });
    expect(await variablesOf("worker:reports")).toEqual({
      TASKS_QUEUES: "{}",
      TASKS_WORKER: '{"settings":["token"],"enqueues":["email"]}',
      TASKS_INVOKER: "dev-invoker-reports@p.iam.gserviceaccount.com",
      TOKEN: undefined,
    });
    expect(await namesOf("SecretIamMember")).toEqual([
      "smtp-url-accessor-worker",
      "token-accessor-worker:reports",
    ]);
  });

  it("are given all and told nothing, where there is but one", async () => {
    make({ workers: { worker: capacity } });

    expect(await variablesOf("worker")).toEqual({
      TASKS_QUEUES: "{}",
      MAIL_FROM: "a@example.com",
      UNNAMED: "x",
      TASKS_INVOKER: "dev-invoker@p.iam.gserviceaccount.com",
      SMTP_URL: undefined,
      TOKEN: undefined,
    });
  });

  it("are known by their queues, and there before these send them anything", async () => {
    const { options, opts } = noteOptions();
    const workers = make();
    const settings = {
      rateLimits: { maxDispatchesPerSecond: 20, maxConcurrentDispatches: 10 },
      retryConfig: { maxAttempts: 8, minBackoff: "5s", maxBackoff: "600s", maxDoublings: 5 },
      dispatchDeadline: "60s",
      maxDeliveries: 152,
    } as const;
    const names = new QueueNames("queue-names", {
      ...shared,
      keys: ["email", "months", "dead-letter"],
    });
    new Queues(
      "queues",
      {
        ...shared,
        queues: {
          email: { ...settings, worker: "worker" },
          months: { ...settings, worker: "reports" },
        },
        ...{ names, workers, loggingSamplingRatio: 0 },
      },
      opts,
    );

    expect((await inputsOf("Queue", "months"))["httpTarget"]).toMatchObject({
      uriOverride: { host: expect.stringMatching(/^dev-worker-reports-\w+\.a\.run\.app$/) },
      oidcToken: {
        serviceAccountEmail: "dev-invoker-reports@p.iam.gserviceaccount.com",
        audience: expect.stringMatching(/^https:\/\/dev-worker-reports-\w+\.a\.run\.app$/),
      },
    });
    expect(await dependenciesOf(options.get("Queue months"))).toEqual([
      "ServiceIamMember worker-invoker:reports",
      "IAMMember worker-invoker-user-cloud-tasks:reports",
    ]);
    expect(await dependenciesOf(options.get("Queue email"))).toEqual([
      "ServiceIamMember worker-invoker",
      "IAMMember worker-invoker-user-cloud-tasks",
    ]);
  });

  it("say what queues their handlers enqueue on", () => {
    expect(make().employed.map(({ worker, enqueues }) => [worker.name, enqueues])).toEqual([
      ["worker", []],
      ["worker:reports", ["email"]],
    ]);
  });

  it("are protected, but for one that is retired", async () => {
    const { options, opts } = noteOptions();

    make({ workers: { worker: capacity, reports: { ...capacity, retired: true } } }, opts);

    expect(await inputsOf("Service", "worker")).toMatchObject({ deletionProtection: true });
    expect(await inputsOf("Service", "worker:reports")).toMatchObject({
      deletionProtection: false,
    });
    expect(options.get("Service worker")).toMatchObject({ protect: true });
    expect(options.get("Service worker:reports")).toMatchObject({ protect: false });
  });

  it("are none that a queue does not have", () => {
    expect(() => make().ofQueue("sms")).toThrow("Queue 'sms' has no worker.");
  });

  it.each([
    { workers: ["worker", "invoker", "mail", "mail-invoker"] },
    { workers: ["worker", "worker-invoker", "invoker-user-cloud-tasks", "invoker"] },
    { workers: ["a-b", "a", "b-c", "b", "c", "a-b-c"] },
  ])("have names that are no others', in program and cloud: $workers", async ({ workers }) => {
    const queues = Object.fromEntries(["c", "b-c", "a"].map((key) => [key, { worker: "a" }]));
    const made = make({
      workers: Object.fromEntries(workers.map((key) => [key, capacity])),
      queues,
    });
    expect(made.employed).toHaveLength(workers.length);

    const all = await allRegistrations();
    const inProgram = all.map(({ type, name }) => `${type} ${name}`);
    const inCloud = all.flatMap(({ type, inputs }) =>
      /:(?:Service|Account)$/.test(type)
        ? [`${type} ${String(inputs["name"] ?? inputs["accountId"])}`]
        : [],
    );
    expect(inProgram).toEqual([...new Set(inProgram)]);
    expect(inCloud).toEqual([...new Set(inCloud)]);
    expect(inCloud).toHaveLength(3 * workers.length);
  });

  it("and their grants on queues have names that are no others'", async () => {
    const keys = ["c", "b-c", "a-enqueuer-worker"];
    const workers = make({
      workers: { "a-b": capacity, a: capacity, worker: capacity },
      queues: Object.fromEntries(keys.map((key) => [key, { worker: "a" }])),
    });
    const settings = {
      rateLimits: { maxDispatchesPerSecond: 20, maxConcurrentDispatches: 10 },
      retryConfig: { maxAttempts: 8, minBackoff: "5s", maxBackoff: "600s", maxDoublings: 5 },
      dispatchDeadline: "60s",
      maxDeliveries: 152,
      worker: "a",
    } as const;
    const names = new QueueNames("queue-names", { ...shared, keys: [...keys, "dead-letter"] });
    const queues = new Queues("queues", {
      ...shared,
      queues: Object.fromEntries(keys.map((key) => [key, settings])),
      ...{ names, workers, loggingSamplingRatio: 0 },
    });
    for (const { worker } of workers.employed) {
      queues.deadLetter.grantKeeping(worker.name, worker.member);
      queues.grantEnqueue(worker.name, worker.member, keys);
    }

    const grants = await namesOf("QueueIamMember");
    expect(grants).toHaveLength(3 * (2 + keys.length));
    expect(grants).toEqual([...new Set(grants)]);
    expect(grants).toContain("c-enqueuer-worker:a-b");
    expect(grants).toContain("b-c-enqueuer-worker:a");
  });
});
