import { setTimeout as sleep } from "node:timers/promises";
import { startSmtpSink } from "@background-tasks/cloud/network/smtpSink.ts";
import { call, cloudState, list, queuesOf } from "./cloudState.ts";
import { describeEngine, startEngine, type EngineUnderTest } from "./engineUnderTest.ts";

const WAITING = 100;
const TASK = "send-email";
/** What may become of a delivery while its queue is moved. */
const EXPECTED = new Set(["done", "not-here"]);
const SERVICES = "/v2/projects/local-project/locations/europe-west1/services";

describeEngine("The workers of a protected stack", () => {
  let engine: EngineUnderTest;
  let smtp: Awaited<ReturnType<typeof startSmtpSink>>;
  /** The subjects of the mails that were sent. */
  let mails: string[] = [];
  /** The queues of deliveries that were answered 2xx, and those of all others by their status. */
  let done: string[] = [];
  let others: number[] = [];
  /** What became of each delivery, by the revision whose worker says so. */
  let outcomes: { readonly revision: string; readonly outcome: string }[] = [];

  beforeAll(async () => {
    engine = await startEngine();
    smtp = await startSmtpSink({ port: 0, onMail: ({ subject }) => mails.push(subject) });
    engine.edit("Pulumi.local.yaml", [
      "  settings:\n",
      `  settings:\n    smtpUrl: smtp://127.0.0.1:${smtp.port}\n`,
    ]);
    engine.cloud.events.on("deliveryFinished", ({ queue, url, status, end }) => {
      // Not the canary's pings.
      if (!url.endsWith(`/${TASK}`)) return;
      if (end === "done") done.push(queue);
      else others.push(status);
    });
    engine.cloud.events.on("containerLog", ({ revision, line }) => {
      const { outcome, "logging.googleapis.com/labels": labels } = JSON.parse(line);
      if (outcome !== undefined && labels?.task === TASK) outcomes.push({ revision, outcome });
    });
    const made = await engine.run("up", "prod");
    if (made.code !== 0) throw new Error(made.message);
  });
  afterAll(async () => {
    await engine.stop();
    await smtp.close();
  });
  beforeEach(() => {
    [mails, done, others, outcomes] = [[], [], [], []];
  });

  const email = async () => (await queuesOf(engine.cloud.endpoint, "prod"))["email"];
  const services = async (): Promise<string[]> =>
    (await list(engine.cloud.endpoint, SERVICES, "services")).map(({ name }) =>
      String(name).slice(String(name).lastIndexOf("/") + 1),
    );
  const sendsTo = async (): Promise<string> => (await email()).httpTarget.uriOverride.host;

  /** The revisions that serve, and whether each is given what the sample's mails need. */
  async function knowing(): Promise<Record<string, boolean>> {
    const all = await list(engine.cloud.endpoint, SERVICES, "services");
    return Object.fromEntries(
      all.map(({ latestReadyRevision, template }) => {
        const variables: { name: string }[] = template.containers[0].env;
        const has = variables.some(({ name }) => name === "SMTP_URL");
        return [String(latestReadyRevision).replace(/.*\//, ""), has];
      }),
    );
  }

  /**
   * Runs `up` with a hundred tasks due, which go on once the first new instance is there, and enqueues a hundred more
   * meanwhile, a few a second. Sees each of them done once, and none by a worker that is not given what it needs.
   */
  async function upWithTasks(): Promise<void> {
    const [waiting, enqueued] = ["Waiting", "Mail"].map((what) =>
      Array.from({ length: WAITING }, (_, n) => `${what} ${n}`),
    ) as [string[], string[]];
    const queue = (await email()).name;
    const at = `${engine.cloud.endpoint}/v2/${queue}`;
    const onQueue = () => list(engine.cloud.endpoint, `/v2/${queue}/tasks`, "tasks");
    await call("POST", `${at}:pause`);
    for (const subject of waiting) await createTask(engine, queue, subject);
    const before = await knowing();
    const resumed = new Promise<number>((resolve) => {
      const off = engine.cloud.events.on("instance", ({ state }) => {
        if (state !== "started") return;
        off();
        void onQueue().then(async (tasks) => {
          await call("POST", `${at}:resume`);
          resolve(tasks.filter(({ dispatchCount = 0 }) => dispatchCount === 0).length);
        });
      });
    });

    const up = engine.run("up", "prod");
    for (const subject of enqueued) {
      await createTask(engine, queue, subject);
      await sleep(50);
    }
    const ran = await up;

    expect({ code: ran.code, message: ran.code === 0 ? "" : ran.message }).toEqual({
      code: 0,
      message: "",
    });
    // All of them waited for the new instance.
    expect(await resumed).toBeGreaterThanOrEqual(WAITING);
    while ((await onQueue()).length > 0) await sleep(100);
    expect([...mails].sort()).toEqual([...waiting, ...enqueued].sort());
    expect(done.filter((one) => one === queue)).toHaveLength(2 * WAITING);
    // What was left to another worker was no attempt.
    expect(others.filter((status) => status !== 500)).toEqual([]);
    expect(outcomes.filter(({ outcome }) => !EXPECTED.has(outcome))).toEqual([]);
    const knows = { ...before, ...(await knowing()) };
    const doers = new Set(
      outcomes.filter(({ outcome }) => outcome === "done").map(({ revision }) => revision),
    );
    expect([...doers].filter((revision) => knows[revision] !== true)).toEqual([]);
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

  it("keep both, and a queue is moved from one to the other with its tasks", async () => {
    engine.edit("tasks/queues.ts", ['worker: "mails"', 'worker: "worker"']);

    await upWithTasks();

    expect(await sendsTo()).toMatch(/^prod-worker-(?!mails)/);
    expect(await services()).toEqual(["prod-worker", "prod-worker-mails"]);
  });

  it("keep both, and it is moved back with its tasks", async () => {
    engine.edit("tasks/queues.ts", ['worker: "worker"', 'worker: "mails"']);

    await upWithTasks();

    expect(await sendsTo()).toMatch(/^prod-worker-mails-/);
    expect(await services()).toEqual(["prod-worker", "prod-worker-mails"]);
  });

  it("do what a retired queue holds where its worker is, while its task is on another's queue", async () => {
    engine.edit("tasks/queues.ts", ["email: {", "email: { retired: true,"]);
    engine.edit("tasks/tasks.ts", ['queue: "email",', 'queue: "default", alsoOn: ["email"],']);

    await upWithTasks();

    expect(await sendsTo()).toMatch(/^prod-worker-mails-/);
    const doers = outcomes.filter(({ outcome }) => outcome === "done");
    expect(doers.filter(({ revision }) => !revision.startsWith("prod-worker-mails-"))).toEqual([]);
    // The other worker does the new ones.
    expect(Object.values(await knowing())).toEqual([true, true]);
    engine.restore("tasks/tasks.ts");
    engine.edit("tasks/queues.ts", ["email: { retired: true,", "email: {"]);
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
  subject: string,
): Promise<void> {
  const payload = { to: "ada@example.com", subject, text: "It works." };
  await call("POST", `${cloud.endpoint}/v2/${queue}/tasks`, {
    task: {
      httpRequest: {
        url: `https://set-by-the-queue.invalid/tasks/${TASK}`,
        httpMethod: "POST",
        headers: { "Content-Type": "application/json" },
        body: Buffer.from(JSON.stringify(payload)).toString("base64"),
      },
    },
  });
}
