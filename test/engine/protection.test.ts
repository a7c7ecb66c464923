import { startSmtpSink } from "@background-tasks/cloud/network/smtpSink.ts";
import { call, cloudState, list, queuesOf } from "./cloudState.ts";
import {
  ALL_RESOURCES,
  describeEngine,
  startEngine,
  summary,
  type EngineUnderTest,
} from "./engineUnderTest.ts";

const WAITING = 100;

/** Those of prod: its schedule is not paused, and is watched by two policies from a time on. */
const PROD_RESOURCES = ALL_RESOURCES + 3;

describeEngine("A protected stack beside one that is not", () => {
  let engine: EngineUnderTest;
  let smtp: Awaited<ReturnType<typeof startSmtpSink>>;
  let mails = 0;

  beforeAll(async () => {
    engine = await startEngine();
    smtp = await startSmtpSink({
      port: 0,
      onMail: () => {
        mails += 1;
      },
    });
    engine.edit("Pulumi.local.yaml", [
      "  settings:\n",
      `  settings:\n    smtpUrl: smtp://127.0.0.1:${smtp.port}\n`,
    ]);
  });
  afterAll(async () => {
    await engine.stop();
    await smtp.close();
  });

  const queues = (stack: string) => queuesOf(engine.cloud.endpoint, stack);
  const dump = async () => JSON.stringify(await cloudState(engine.cloud.endpoint));

  it("is made in the same project, and neither touches the other", async () => {
    const dev = await engine.run("up", "dev");
    const own = await queues("dev");
    const prod = await engine.run("up", "prod");

    expect([summary(dev), summary(prod)]).toEqual([
      { created: ALL_RESOURCES },
      { created: PROD_RESOURCES },
    ]);
    expect(await queues("dev")).toEqual(own);
    expect(Object.keys(await queues("prod"))).toEqual(Object.keys(own));
    expect(summary(await engine.run("preview", "dev"))).toEqual({ unchanged: ALL_RESOURCES });
  });

  it("refuses to lose a queue, and names the way", async () => {
    const { email } = await queues("prod");
    for (let n = 0; n < WAITING; n += 1) await createTask(engine, email.name, n);
    const before = await dump();

    for (const command of ["preview", "up"]) {
      removeQueue(engine);
      const ran = await engine.run(command, "prod");
      restore(engine);

      expect(ran.code).toBe(1);
      expect(ran.message).toBe(wayOut(engine, EMAIL_URN));
      expect(ran.output).not.toMatch(/^ +at /m);
    }

    expect(await dump()).toBe(before);
  });

  it("loses it by that way, with every task done", async () => {
    const { email } = await queues("prod");
    const at = `${engine.cloud.endpoint}/v2/${email.name}`;

    retireQueue(engine);
    expect((await engine.run("up", "prod")).code).toBe(0);
    expect(await list(engine.cloud.endpoint, `/v2/${email.name}/tasks`, "tasks")).toHaveLength(
      WAITING,
    );
    await drain(engine, email.name);
    expect(mails).toBe(WAITING);
    const unprotected = await engine.run(
      "pulumi",
      "prod",
      "state",
      "unprotect",
      EMAIL_URN,
      "--yes",
    );
    expect(unprotected.code).toBe(0);
    restore(engine);
    removeQueue(engine);
    const removed = await engine.run("up", "prod");

    expect(removed.code).toBe(0);
    expect(summary(await engine.run("preview", "prod"))).toEqual({ unchanged: PROD_RESOURCES - 4 });
    // It was protected when it was made, so it stays in the cloud until somebody deletes it.
    expect(await call("GET", at)).toMatchObject({ name: email.name });
    await call("DELETE", at);
  });

  it.each<{ what: string; change: readonly [string, string] }>([
    { what: "move to another region", change: ["europe-west1", "europe-west3"] },
    { what: "get other names", change: ["config:", "config:\n  namePrefix: acme-"] },
  ])("refuses to $what, and names the other way", async ({ change }) => {
    engine.edit("Pulumi.prod.yaml", change);
    const before = await dump();

    for (const command of ["preview", "up"]) {
      const ran = await engine.run(command, "prod");

      expect(ran.code).toBe(1);
      expect(ran.message).toBe(
        "Stack 'prod' is protected, and what holds tasks can neither move to another region or project nor get " +
          "another name ('namePrefix'). Nothing was changed. Deploy a second stack so ('pulumi stack init'), move " +
          "the producers to it, let the queues of the first drain, and then retire the first.",
      );
    }
    expect(await dump()).toBe(before);
    const [from, to] = change;
    engine.edit("Pulumi.prod.yaml", [to, from]);
  });

  it.each([
    { args: [] },
    { args: ["--continue-on-error"] },
    { args: ["--target", "**dead-letter", "--target-dependents"] },
  ])("refuses to be destroyed with $args, and changes nothing", async ({ args }) => {
    const before = await dump();

    const ran =
      args.length === 0
        ? await engine.run("destroy", "prod")
        : await engine.run("pulumi", "prod", "destroy", "--yes", ...args);

    expect(ran.code).toBe(1);
    expect(ran.message).toMatch(/is protected.* Nothing was changed\. /);
    expect(await dump()).toBe(before);
  });

  it("refuses to be destroyed, and names the way", async () => {
    const refused = await engine.run("destroy", "prod");

    expect(refused.message).toBe(
      "Stack 'prod' is protected. Nothing was changed. To destroy it with all its tasks, set 'protect' to " +
        "false in Pulumi.prod.yaml, run 'up', and then run 'destroy'.",
    );
  });

  it("refuses to be destroyed without a preview, whatever its file says by now", async () => {
    const before = await dump();
    const refused = (said: string) => ({
      code: 1,
      message:
        `Stack 'prod' is protected, and '${said}' would run without a preview. It is the preview that ` +
        "refuses before anything is changed: without one, schedules, grants and more are deleted " +
        "first. Run the command again without '--skip-preview' ('-f', PULUMI_OPTION_SKIP_PREVIEW); with " +
        "'--yes' it asks nothing either.",
    });

    const byFile = await engine.run("pulumi", "prod", "down", "--yes", "-f");
    const beforeFlags = await engine.run("pulumi", "prod", "-s", "prod", "down", "--yes", "-f");
    const up = await engine.runForReal("up", "prod", {}, "--skip-preview");
    engine.edit("Pulumi.prod.yaml", ["config:", "config:\n  background-tasks:protect: false"]);
    const byState = await engine.run("pulumi", "prod", "destroy", "--yes", "--skip-preview");
    engine.edit("Pulumi.prod.yaml", ["\n  background-tasks:protect: false", ""]);

    expect(byFile).toMatchObject(refused("destroy"));
    expect(beforeFlags).toMatchObject(refused("destroy"));
    expect(up).toMatchObject(refused("up"));
    expect(byState).toMatchObject(refused("destroy"));
    expect(await dump()).toBe(before);
  });

  it("refuses to be destroyed before the up that makes it protected", async () => {
    engine.edit("Pulumi.dev.yaml", ["protect: false", "protect: true"]);
    const before = await dump();
    const refused = {
      code: 1,
      message:
        "Stack 'dev' is protected by its settings, but what there is was made without protection, and " +
        "'destroy' would delete it with all its tasks. Nothing was changed. To protect it, run 'up'; to " +
        "destroy it all the same, set 'protect' to false in Pulumi.dev.yaml and run 'destroy' again.",
    };

    expect(await engine.run("destroy", "dev")).toMatchObject(refused);
    for (const args of [[], ["--skip-preview"]]) {
      const ran = await engine.run("pulumi", "dev", "destroy", "--yes", ...args);
      expect(ran).toMatchObject(refused);
    }

    expect(await dump()).toBe(before);
    engine.restore("Pulumi.dev.yaml");
  });

  it("says what a command without a preview did before it was refused, and is made whole", async () => {
    const names = async () => Object.keys(await cloudState(engine.cloud.endpoint));
    const before = await names();

    const ran = await engine.runScript("test/engine/destroyWithoutPreview.ts", [
      "prod",
      engine.cloud.endpoint,
    ]);

    const left = await names();
    expect(ran.code).toBe(1);
    expect(ran.message).toBe(
      "Stack 'prod' is protected. Before that, 30 resources were deleted: Account 'schedules', " +
        "AlertPolicy 'watch-backlog-grows', AlertPolicy 'watch-dead-letter', AlertPolicy " +
        "'watch-dead-letter-not-kept', AlertPolicy 'watch-dead-letters-many', AlertPolicy " +
        "'watch-dead-letters-steady', AlertPolicy 'watch-dead-letters-waiting', AlertPolicy " +
        "'watch-deliveries-refused', AlertPolicy 'watch-instances-used-up', AlertPolicy " +
        "'watch-schedule-failed', AlertPolicy 'watch-schedule-missed', AlertPolicy 'watch-tasks-wait' " +
        "and 18 more. To have that back, run 'up'. To destroy it with all its tasks, set 'protect' to " +
        "false in Pulumi.prod.yaml, run 'up', and then run 'destroy'.",
    );
    expect(before.filter((name) => !left.includes(name))).toEqual([
      "projects/local-project/locations/europe-west1/jobs/prod-daily-digest",
      "projects/local-project/serviceAccounts/prod-scheduler@local-project.iam.gserviceaccount.com",
      "projects/local-project/serviceAccounts/prod-scheduler@local-project.iam.gserviceaccount.com policy",
    ]);

    expect((await engine.run("up", "prod")).code).toBe(0);
    expect((await names()).sort()).toEqual(before.sort());
  });

  it("is destroyed when its protection is off", async () => {
    engine.edit("Pulumi.prod.yaml", ["config:", "config:\n  background-tasks:protect: false"]);
    expect((await engine.run("up", "prod")).code).toBe(0);
    expect((await engine.run("destroy", "prod")).code).toBe(0);

    expect(await queues("prod")).toEqual({});
    expect(Object.keys(await queues("dev"))).toEqual(["dead-letter", "default", "email"]);
  });
});

