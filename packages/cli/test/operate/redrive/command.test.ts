import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Operations } from "../../../stack/outputs.ts";
import { callGoogle } from "../../../stack/googleApi.ts";
import { makeOperatorCalls, type OperatorCalls } from "../../../operate/calls/operatorCalls.ts";
import { getDeadLetter, readDeadLetters } from "../../../operate/deadLetters/readDeadLetters.ts";
import type { DeadLetter } from "../../../operate/deadLetters/deadLetter.ts";
import type { Selector } from "../../../operate/deadLetters/selector.ts";
import { redriveLetters, type RedriveCommandOptions } from "../../../operate/redrive/command.ts";
import { editOf, type EditOptions } from "../../../operate/redrive/edit.ts";
import { refusalOf } from "../../../operate/redrive/judge.ts";
import { plannedGroupSchema } from "../../../operate/redrive/plannedGroups.ts";
import { redriveLineSchema, redriveSummarySchema } from "../../../operate/redrive/redriveLine.ts";
import { contract } from "../../../../../test/fixtures/project/tasks/index.ts";
import { VirtualStack } from "../../support/chaos/virtualStack.ts";
import { operatingAt } from "../../support/operating.ts";
import { startOperatorCloud, type OperatorCloud } from "../../support/operatorCloud.ts";
import { inMemory } from "../../support/redrive/surroundings.ts";
import type { LocalCloud } from "@background-tasks/cloud/startLocalCloud.ts";

const BODY = '{"to":"ada@example.com","subject":"Hello","text":"It works."}';

/** Redrives as the command does, and returns all that it says. */
async function run(
  { cloud, calls }: { readonly cloud: LocalCloud; readonly calls: OperatorCalls },
  selector: Selector = {},
  options: Partial<RedriveCommandOptions> & EditOptions = {},
  answer?: string,
) {
  const operating = operatingAt(cloud.now(), calls, answer === undefined ? {} : { answer });
  const code = await redriveLetters(
    operating,
    contract,
    selector,
    {
      dryRun: false,
      force: false,
      uncertain: false,
      reveal: false,
      json: false,
      yes: answer === undefined,
      ...options,
    },
    await editOf(options),
    inMemory(cloud),
  );
  return { code, printed: operating.printed, noted: operating.noted };
}

