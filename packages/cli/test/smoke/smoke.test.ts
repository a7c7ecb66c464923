import { execFile } from "node:child_process";
import { startLocalStack, type LocalStack } from "../../start/localStack.ts";
import type { Parsed } from "@background-tasks/cloud/test/support/localApi.ts";
import { FIXTURE } from "../../../../test/support/fixtureProject.ts";

// The command as it is run, against a stack that is deployed on a local cloud, and broken over Google's API.

const PROJECT = "projects/local-project/locations/europe-west1";
const SERVICE = `${PROJECT}/services/local-worker`;
const nothing = () => undefined;

let local: LocalStack;
let queues: Record<string, string>;

beforeAll(async () => {
  local = await startLocalStack({
    directory: FIXTURE,
    port: 0,
    insidePort: 0,
    smtpPort: 0,
    allowHost: [],
    inspect: false,
    onChange: nothing,
    onOutput: nothing,
    onMail: nothing,
  });
  const problem = await local.stack.apply();
  if (problem !== undefined) throw new Error(problem);
  queues = local.stack.operations!.queues;
});

afterAll(async () => {
  await local.stop();
});

async function call(method: string, path: string, body?: object): Promise<Parsed> {
  const answer = await fetch(`${local.cloud.endpoint}/v2/${path}`, {
    method,
    headers: {
      authorization: `Bearer ${local.cloud.deployToken}`,
      "content-type": "application/json",
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  const json: Parsed = await answer.json();
  if (!answer.ok || json.error) throw new Error(JSON.stringify(json));
  return json;
}

interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function smoke(...args: string[]): Promise<Run> {
  const port = new URL(local.cloud.endpoint).port;
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ["packages/cli/main.ts", "smoke", "--port", port, ...args],
      (error, stdout, stderr) => {
        resolve({ code: typeof error?.code === "number" ? error.code : 0, stdout, stderr });
      },
    );
  });
}

/** What a broken stack's pings come to: the status by queue. Nothing of theirs may be left. */
async function diagnoses(): Promise<Record<string, string>> {
  // For one call, too, which takes more than a second on a busy machine.
  const { code, stdout } = await smoke("--timeout", "3s", "--json");
  expect(code).toBe(1);
  for (const queue of Object.values(queues)) {
    expect(await call("GET", `${queue}/tasks`)).toEqual({});
  }
  const pings = JSON.parse(stdout) as { queue: string; diagnosis?: { status: string } }[];
  return Object.fromEntries(pings.map((ping) => [ping.queue, ping.diagnosis?.status ?? "arrived"]));
}

let restore: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const back of restore) await back();
  restore = [];
});

async function changeTarget(queue: string, change: (target: Parsed) => void): Promise<void> {
  const { httpTarget } = await call("GET", queues[queue]!);
  const put = (target: object) =>
    call("PATCH", `${queues[queue]!}?updateMask=httpTarget`, { httpTarget: target });
  restore.push(() => put(httpTarget));
  const changed = structuredClone(httpTarget);
  change(changed);
  await put(changed);
}

async function changeService(change: (service: Parsed) => void): Promise<void> {
  const { template, ingress } = await call("GET", SERVICE);
  restore.push(() => call("PATCH", SERVICE, { template, ingress }));
  const changed = structuredClone({ template, ingress });
  change(changed);
  await call("PATCH", SERVICE, changed);
}

async function changeInvokers(bindings: object[]): Promise<void> {
  const before = await call("GET", `${SERVICE}:getIamPolicy`);
  const put = (policy: object) => call("POST", `${SERVICE}:setIamPolicy`, { policy });
  restore.push(() => put({ bindings: before.bindings }));
  await put({ bindings });
}