const EMAIL_URN =
  "urn:pulumi:prod::background-tasks::background-tasks:queues:Queues$background-tasks:queues:TaskQueue" +
  "$gcp:cloudtasks/queue:Queue::email";

function wayOut({ cloud }: EngineUnderTest, urn: string): string {
  const { port } = new URL(cloud.endpoint);
  return [
    "Queue 'email' of stack 'prod' is protected, since deleting a queue deletes its tasks. Nothing was " +
      "changed. To give it up:",
    "  1. Put it back in tasks/queues.ts under its name, marked 'retired: true', and run 'up': it takes no " +
      "new task and dispatches those that it has.",
    "  2. Wait until it is empty.",
    `  3. Unprotect it, and nothing else: npm run pulumi -- --stack prod --local --port ${port} state ` +
      `unprotect '${urn}'`,
    "  4. Remove it from tasks/queues.ts and run 'up'. It stays in Google Cloud, empty, until you run " +
      "'gcloud tasks queues delete'.",
  ].join("\n");
}

const SETTINGS_OF_EMAIL = /  email: \{[\s\S]*?\n  \},\n/;

function removeQueue(engine: EngineUnderTest): void {
  engine.edit("tasks/tasks.ts", ['queue: "email"', 'queue: "default"']);
  engine.editBy("tasks/queues.ts", (text) => text.replace(SETTINGS_OF_EMAIL, ""));
  engine.editBy("Pulumi.prod.yaml", (text) => text.replace(/ {2}queues:[\s\S]*/, ""));
}