describe("redrive", () => {
  let stack: OperatorCloud;
  beforeEach(async () => {
    stack = await startOperatorCloud();
  });
  afterEach(async () => {
    await stack[Symbol.asyncDispose]();
  });

  /** Writes dead letters, and lets them come of age. */
  async function die(...bodies: readonly string[]): Promise<string[]> {
    const ids: string[] = [];
    for (const [n, body] of bodies.entries()) ids.push(await stack.die(n, { body }));
    await stack.cloud.advance("10s");
    return ids;
  }

  const waiting = async (key = "email") => {
    const all = [];
    for await (const page of stack.calls.listTasks(stack.operations.queues[key]!, "FULL")) {
      all.push(...page);
    }
    return all;
  };

  it("puts letters back, paced by the server, with all that their tasks need", async () => {
    const [id = ""] = await die(BODY, BODY, BODY);

    expect(await run(stack, {}, { rate: 0.5 })).toEqual({
      code: 0,
      printed: [
        "Run 20261125T120010Z-0001: 3 created. The last is due at 2026-11-25 12:00:14 (UTC). Journal: journal.ndjson",
      ],
      noted: [
        "email  send-email  3 at 0.5/s: over 6 s",
        expect.stringMatching(/^Stack 'dev', project 'local-project'\. Redrive 3 dead letters: /),
      ],
    });
    const tasks = await waiting();
    expect(tasks.map(({ scheduleTime }) => scheduleTime.slice(11, 19)).sort()).toEqual([
      "12:00:10",
      "12:00:12",
      "12:00:14",
    ]);
    const first = tasks.find(({ httpRequest }) => httpRequest.headers["Redrive-Of"] === id);
    expect(first).toMatchObject({
      dispatchDeadline: "60s",
      httpRequest: {
        url: "https://set-by-the-queue.invalid/tasks/send-email",
        body: Buffer.from(BODY).toString("base64"),
        headers: {
          "Idempotency-Key": "key-0",
          "Dispatch-Deadline": "60s",
          "Redrive-By": "ada",
          "Redrive-Run": "20261125T120010Z-0001",
        },
      },
    });
    expect(JSON.parse(first?.httpRequest.headers["Redrive-History"] ?? "")).toEqual([
      {
        time: "2026-11-25T12:00:00.000Z",
        reason: "attempts-exhausted",
        cause: "9e3f01dc",
        attempts: 8,
        run: "20261125T120010Z-0001",
      },
    ]);
    expect(await waiting("dead-letter")).toEqual([]);
  });

  it("does nothing in a dry run, and prints JSON that its schema knows", async () => {
    const ids = await die(BODY, "{}");

    const { code, printed } = await run(stack, {}, { dryRun: true, json: true });

    expect(code).toBe(1);
    const lines = printed.slice(1, -1).map((line) => redriveLineSchema.parse(JSON.parse(line)));
    expect(redriveSummarySchema.parse(JSON.parse(printed.at(-1)!)).results).toEqual({
      planned: 1,
      refused: 1,
    });
    expect(Object.fromEntries(lines.map(({ id, result }) => [id, result]))).toEqual({
      [ids[0]!]: "planned",
      [ids[1]!]: "refused",
    });
    expect(stack.made.filter((call) => !call.startsWith("GET "))).toEqual([]);
  });

  it("tells in a dry run what is planned of each group, by what is asked for", async () => {
    await die(BODY, "{}", BODY);
    await stack.die(3, { body: BODY, cause: "mailbox-full", error: "550" });
    await stack.cloud.advance("10s");
    const plan = async (options: Partial<RedriveCommandOptions>) => {
      const { printed } = await run(stack, {}, { dryRun: true, json: true, ...options });
      const lines = printed.map((line) => JSON.parse(line) as { kind: string });
      return lines
        .filter(({ kind }) => kind === "plan")
        .map((line) => plannedGroupSchema.parse(line));
    };
    const error = expect.stringContaining("'to' is missing") as string;

    expect(await plan({})).toEqual([
      { kind: "plan", by: "cause", key: "9e3f01dc", planned: 2, refused: 1, error },
      { kind: "plan", by: "cause", key: "mailbox-full", planned: 1, refused: 0 },
    ]);
    expect(await plan({ by: "queue" })).toEqual([
      { kind: "plan", by: "queue", key: "email", planned: 3, refused: 1, error },
    ]);
    const { noted } = await run(stack, {}, { dryRun: true });
    expect(noted.slice(1, 3)).toEqual([
      "cause 9e3f01dc: 2 would be redriven, 1 refused",
      "cause mailbox-full: 1 would be redriven",
    ]);
    expect((await run(stack, { cause: ["mailbox-full"] }, { dryRun: true })).noted).toHaveLength(1);
  });

  it("ends with the summary as JSON", async () => {
    await die(BODY);

    const { printed } = await run(stack, {}, { json: true });

    expect(redriveLineSchema.parse(JSON.parse(printed[0]!)).result).toBe("created");
    expect(redriveSummarySchema.parse(JSON.parse(printed[1]!)).results).toEqual({ created: 1 });
  });

  it("refuses what the contract refuses, unless it is forced, or put right", async () => {
    const [id = ""] = await die('{"to":"ada"}');

    const { code, noted } = await run(stack);
    expect(code).toBe(1);
    expect(noted).toEqual([
      `${id.slice(0, 12)}: refused, Payload of task 'send-email' does not fit its schema: 'to': it must be an e-mail address, such as 'you@example.com'; ` +
        "'subject' is missing; 'text' is missing. Fix and deploy first, give it another with '--payload', or '--force'",
    ]);
    expect(await waiting()).toEqual([]);

    const set = ["to=ada@example.com", 'subject="Hello"', "text=7 o'clock"];
    expect((await run(stack, {}, { set })).code).toBe(0);
    expect(Buffer.from((await waiting())[0]?.httpRequest.body ?? "", "base64").toString()).toBe(
      '{"to":"ada@example.com","subject":"Hello","text":"7 o\'clock"}',
    );
  });

  describe("by a function of the user's own", () => {
    let file: string;
    beforeEach(async () => {
      file = join(await mkdtemp(join(tmpdir(), "transform-")), "own.cjs");
    });
    afterEach(async () => {
      await rm(dirname(file), { recursive: true });
    });

    async function transform(code: string) {
      await writeFile(file, `exports.__esModule = true; exports.default = ${code};`);
      return run(stack, {}, { transform: file });
    }

    it("does nothing where that throws of any", async () => {
      await die(BODY);
      const broken = await stack.die(1, { body: '{"to":null}' });

      await expect(
        transform("(payload) => ({ ...payload, to: payload.to.trim() })"),
      ).rejects.toMatchObject({
        exitCode: 2,
        message:
          `'${file}', asked of dead letter '${broken.slice(0, 12)}', ` +
          "threw 'TypeError: Cannot read properties of null (reading 'trim')'. Nothing was done.",
      });
      expect(await waiting()).toEqual([]);
    });

    it("refuses what is nested too deep alone", async () => {
      const deep = `${"[".repeat(500_000)}${"]".repeat(500_000)}`;
      const [id = ""] = await die(`{"to":${deep}}`, BODY);

      const { code, noted } = await transform("(payload) => ({ ...payload, subject: 'Bye' })");

      expect(code).toBe(1);
      expect(noted).toContain(
        `${id.slice(0, 12)}: refused, its body is no whole JSON, nested 500 deep at the most, and cannot be changed`,
      );
      expect(await waiting()).toHaveLength(1);
    });

    it.each([
      ["() => undefined", ""],
      ["() => ({ n: 1n })", ": Do not know how to serialize a BigInt"],
      ["(payload) => (payload.self = payload)", ": Converting circular structure to JSON"],
    ])("refuses a letter of which that makes no JSON: %s", async (code, why) => {
      const [id = ""] = await die(BODY);

      expect(await transform(code)).toMatchObject({
        code: 1,
        noted: [`${id.slice(0, 12)}: refused, '${file}' makes no JSON of it${why}`],
      });
    });
  });

  it.each([
    [2_000_000, "its body was cut (it had 2,000,000 bytes): "],
    [0, "its body was cut: "],
  ])("asks for the body of what was cut, which had %i bytes", async (cutFrom, why) => {
    const [id = ""] = await die(BODY);
    const letter = (await getDeadLetter(stack.calls, id))!;
    const rules = { contract, operations: stack.operations };

    expect(
      refusalOf({ letter: { ...letter, cutFrom }, body: undefined }, rules, +stack.cloud.now()),
    ).toBe(`${why}give it one with 'redrive ${id.slice(0, 12)} --payload <file>'`);
  });

  it("leaves alone what Cloud Tasks still delivers", async () => {
    await die(BODY);
    const email = stack.operations.queues["email"]!;
    await stack.api("POST", `/v2/${email}/tasks`, {
      task: { name: `${email}/tasks/task-0`, httpRequest: { url: "https://a.invalid" } },
    });

    const { code, noted } = await run(stack);

    expect(code).toBe(1);
    expect(noted.at(-1)).toMatch(/: still-delivered, Cloud Tasks still delivers its task$/);
    expect(await waiting("dead-letter")).toHaveLength(1);
  });

  it("refuses while a purge may take what it creates", async () => {
    await die(BODY);
    await stack.calls.purgeQueue(stack.operations.queues["email"]!);

    await expect(run(stack)).rejects.toMatchObject({
      exitCode: 1,
      message:
        "Queue 'email' was purged less than a minute ago, and that takes what comes now as well. Wait a minute.",
    });
  });

  it.each([
    ["no", 3],
    ["y", 0],
  ])("asks first: '%s'", async (answer, code) => {
    await die(BODY);
    const end = run(stack, {}, {}, answer).then(
      (done) => done.code,
      (error: unknown) => (error as { readonly exitCode: number }).exitCode,
    );

    expect(await end).toBe(code);
    expect(await waiting()).toHaveLength(code === 0 ? 1 : 0);
  });

  it("ends with 4 where nothing is selected", async () => {
    expect(await run(stack, { task: ["none"] })).toEqual({
      code: 4,
      printed: ["There are no such dead letters."],
      noted: [],
    });
  });

  it("refuses a queue that takes no tasks", async () => {
    await expect(run(stack, {}, { to: "dead-letter" })).rejects.toMatchObject({ exitCode: 2 });
  });
});

