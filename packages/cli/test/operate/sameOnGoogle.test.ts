import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as z from "zod";
import { contract } from "../../../../test/fixtures/project/tasks/index.ts";
import { taskIdsOf } from "../../../../tasks/client/byId.ts";
import { taskResource } from "../../../../tasks/contract/taskRequest.ts";
import { buryQueue } from "../../operate/bury/command.ts";
import { makeOperatorCalls, type OperatorCalls } from "../../operate/calls/operatorCalls.ts";
import { cancelTask } from "../../operate/change/cancelCommand.ts";
import { keep } from "../../operate/change/keepCommand.ts";
import { pauseQueues } from "../../operate/change/pauseCommand.ts";
import { purgeQueue } from "../../operate/change/purgeCommand.ts";
import { resumeQueues } from "../../operate/change/resumeCommand.ts";
import { listDeadLetters, type ListOptions } from "../../operate/deadLetters/command.ts";
import { discardLetters } from "../../operate/deadLetters/discardCommand.ts";
import { exportLetters } from "../../operate/deadLetters/exportCommand.ts";
import { importLetters } from "../../operate/deadLetters/importCommand.ts";
import type { Operating } from "../../operate/operatorCommand.ts";
import { JSON_LINES } from "../../operate/jsonLines.ts";
import { showQueues } from "../../operate/queues/command.ts";
import { redriveLetters } from "../../operate/redrive/command.ts";
import { stopRun } from "../../operate/redrive/stop.ts";
import { show } from "../../operate/show/command.ts";
import { showStatus } from "../../operate/status/command.ts";
import { listTasks } from "../../operate/tasks/listCommand.ts";
import { runSchedule } from "../../run/command.ts";
import { callGoogle } from "../../stack/googleApi.ts";
import { fakeGoogle, TOKEN, type FakeGoogleOptions } from "../support/fakeGoogle.ts";
import { operatingAt } from "../support/operating.ts";
import { startOperatorCloud, type OperatorCloud } from "../support/operatorCloud.ts";
import { inMemory } from "../support/redrive/surroundings.ts";

jest.mock("../../stack/accessToken.ts", () => ({ accessToken: async () => "a-token" }));

const LOCATION = "projects/local-project/locations/europe-west1";
const BODY = '{"to":"ada@example.com","subject":"Hello","text":"It works."}';

/** A stack, and the calls by which it is operated. */
interface Side {
  readonly stack: OperatorCloud;
  readonly calls: OperatorCalls;
  readonly folder: string;
  readonly surroundings: ReturnType<typeof inMemory>;
}

/** What answers at Google's hosts. Whatever else is asked for is on this machine. */
let google: typeof fetch;
const realFetch = globalThis.fetch;
const open: { stack: OperatorCloud; folder: string }[] = [];

