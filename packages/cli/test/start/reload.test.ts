import { apiAt, type Api } from "@background-tasks/program/resources/api.ts";
import { createClient, fromEnvironment, type Client } from "../../../../tasks/client/client.ts";
import type { Parsed } from "@background-tasks/cloud/test/support/localApi.ts";
import { outputsSchema, type Outputs } from "../../stack/outputs.ts";
import { ProjectCopy } from "../support/projectCopy.ts";
import { FREE_PORTS, RunningScript } from "../support/runningScript.ts";
import { contract } from "../../../../test/fixtures/project/tasks/index.ts";

/*
 * `npm start` while its files are edited. A test ends with the files as they were, and that deployed.
 */

const ARGS = [...FREE_PORTS, "--json"];
const HANDLER = "worker/handlers/sendEmail.ts";
const LOCATION = "projects/local-project/locations/europe-west1";

let project: ProjectCopy;
let running: RunningScript;
let api: Api;
let addresses: Parsed;
let outputs: Outputs;
let client: Client<typeof contract>;

beforeAll(async () => {
  project = new ProjectCopy();
  running = new RunningScript("packages/cli/main.ts", ["start", ...ARGS], {
    cwd: project.directory,
    env: project.env,
  });
  ({ addresses } = await running.event("ready"));
  api = apiAt(addresses.api);
  outputs = outputsSchema.parse(await api.get("/local/v1/outputs"));
  client = createClient(contract, fromEnvironment(outputs.clientEnvironment));
});

afterAll(async () => {
  await running[Symbol.asyncDispose]();
  project[Symbol.dispose]();
});

/** What came of an edit. */
interface Outcome {
  /** `2 changes`, `Nothing to change`, or what went wrong. */
  readonly text: string;
  /** It is said that what was broken is so no more. */
  readonly isMended: boolean;
  /** `update gcp:cloudtasks/queue:Queue email` */
  readonly changes: readonly string[];
}