describe("a redriven task, with the worker", () => {
  let stack: VirtualStack;
  let calls: OperatorCalls;
  beforeEach(async () => {
    stack = await VirtualStack.start();
    const { cloud, table, deadLetterQueue } = stack;
    const names = Object.entries(table).map(([key, { name }]) => [key, name] as const);
    const operations: Operations = {
      stack: "prod",
      project: cloud.project,
      region: "europe-west1",
      protect: true,
      queues: { ...Object.fromEntries(names), "dead-letter": deadLetterQueue },
      schedules: {},
      workers: [],
      imageRepository: "r",
    };
    const target = { port: Number(new URL(cloud.endpoint).port), local: false };
    calls = makeOperatorCalls(operations, {
      call: (...what) => callGoogle(target, ...what),
      now: () => +cloud.now(),
      sleep: async () => undefined,
    });
  });
  afterEach(async () => {
    await stack[Symbol.asyncDispose]();
  });

  async function letters(): Promise<DeadLetter[]> {
    const all: DeadLetter[] = [];
    for await (const page of readDeadLetters(calls)) all.push(...page);
    return all;
  }
  const again = (options: Partial<RedriveCommandOptions> = {}) =>
    run({ cloud: stack.cloud, calls }, {}, { stackName: "prod", ...options });

  it("has all its attempts, and when it dies once more its dead letter tells of both lives", async () => {
    stack.isFailing = true;
    await stack.enqueue(1);
    await stack.cloud.idle();
    await stack.cloud.advance("10s");
    const [first] = await letters();

    expect((await again()).code).toBe(0);
    await stack.cloud.idle();
    await stack.cloud.advance("10s");

    expect(stack.runs).toHaveLength(16);
    expect(await letters()).toMatchObject([
      {
        attempts: 8,
        idempotencyKey: first?.idempotencyKey,
        history: [{ attempts: 8, cause: first?.cause, reason: "attempts-exhausted" }],
      },
    ]);

    stack.isFailing = false;
    expect((await again()).code).toBe(0);
    await stack.cloud.idle();
    expect(stack.runs).toHaveLength(17);
    expect(await letters()).toEqual([]);
  });

  it("has not done what it was to do where all of a probe die again, and there are no others", async () => {
    stack.isFailing = true;
    await stack.enqueue(1);
    await stack.cloud.idle();
    await stack.cloud.advance("10s");

    const { code, noted } = await again({ probe: 10, rate: 100 });

    expect(noted).toContain("probe: 0 done, 1 dead again, 0 not ended");
    expect(code).toBe(1);
  });

  it("is probed first: where the first die again, the others stay", async () => {
    stack.isFailing = true;
    await stack.enqueue(3);
    await stack.cloud.idle();
    await stack.cloud.advance("10s");

    const bad = await again({ probe: 1, rate: 100 });
    expect(bad.code).toBe(1);
    expect(bad.noted).toContain("probe: 0 done, 1 dead again, 0 not ended");
    expect(bad.printed[0]).toMatch(/: 1 created, 2 not tried\./);
    expect(await letters()).toHaveLength(3);

    stack.isFailing = false;
    await stack.cloud.advance("10s");
    const good = await again({ probe: 1, rate: 100 });
    expect(good.code).toBe(0);
    await stack.cloud.idle();
    expect(await letters()).toEqual([]);
  });
});