function retireQueue(engine: EngineUnderTest): void {
  engine.edit("tasks/tasks.ts", ['queue: "email"', 'queue: "default"']);
  engine.edit("tasks/queues.ts", ["  email: {", "  email: {\n    retired: true,"]);
}

function restore(engine: EngineUnderTest): void {
  engine.restore("tasks/tasks.ts", "tasks/queues.ts", "Pulumi.prod.yaml");
}

/** A task that is due in an hour. */
async function createTask({ cloud }: EngineUnderTest, queue: string, n: number): Promise<void> {
  const payload = { to: `user${n}@example.com`, subject: "Hello", text: "It works." };
  await call("POST", `${cloud.endpoint}/v2/${queue}/tasks`, {
    task: {
      name: `${queue}/tasks/waiting-${n}`,
      scheduleTime: new Date(Date.now() + 3_600_000).toISOString(),
      httpRequest: {
        url: "https://set-by-the-queue.invalid/tasks/send-email",
        httpMethod: "POST",
        headers: { "Content-Type": "application/json" },
        body: Buffer.from(JSON.stringify(payload)).toString("base64"),
      },
    },
  });
}

/** Runs every task of a queue now, and waits until the last one is done. */
async function drain({ cloud }: EngineUnderTest, queue: string): Promise<void> {
  let left = WAITING;
  const drained = new Promise<void>((resolve) => {
    cloud.events.on("taskDeleted", (event) => {
      if (event.queue === queue && (left -= 1) === 0) resolve();
    });
    cloud.events.on("deliveryFinished", (event) => {
      if (event.queue === queue && event.end === "done" && (left -= 1) === 0) resolve();
    });
  });
  for (const { name } of await list(cloud.endpoint, `/v2/${queue}/tasks`, "tasks")) {
    await call("POST", `${cloud.endpoint}/v2/${name}:run`);
  }
  await drained;
}