describe("npm run smoke", () => {
  it("sends a ping through every queue, and shows that it arrived", async () => {
    const { code, stdout } = await smoke();

    expect(code).toBe(0);
    expect(stdout).toMatch(/│ email +│ arrived in \d\.\d s │ +1 │ 204 /);
    expect(stdout).toMatch(/│ default +│ arrived in \d\.\d s │ +1 │ 204 /);
    expect(stdout).not.toContain("dead-letter");
  });

  it("tells a missing invoker grant: 403", async () => {
    await changeInvokers([]);

    expect(await diagnoses()).toEqual({ email: "403", default: "403" });
  });

  it("tells a wrong audience, on the queue that has it: 401", async () => {
    await changeTarget("email", (target) => {
      target.oidcToken.audience = "https://elsewhere.example";
    });

    expect(await diagnoses()).toEqual({ email: "401", default: "arrived" });
  });

  it("tells an ingress that lets no queue in: 404", async () => {
    await changeService((service) => {
      service.ingress = "INGRESS_TRAFFIC_NONE";
    });

    expect(await diagnoses()).toEqual({ email: "404", default: "404" });
  });

  it("tells a queue whose token is not the invoker's, though anybody may call the worker: 403", async () => {
    await changeInvokers([{ role: "roles/run.invoker", members: ["allUsers"] }]);
    await changeTarget("default", (target) => {
      target.oidcToken.serviceAccountEmail =
        "local-scheduler@local-project.iam.gserviceaccount.com";
    });

    expect(await diagnoses()).toEqual({ email: "arrived", default: "403" });
  });

  it("tells a worker that does not know the task: 422", async () => {
    await changeTarget("email", (target) => {
      target.uriOverride.pathOverride = { path: "/tasks/unheard-of" };
    });

    expect(await diagnoses()).toEqual({ email: "422", default: "arrived" });
  });

  it("arrives at a worker that does not know the queue: it serves whatever comes", async () => {
    await changeService(({ template }) => {
      const variables: { name: string; value: string }[] = template.containers[0].env;
      const table = variables.find(({ name }) => name === "TASKS_QUEUES")!;
      const { email } = JSON.parse(table.value);
      table.value = JSON.stringify({ email });
    });

    expect((await smoke()).code).toBe(0);
  });

  it("tells a queue that is paused at once, and how to resume it", async () => {
    await call("POST", `${queues["email"]!}:pause`, {});
    restore.push(() => call("POST", `${queues["email"]!}:resume`, {}));

    // It would wait for five minutes otherwise, and the test for one.
    const { code, stdout } = await smoke();
    expect(code).toBe(1);
    expect(stdout).toMatch(/│ email +│ not sent +│ +0 │ paused +│ The queue is paused: /);
    expect(stdout.replace(/[│\s]+/g, " ")).toContain("'npm run tasks -- resume email --port");
    expect(await diagnoses()).toEqual({ email: "paused", default: "arrived" });
  });

  it("shows what a failure means", async () => {
    await changeTarget("email", (target) => {
      target.oidcToken.audience = "https://elsewhere.example";
    });

    const { code, stdout } = await smoke("--timeout", "1s");

    expect(code).toBe(1);
    expect(stdout).toMatch(
      /│ email +│ not here after \d\.\d s │ +\d+ │ 401 +│ Audience: the queue's /,
    );
  });

  it("opens the alerts of entries of logs, and shows that they opened", async () => {
    const { code, stdout } = await smoke("--alerts");

    expect(stdout.match(/│ [A-Z][^│]*? +│ opened after \d+\.\d s +│/g)).toHaveLength(4);
    for (const title of [
      "Tasks become dead letters",
      "A dead letter could not be kept",
      "A schedule failed",
      "The worker's containers break down",
    ]) {
      expect(stdout).toContain(title);
    }
    expect(code).toBe(0);
  });

  it("says so where no local cloud runs", async () => {
    const { code, stderr } = await smoke("--port", "1");

    expect(code).toBe(6);
    expect(stderr).toMatch(/^No local cloud answers at http:\/\/127\.0\.0\.1:1\. Start one with/);
  });

  // The last: the queue's name cannot be used again.
  it("tells a queue that is not there: NOT_FOUND", async () => {
    await call("DELETE", queues["email"]!);
    const { code, stdout } = await smoke("--timeout", "3s", "--json");

    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject([
      { queue: "email", hasArrived: false, diagnosis: { status: "NOT_FOUND" } },
      { queue: "default", hasArrived: true },
    ]);
  });
});