/** Edits files, and waits for what comes of it. */
async function after(edit: () => unknown, script = running): Promise<Outcome> {
  const from = script.stdout.length;
  edit();
  const line = await script.line((one) => {
    const { event, text }: Parsed = JSON.parse(one);
    return event === "problem" || (event === "message" && /chang\w+ (?:in )?\(?\d/.test(text));
  });
  const { text }: Parsed = JSON.parse(line);
  const events: Parsed[] = script.stdout.slice(from).map((one) => JSON.parse(one));
  return {
    text: text.replace(/^Mended: | (?:in [\d.]+ s|\([\d.]+ s\))\.$/g, ""),
    isMended: text.startsWith("Mended: "),
    changes: events
      .filter(({ event }) => event === "resource")
      .map(({ operation, type, name }) => `${operation} ${type} ${name}`),
  };
}

const mailTo = (to: string) => ({ to, subject: "Hello", text: "It works." });

/** The next mails, in the order of their addresses. */
async function mails(count: number): Promise<string[]> {
  const found: string[] = [];
  while (found.length < count) {
    const { to, subject } = await running.event("mail");
    found.push(`${String(to)}: ${String(subject)}`);
  }
  return found.sort();
}

const prefixSubject = (prefix: string) =>
  project.edit(
    HANDLER,
    "to, subject, text,",
    `to, text, subject: ${JSON.stringify(prefix)} + subject,`,
  );

describe("npm start, when a file changes", () => {
  it("deploys an edited handler, which then gets the tasks that were queued", async () => {
    const addresses = ["a@example.com", "b@example.com", "c@example.com"];
    await api.post(`/v2/${outputs.operations.queues["email"]!}:pause`);
    for (const to of addresses) await client.enqueue("send-email", mailTo(to));
    let undo = () => {};

    const outcome = await after(() => (undo = prefixSubject("New: ")));
    await api.post(`/v2/${outputs.operations.queues["email"]!}:resume`);

    expect(outcome).toEqual({
      text: "2 changes",
      isMended: false,
      changes: [
        "update docker:index/image:Image worker",
        "update gcp:cloudrunv2/service:Service worker",
      ],
    });
    expect(await mails(3)).toEqual(addresses.map((to) => `${to}: New: Hello`));
    expect((await after(undo)).text).toBe("2 changes");
  });

  it("deploys an edited rule of Google's, which the program keeps", async () => {
    let undo = () => {};

    const outcome = await after(
      () => (undo = project.edit("packages/google/backoff.ts", "/** The", "/** A")),
    );

    expect(outcome).toEqual({ text: "Nothing to change", isMended: false, changes: [] });
    expect((await after(undo)).text).toBe("Nothing to change");
  });

  it("keeps the old worker while the code has a mistake, says where, and deploys what mends it", async () => {
    let undo = () => {};

    const broken = await after(() => (undo = project.edit(HANDLER, "export", "exprt {} export")));

    expect(broken.changes).toEqual([]);
    expect(broken.text).toMatch(
      /^The worker cannot be bundled\. Build failed with 1 error:\nworker\/handlers\/sendEmail\.ts:\d+:\d+: ERROR: /,
    );
    await client.enqueue("send-email", mailTo("old@example.com"));
    expect(await mails(1)).toEqual(["old@example.com: Hello"]);

    const mended = await after(() => {
      undo();
      undo = prefixSubject("Mended: ");
    });

    expect(mended).toMatchObject({ text: "2 changes", isMended: true });
    await client.enqueue("send-email", mailTo("new@example.com"));
    expect(await mails(1)).toEqual(["new@example.com: Mended: Hello"]);
    expect((await after(undo)).text).toBe("2 changes");
  });

  it("keeps the old worker where the new one does not start, and shows what it said", async () => {
    let undo = () => {};

    const broken = await after(
      () =>
        (undo = project.edit(
          "worker/main.ts",
          "startWorker({",
          'throw new Error("Not today.");\nstartWorker({',
        )),
    );

    expect(broken.text).toMatch(
      /^Cannot update 'worker' \(gcp:cloudrunv2\/service:Service\): Revision 'local-worker-\d+-\w+' is not ready/,
    );
    expect(broken.text).toContain("Not today.");
    await client.enqueue("send-email", mailTo("old@example.com"));
    expect(await mails(1)).toEqual(["old@example.com: Hello"]);
    // The image was pushed, the service is as it was.
    expect(await after(undo)).toEqual({
      text: "1 change",
      isMended: true,
      changes: ["update docker:index/image:Image worker"],
    });
  });

  it("has the console take what is enqueued by the contract that is deployed", async () => {
    const undo: (() => void)[] = [];
    const fields = async (): Promise<string[]> => {
      const [, token] = /#(.*)$/.exec(addresses.console)!;
      const response = await fetch(new URL("/console/v1/contract", addresses.console), {
        headers: { "x-console": "1", "x-console-token": token! },
      });
      const { tasks }: Parsed = await response.json();
      const { schema } = tasks.find(({ name }: Parsed) => name === "send-email");
      return Object.keys(schema.properties);
    };
    expect(await fields()).toEqual(["to", "subject", "text"]);

    await after(() =>
      undo.push(
        project.edit(
          "tasks/tasks.ts",
          "to: z.email(),",
          "to: z.email(), cc: z.email().optional(),",
        ),
      ),
    );

    expect(await fields()).toEqual(["to", "cc", "subject", "text"]);

    // What is not deployed is in force for nobody.
    await after(() =>
      undo.push(project.edit("tasks/tasks.ts", "export const tasks", "export const")),
    );

    expect(await fields()).toEqual(["to", "cc", "subject", "text"]);
    await after(() => {
      for (const one of undo.reverse()) one();
    });
    expect(await fields()).toEqual(["to", "subject", "text"]);
  });

  it("changes nothing for an edited comment", async () => {
    let undo = () => {};

    const outcome = await after(() => (undo = project.edit(HANDLER, "/**", "/** Indeed. ")));

    expect(outcome).toEqual({ text: "Nothing to change", isMended: false, changes: [] });
    expect((await after(undo)).text).toBe("Nothing to change");
  });

  it("changes a queue in place for its settings in Pulumi.local.yaml, its tasks untouched", async () => {
    const email = outputs.operations.queues["email"]!;
    await api.post(`/v2/${email}:pause`);
    const { name } = await client.enqueue("send-email", mailTo("waits@example.com"));
    const task = await api.get(`/v2/${name}`);
    let undo = () => {};

    const { changes } = await after(
      () => (undo = project.edit("Pulumi.local.yaml", "maxBackoff: 1s", "maxBackoff: 2s")),
    );

    // The worker is told how many deliveries follow from it.
    expect([...changes].sort()).toEqual([
      "update gcp:cloudrunv2/service:Service worker",
      "update gcp:cloudtasks/queue:Queue default",
      "update gcp:cloudtasks/queue:Queue email",
    ]);
    const queue: Parsed = await api.get(`/v2/${email}`);
    expect(queue.retryConfig).toMatchObject({ minBackoff: "0.100s", maxBackoff: "2s" });
    expect(queue.state).toBe("PAUSED");
    expect(await api.get(`/v2/${name}`)).toEqual(task);
    expect((await after(undo)).text).toBe("3 changes");
    await api.post(`/v2/${email}:resume`);
    expect(await mails(1)).toEqual(["waits@example.com: Hello"]);
  });

  it("says what is wrong in Pulumi.local.yaml", async () => {
    let undo = () => {};

    const misspelt = await after(
      () => (undo = project.edit("Pulumi.local.yaml", '    "*":', "    emial:")),
    );

    expect(misspelt.changes).toEqual([]);
    expect(misspelt.text).toContain(
      "Pulumi.local.yaml: 'queues.emial' names no queue. Did you mean 'email'? Known queues: ",
    );
    expect((await after(undo)).text).toBe("Nothing to change");

    const garbled = await after(
      () => (undo = project.edit("Pulumi.local.yaml", "config:", "config: [")),
    );

    expect(garbled.text).toMatch(/^'Pulumi\.local\.yaml' cannot be read: /);
    expect((await after(undo)).text).toBe("Nothing to change");
  });

  it("makes the queue that is added, removes it when it is taken away, and makes it again by another name", async () => {
    const names = async (): Promise<string[]> => {
      const { queues }: Parsed = await api.get(`/v2/${LOCATION}/queues`);
      return queues.map(({ name }: Parsed) => name.replace(/^.*\/local-|-[0-9a-f]{8}$/g, ""));
    };
    const addQueue = () =>
      project.edit(
        "tasks/queues.ts",
        "  default: {",
        `  reports: {
    rateLimits: { maxDispatchesPerSecond: 1, maxConcurrentDispatches: 1 },
    retryConfig: { maxAttempts: 3, minBackoff: "1s", maxBackoff: "1s", maxDoublings: 0 },
    dispatchDeadline: "60s",
  },
  default: {`,
      );
    let undo = () => {};
    const watching = [
      "update gcp:monitoring/alertPolicy:AlertPolicy watch-backlog-grows",
      "update gcp:monitoring/alertPolicy:AlertPolicy watch-tasks-wait",
      "update gcp:monitoring/alertPolicy:AlertPolicy watch-work-stands-still",
      "update gcp:monitoring/dashboard:Dashboard watch",
    ];

    const added = await after(() => (undo = addQueue()));

    expect([...added.changes].sort()).toEqual([
      "create gcp:cloudtasks/queue:Queue reports",
      "create random:index/randomId:RandomId reports",
      "create random:index/randomUuid7:RandomUuid7 watch-queue:reports",
      "update gcp:cloudrunv2/service:Service worker",
      ...watching,
    ]);
    expect((await names()).sort()).toEqual(["dead-letter", "default", "email", "reports"]);

    const removed = await after(undo);

    expect([...removed.changes].sort()).toEqual([
      "delete gcp:cloudtasks/queue:Queue reports",
      "delete random:index/randomId:RandomId reports",
      "delete random:index/randomUuid7:RandomUuid7 watch-queue:reports",
      "update gcp:cloudrunv2/service:Service worker",
      ...watching,
    ]);
    expect((await names()).sort()).toEqual(["dead-letter", "default", "email"]);

    // The name that it had is not free yet.
    const again = await after(() => (undo = addQueue()));

    expect([...again.changes].sort()).toEqual([...added.changes].sort());
    expect((await names()).sort()).toEqual(["dead-letter", "default", "email", "reports"]);
    await after(undo);
  });

  it("shows an error of the program, deletes nothing, and remembers what was made before it", async () => {
    const email = outputs.operations.queues["email"]!;
    let undo = () => {};

    const broken = await after(
      () =>
        (undo = project.edit(
          "infra/index.ts",
          "const secrets =",
          `import { Account } from "@pulumi/gcp/serviceaccount/account.js";
new Account("extra", { accountId: "local-extra" }).email.apply(() => {
  throw new Error("This program is broken.");
});
const secrets =`,
        )),
    );

    expect(broken.text).toMatch(/^Error: This program is broken\.\n/);
    expect(broken.changes).toEqual(["create gcp:serviceaccount/account:Account extra"]);
    expect(await api.get(`/v2/${email}`)).toMatchObject({ name: email, state: "RUNNING" });

    const mended = await after(undo);

    expect(mended).toEqual({
      text: "1 change",
      isMended: true,
      changes: ["delete gcp:serviceaccount/account:Account extra"],
    });
  });

  it("deletes nothing where an error keeps resources from being registered", async () => {
    let undo = () => {};

    const broken = await after(
      () =>
        (undo = project.edit(
          "infra/taskQueue.ts",
          "audience: worker.url",
          'audience: worker.url.apply((): string => { throw new Error("No audience."); })',
        )),
    );

    expect(broken.text).toContain("No audience.");
    expect(broken.changes).toEqual([]);
    expect(await after(undo)).toEqual({ text: "Nothing to change", isMended: true, changes: [] });
  });
});

describe("npm start, when it begins with a mistake", () => {
  it("waits for it to be mended, and is then ready", async () => {
    using broken = new ProjectCopy();
    const undo = broken.edit("infra/index.ts", "const secrets =", "cnst secrets =");
    await using script = new RunningScript("packages/cli/main.ts", ["start", ...ARGS], {
      cwd: broken.directory,
      env: broken.env,
    });
    await script.event("problem");
    await script.event("message", ({ text }) => text === "Waiting for a change of a file.");

    const mended = await after(undo, script);

    expect(mended.text).toMatch(/^\d+ changes$/);
    await script.event("ready");
  });

  it("ends with 1 where it does not watch files", async () => {
    using broken = new ProjectCopy();
    broken.edit("infra/index.ts", "const secrets =", "cnst secrets =");
    await using script = new RunningScript(
      "packages/cli/main.ts",
      ["start", ...ARGS, "--no-watch"],
      {
        cwd: broken.directory,
        env: broken.env,
      },
    );

    expect(await script.ended).toEqual({ code: 1, signal: null });
  });
});