beforeEach(() => {
  globalThis.fetch = async (input, init) => {
    const { hostname } = new URL(input instanceof Request ? input.url : input);
    return (hostname === "127.0.0.1" ? realFetch : google)(input, init);
  };
});
afterEach(async () => {
  globalThis.fetch = realFetch;
  for (const { stack, folder } of open.splice(0)) {
    await stack[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  }
});

/** The same content each time: a worker, a schedule, an alert, dead letters and tasks. */
async function makeStack(): Promise<{ stack: OperatorCloud; folder: string }> {
  const stack = await startOperatorCloud();
  const folder = await mkdtemp(join(tmpdir(), "same-"));
  open.push({ stack, folder });
  const { operations } = stack;
  const email = operations.queues["email"]!;
  await stack.api("POST", `/v2/${LOCATION}/services?serviceId=dev-worker`, {
    ingress: "INGRESS_TRAFFIC_INTERNAL_ONLY",
    template: { containers: [{ image: "europe-west1-docker.pkg.dev/p/r/worker:1" }] },
  });
  operations.schedules["daily"] = `${LOCATION}/jobs/dev-daily`;
  await stack.api("POST", `/v1/${LOCATION}/jobs`, {
    name: operations.schedules["daily"],
    schedule: "0 7 * * *",
    timeZone: "Etc/UTC",
    httpTarget: { uri: "https://example.com/", httpMethod: "POST" },
  });
  const policy = await stack.api("POST", "/v3/projects/local-project/alertPolicies", {
    displayName: "dev: Tasks become dead letters",
    combiner: "OR",
    alertStrategy: { autoClose: "3600s", notificationRateLimit: { period: "600s" } },
    conditions: [
      {
        displayName: "Tasks become dead letters",
        conditionMatchedLog: { filter: 'jsonPayload.outcome="dead-letter"' },
      },
    ],
  });
  operations.alerts = { "dead-letter": (policy as { name: string }).name };
  await stack.api("POST", "/v2/entries:write", {
    entries: [
      {
        logName: "projects/local-project/logs/run.googleapis.com%2Fstdout",
        resource: { type: "cloud_run_revision", labels: { service_name: "dev-worker" } },
        timestamp: stack.cloud.now().toISOString(),
        severity: "ERROR",
        labels: { taskId: "task-3", queue: "email", task: "send-email", attempt: "8" },
        jsonPayload: { message: "connect ECONNREFUSED", outcome: "dead-letter" },
      },
    ],
  });
  for (let n = 1; n <= 11; n += 1) await stack.die(n, { body: BODY });
  await stack.die(12, { body: BODY, error: "550 No such user", queue: "default" });
  await stack.die(13, { body: "not JSON", error: "Unexpected token" });
  for (let n = 1; n <= 7; n += 1) {
    const name = `${email}/tasks/waiting-${n}`;
    const headers = { "Enqueue-Id": `enqueue-${n}`, "Idempotency-Key": `key-${n}` };
    const resource = taskResource("send-email", BODY, { name, dispatchDeadline: "60s", headers });
    await stack.calls.createTask(email, { name, ...resource });
  }
  const [id] = taskIdsOf("welcome/42", {});
  const byId = { name: `${email}/tasks/${id}`, dispatchDeadline: "60s", headers: {} } as const;
  const resource = taskResource("send-email", BODY, byId);
  await stack.calls.createTask(email, { name: byId.name, ...resource });
  await stack.cloud.advance("10s");
  return { stack, folder };
}

/** A stack on the local cloud; or one that is deployed, where Google answers like that. */
async function makeSide(like?: Omit<FakeGoogleOptions, "endpoint">): Promise<Side> {
  const { stack, folder } = await makeStack();
  const surroundings = inMemory(stack.cloud);
  if (!like) return { stack, folder, surroundings, calls: stack.calls };
  google = fakeGoogle({ endpoint: stack.cloud.endpoint, ...like });
  const calls = makeOperatorCalls(stack.operations, {
    call: (...call) => callGoogle({ local: false }, ...call),
    now: () => +stack.cloud.now(),
    // What is waited for comes at once, and no time passes.
    sleep: async () => undefined,
  });
  return { stack, folder, surroundings, calls };
}

const ONE = { json: false, yes: true, dryRun: false };
const REDRIVE = { ...ONE, force: false, uncertain: false, reveal: false };
const GROUND = { sleep: async () => undefined, isInterrupted: () => false };

type Act = (operating: Operating, side: Side) => Promise<number>;

type Command = readonly [command: keyof typeof JSON_LINES, act: Act, code?: number];

/** Commands in their order: what one leaves is what the next finds. */
function commands(json: boolean): readonly Command[] {
  const list: ListOptions = { by: "cause", each: false, quiet: false, json };
  const one = { json, yes: true, dryRun: false } as const;
  const redriving = { ...one, force: false, uncertain: false, reveal: false };
  return [
    ["status", (on) => showStatus(on, json), 1],
    ["queues", (on) => showQueues(on, json)],
    ["list", (on) => listTasks(on, "email", { limit: 5, json })],
    ["show", (on) => show(on, contract, "waiting-3", { reveal: true, json })],
    [
      "show",
      async (on, { stack }) =>
        show(on, contract, await stack.die(3, { body: BODY }), { reveal: true, json }),
    ],
    ["dead-letters", (on) => listDeadLetters(on, {}, list)],
    ["dead-letters", (on) => listDeadLetters(on, {}, { ...list, each: true })],
    ["dead-letters", (on) => listDeadLetters(on, { limit: 5 }, { ...list, by: "hour" })],
    [
      "export",
      (on, { folder }) =>
        exportLetters(on, { queue: ["default"] }, { to: join(folder, "out.ndjson"), json }, "ada"),
    ],
    [
      "discard",
      (on, { folder }) =>
        discardLetters(
          on,
          { queue: ["default"] },
          { ...one, backup: true, uncertain: false },
          { by: "ada", folder, journal: { told: async () => "unknown" } },
        ),
    ],
    [
      "import",
      (on, { folder }) =>
        importLetters(on, join(folder, "out.ndjson"), { ...one, again: false }, async () => ({
          has: () => false,
          add: async () => undefined,
          [Symbol.asyncDispose]: async () => undefined,
        })),
    ],
    [
      "redrive",
      (on, { surroundings }) =>
        redriveLetters(on, contract, {}, { ...redriving, dryRun: true }, undefined, surroundings),
      1,
    ],
    [
      "redrive",
      async (on, { surroundings, stack }) => {
        await stack.cloud.advance("10s");
        const options = { ...redriving, rate: 0.01 };
        return redriveLetters(on, contract, {}, options, undefined, surroundings);
      },
      1,
    ],
    [
      "redrive --stop",
      (on, { surroundings }) => stopRun(on, "20261125T120020Z-0002", one, surroundings),
    ],
    ["cancel", (on) => cancelTask(on, contract, "send-email", { ...one, id: "welcome/42" })],
    ["cancel", (on) => cancelTask(on, contract, "send-email", { ...one, id: "welcome/42" }), 4],
    [
      "bury",
      (on, { surroundings }) => buryQueue(on, "email", { ...one, ids: [], limit: 3 }, surroundings),
    ],
    ["keep", (on) => keep(on, { ...one, for: 365 * 86_400_000 })],
    ["resume", (on) => resumeQueues(on, ["default"], { json }, GROUND)],
    ["pause", (on) => pauseQueues(on, ["default", "email"], { json }, GROUND)],
    ["run", (on) => runSchedule(on, "daily", json)],
    ["purge", (on) => purgeQueue(on, "email", one)],
    ["status", (on) => showStatus(on, json), 1],
    ["dead-letters", (on) => listDeadLetters(on, {}, { ...list, each: true })],
  ];
}

async function outputOf(side: Side, act: Act) {
  const operating = operatingAt(side.stack.cloud.now(), side.calls);
  const code = await act(operating, side);
  // What is random of Google's names.
  const printed = operating.printed.map((line) =>
    line.replaceAll(side.folder, "FOLDER").replace(/(dev-worker-00001)-[a-z]{3}/, "$1"),
  );
  return { code, printed };
}

/** What is done to a batch at once is told as each is answered: later where it was tried again. */
function ordered(command: string, lines: readonly string[]): readonly string[] {
  return /^(?:redrive|bury)/.test(command) ? lines.toSorted() : lines;
}

describe("the commands of operators", () => {
  it.each([
    ["tables", false],
    ["JSON", true],
  ])(
    "print the same %s on Google, whose pages are short and calls refused for now, as on the local cloud",
    async (_, json) => {
      const local = await makeSide();
      const deployed = await makeSide({ pageSize: 3, isBusy: true });

      for (const [command, act, code = 0] of commands(json)) {
        const [here, there] = [await outputOf(local, act), await outputOf(deployed, act)];
        expect({ command, ...there, printed: ordered(command, there.printed) }).toEqual({
          command,
          ...here,
          printed: ordered(command, here.printed),
        });
        expect({ command, code: here.code }).toEqual({ command, code });
        expect({ command, lines: here.printed.length }).not.toEqual({ command, lines: 0 });
        if (json)
          for (const line of here.printed) z.union(JSON_LINES[command]).parse(JSON.parse(line));
      }
    },
  );

  const denied = (permission: string, resource: string) =>
    `answers 403: PERMISSION_DENIED The principal (user or service account) lacks IAM permission "${permission}" for ` +
    `the resource "${resource}" (or the resource may not exist).`;
  const queue = (key: string) => `${LOCATION}/queues/dev-${key}-1a2b`;

  it.each<[NonNullable<FakeGoogleOptions["without"]>, string, Act]>([
    [
      "cloudtasks.tasks.list",
      `${queue("email")}/tasks`,
      (on) => listTasks(on, "email", { limit: 5, json: false }),
    ],
    [
      "cloudtasks.queues.resume",
      queue("email"),
      (on) => resumeQueues(on, ["email"], { json: false }, GROUND),
    ],
    ["cloudtasks.queues.purge", queue("email"), (on) => purgeQueue(on, "email", ONE)],
    [
      "monitoring.timeSeries.list",
      "projects/local-project/timeSeries",
      (on) => showStatus(on, false),
    ],
    [
      "cloudtasks.tasks.fullView",
      `${queue("dead-letter")}/tasks`,
      (on, { surroundings }) => redriveLetters(on, contract, {}, REDRIVE, undefined, surroundings),
    ],
  ])("end with 5 without the permission %s, and name it", async (without, resource, act) => {
    const side = await makeSide({ without });

    await expect(outputOf(side, act)).rejects.toMatchObject({
      exitCode: 5,
      message: expect.stringContaining(denied(without, resource)),
    });
  });

  it("show what there is to see to whoever may see no payload", async () => {
    const all = await makeSide();
    const some = await makeSide({ without: "cloudtasks.tasks.fullView" });

    const reading = commands(false).filter(([name]) => /^(?:status|list|dead-letters)$/.test(name));
    for (const [, act] of reading) {
      expect(await outputOf(some, act)).toEqual(await outputOf(all, act));
    }
  });

  it("end with 6 where Google gives no answer, or is overloaded for two minutes", async () => {
    const side = await makeSide();
    let time = 0;
    const calls = (): OperatorCalls =>
      makeOperatorCalls(side.stack.operations, {
        call: (...call) => callGoogle({ local: false }, ...call),
        now: () => time,
        sleep: async (ms) => {
          time += ms;
        },
      });
    const overloaded: typeof fetch = async () =>
      Response.json(
        { error: { code: 503, status: "UNAVAILABLE", message: "Try later." } },
        { status: 503 },
      );
    const unreachable: typeof fetch = async () => {
      throw new TypeError("fetch failed", { cause: new Error("getaddrinfo ENOTFOUND") });
    };

    for (const answer of [overloaded, unreachable]) {
      time = 0;
      google = answer;
      const operating = operatingAt(side.stack.cloud.now(), calls());
      await expect(showQueues(operating, false)).rejects.toMatchObject({ exitCode: 6 });
      expect(time).toBeGreaterThan(100_000);
      expect(operating.printed).toEqual([]);
    }
  });

  it("are not answered by Google's hosts without a token", async () => {
    const answer = fakeGoogle({ endpoint: "http://127.0.0.1:1" });

    expect((await answer(`https://cloudtasks.googleapis.com/v2/${queue("email")}`)).status).toBe(
      401,
    );
    expect(TOKEN).toBe("a-token");
  });
});
