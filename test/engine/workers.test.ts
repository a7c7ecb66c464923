import { setTimeout as sleep } from "node:timers/promises";
import { startSmtpSink } from "@background-tasks/cloud/network/smtpSink.ts";
import { call, cloudState, list, queuesOf } from "./cloudState.ts";
import { describeEngine, startEngine, type EngineUnderTest } from "./engineUnderTest.ts";

jest.setTimeout(300_000);

const WAITING = 100;
const SERVICES = "/v2/projects/local-project/locations/europe-west1/services";

describeEngine("The workers of a protected stack", () => {
  let engine: EngineUnderTest;
  let smtp: Awaited<ReturnType<typeof startSmtpSink>>;
  /** The subjects of the mails that were sent. */
  let mails: string[] = [];
  /** The queues of deliveries that were answered 2xx, and those of all others by their status. */
  let done: string[] = [];
  let others: number[] = [];

  beforeAll(async () => {
    engine = await startEngine();
    smtp = await startSmtpSink({ port: 0, onMail: ({ subject }) => mails.push(subject) });
    engine.edit("Pulumi.local.yaml", [
      "  settings:\n",
      `  settings:\n    smtpUrl: smtp://127.0.0.1:${smtp.port}\n`,
    ]);
    engine.cloud.events.on("deliveryFinished", ({ queue, status, end }) => {
      if (end === "done") done.push(queue);
      else others.push(status);
    });
    const made = await engine.run("up", "prod");
    if (made.code !== 0) throw new Error(made.message);
  });
  afterAll(async () => {
    await engine.stop();
    await smtp.close();
  });
  beforeEach(() => {
    [mails, done, others] = [[], [], []];
  });

  const email = async () => (await queuesOf(engine.cloud.endpoint, "prod"))["email"];
  const services = async (): Promise<string[]> =>
    (await list(engine.cloud.endpoint, SERVICES, "services")).map(({ name }) =>
      String(name).slice(String(name).lastIndexOf("/") + 1),
    );
  const sendsTo = async (): Promise<string> => (await email()).httpTarget.uriOverride.host;

  /** Enqueues tasks a few a second while `up` runs, and sees each of them done once, and none as an attempt lost. */
  async function upWithTasks(): Promise<void> {
    const subjects = Array.from({ length: WAITING }, (_, n) => `Mail ${n}`);
    const queue = (await email()).name;
    const up = engine.run("up", "prod");
    for (const [n, subject] of subjects.entries()) {
      await createTask(engine, queue, `${Date.now()}-${n}`, subject);
      await sleep(50);
    }
    const ran = await up;
    expect({ code: ran.code, message: ran.code === 0 ? "" : ran.message }).toEqual({
      code: 0,
      message: "",
    });
    while ((await list(engine.cloud.endpoint, `/v2/${queue}/tasks`, "tasks")).length > 0) {
      await sleep(100);
    }
    expect([...mails].sort()).toEqual([...subjects].sort());
    expect(done.filter((one) => one === queue)).toHaveLength(WAITING);
    // What was left to another worker was no attempt.
    expect(others.filter((status) => status !== 500)).toEqual([]);
    const { "dead-letter": dead } = await queuesOf(engine.cloud.endpoint, "prod");
    expect(await list(engine.cloud.endpoint, `/v2/${dead.name}/tasks`, "tasks")).toEqual([]);
  }

  it("gain one, to which a queue is moved with its tasks", async () => {
    const before = await sendsTo();
    engine.edit("tasks/workers.ts", ["worker: {},", "worker: {}, mails: {},"]);
    engine.edit("tasks/queues.ts", ["email: {", 'email: { worker: "mails",']);

    await upWithTasks();

    expect(await services()).toEqual(["prod-worker", "prod-worker-mails"]);
    expect(await sendsTo()).toMatch(/^prod-worker-mails-/);
    expect(await sendsTo()).not.toBe(before);
  });

  it("divide what they are given: each may read its own settings' secrets", async () => {
    const policies = await cloudState(engine.cloud.endpoint);

    expect(policies["projects/local-project/secrets/prod-smtp-url policy"].bindings).toEqual([
      {
        role: "roles/secretmanager.secretAccessor",
        members: ["serviceAccount:prod-worker-mails@local-project.iam.gserviceaccount.com"],
      },
    ]);
  });

  it("do not lose one that was not retired, and name the way", async () => {
    engine.restore("tasks/workers.ts", "tasks/queues.ts");
    const before = JSON.stringify(await cloudState(engine.cloud.endpoint));

    const ran = await engine.run("up", "prod");

    expect(ran.code).toBe(1);
    expect(ran.message).toBe(
      [
        "Worker 'mails' of stack 'prod' is protected, since a queue may still send to it. Nothing was changed. To give " +
          "it up:",
        "  1. Put it back in tasks/workers.ts under its name, marked 'retired: true', name other workers in its " +
          "queues, and run 'up': it gets no new task, and can be deleted.",
        "  2. Remove it from tasks/workers.ts and run 'up'.",
      ].join("\n"),
    );
    expect(JSON.stringify(await cloudState(engine.cloud.endpoint))).toBe(before);
  });

  it("retire one, whose queue is moved back with its tasks", async () => {
    engine.edit("tasks/workers.ts", ["worker: {},", "worker: {}, mails: { retired: true },"]);

    await upWithTasks();

    expect(await sendsTo()).toMatch(/^prod-worker-(?!mails)/);
  });

  it("lose one that is retired, and no task", async () => {
    engine.restore("tasks/workers.ts");

    await upWithTasks();

    expect(await services()).toEqual(["prod-worker"]);
    const accounts = Object.keys(await cloudState(engine.cloud.endpoint));
    expect(accounts.filter((name) => name.includes("mails"))).toEqual([]);
  });
});

async function createTask(
  { cloud }: EngineUnderTest,
  queue: string,
  id: string,
  subject: string,
): Promise<void> {
  const payload = { to: "ada@example.com", subject, text: "It works." };
  await call("POST", `${cloud.endpoint}/v2/${queue}/tasks`, {
    task: {
      name: `${queue}/tasks/${id}`,
      httpRequest: {
        url: "https://set-by-the-queue.invalid/tasks/send-email",
        httpMethod: "POST",
        headers: { "Content-Type": "application/json" },
        body: Buffer.from(JSON.stringify(payload)).toString("base64"),
      },
    },
  });
}
