import { contract } from "../../../../../test/fixtures/project/tasks/index.ts";
import { buryLineSchema, burySummarySchema } from "../../../operate/bury/carryOut.ts";
import { readDeadLetters } from "../../../operate/deadLetters/readDeadLetters.ts";
import type { DeadLetter } from "../../../operate/deadLetters/deadLetter.ts";
import { redriveLetters } from "../../../operate/redrive/command.ts";
import { stopRun } from "../../../operate/redrive/stop.ts";
import { operatingAt } from "../../support/operating.ts";
import { startOperatorCloud, type OperatorCloud } from "../../support/operatorCloud.ts";
import { inMemory } from "../../support/redrive/surroundings.ts";

const BODY = '{"to":"ada@example.com","subject":"Hello","text":"It works."}';
const RUN = "20261125T120010Z-0001";

let stack: OperatorCloud;
beforeEach(async () => {
  stack = await startOperatorCloud();
});
afterEach(async () => {
  await stack[Symbol.asyncDispose]();
});

/** Of a redrive that asks nothing. */
const OPTIONS = {
  dryRun: false,
  force: false,
  uncertain: false,
  reveal: false,
  json: false,
  yes: true,
};

/** Writes three dead letters and redrives them: one is due every minute. */
async function redriven(): Promise<readonly DeadLetter[]> {
  for (const n of [0, 1, 2]) await stack.die(n, { body: BODY });
  await stack.cloud.advance("10s");
  const before = await letters();
  const { cloud, calls } = stack;
  await redriveLetters(
    operatingAt(cloud.now(), calls),
    contract,
    {},
    { ...OPTIONS, rate: 1 / 60 },
    undefined,
    inMemory(cloud),
  );
  await cloud.advance("10s");
  return before;
}

async function letters(): Promise<DeadLetter[]> {
  const all: DeadLetter[] = [];
  for await (const page of readDeadLetters(stack.calls, { view: "FULL" })) all.push(...page);
  return all.sort((a, b) => (a.taskId < b.taskId ? -1 : 1));
}

async function waiting(): Promise<number> {
  return (await stack.calls.getQueue(stack.operations.queues["email"]!)).stats?.tasksCount ?? 0;
}

async function stop(run: string, { dryRun = false, json = false, yes = true } = {}) {
  const operating = operatingAt(stack.cloud.now(), stack.calls);
  const code = await stopRun(operating, run, { dryRun, json, yes }, inMemory(stack.cloud));
  return { code, printed: operating.printed, noted: operating.noted };
}

describe("redrive --stop", () => {
  it("makes dead letters again of what is not due, as they were, and with their history", async () => {
    const before = await redriven();

    expect(await stop(RUN)).toEqual({
      code: 0,
      printed: ["2 buried. Journal: journal.ndjson"],
      noted: [
        "1 task of the run is due already, and left alone.",
        expect.stringMatching(/^Stack 'dev', project 'local-project'\. Take back 2 tasks: /),
      ],
    });
    const after = await letters();
    expect(await waiting()).toBe(1);
    expect(after).toHaveLength(2);
    for (const letter of after) {
      const was = before.find(({ idempotencyKey }) => idempotencyKey === letter.idempotencyKey);
      const { time, reason, cause, attempts } = was!;
      expect(letter).toMatchObject({
        ...{ task: "send-email", queue: "email", time, reason, cause, attempts, deliveries: 9 },
        ...{ error: was?.error, revision: "worker-00042-abc", by: "ada", cutFrom: undefined },
        idempotencyKey: was?.idempotencyKey,
        contentType: "application/json",
        history: [{ time: new Date(time).toISOString(), reason, cause, attempts, run: RUN }],
        body: Buffer.from(BODY),
      });
      expect(letter.id).not.toBe(was?.id);
    }
  });

  it("is put back once more afterwards", async () => {
    await redriven();
    await stop(RUN);
    await stack.cloud.advance("10s");
    const operating = operatingAt(stack.cloud.now(), stack.calls);

    expect(
      await redriveLetters(operating, contract, {}, OPTIONS, undefined, inMemory(stack.cloud)),
    ).toBe(0);
    expect(await letters()).toEqual([]);
    expect(await waiting()).toBe(3);
  });

  it("does nothing in a dry run, nor unless it is confirmed", async () => {
    await redriven();
    const made = stack.made.length;

    const { code, printed } = await stop(RUN, { dryRun: true, json: true });
    expect(code).toBe(0);
    expect(printed.map((line) => buryLineSchema.parse(JSON.parse(line)).result)).toEqual([
      "planned",
      "planned",
    ]);
    await expect(stop(RUN, { yes: false })).rejects.toMatchObject({ exitCode: 3 });
    expect(stack.made.slice(made).filter((call) => !call.startsWith("GET "))).toEqual([]);
  });

  it("prints JSON that its schemas know", async () => {
    await redriven();

    const { printed } = await stop(RUN, { json: true });

    const [first, second, last] = printed.map((line): unknown => JSON.parse(line));
    expect(buryLineSchema.parse(first)).toMatchObject({ kind: "stop", result: "buried" });
    expect(buryLineSchema.parse(second).result).toBe("buried");
    expect(burySummarySchema.parse(last)).toEqual({
      ...{ kind: "summary", results: { buried: 2 }, untried: 0, journal: "journal.ndjson" },
    });
  });

  it("leaves a task alone whose dead letter was made before, and discarded", async () => {
    await redriven();
    stack.cloud.faults.add({
      on: "call",
      method: "DeleteTask",
      code: "PERMISSION_DENIED",
      times: 2,
    });
    expect((await stop(RUN)).code).toBe(5);
    stack.cloud.faults.clear();
    for (const { name } of await letters()) await stack.calls.deleteTask(name);

    const { code, printed, noted } = await stop(RUN);

    expect(code).toBe(1);
    expect(printed).toEqual(["2 refused. Journal: journal.ndjson"]);
    expect(noted.at(-1)).toMatch(
      /: refused, a dead letter of it was here and is gone: its name is free after an hour$/,
    );
    expect(await waiting()).toBe(3);
  });

  it("ends with 4 where a run has nothing", async () => {
    expect(await stop("20261125T000000Z-ffff")).toEqual({
      code: 4,
      printed: ["Run '20261125T000000Z-ffff' has no tasks that are not due yet."],
      noted: [],
    });
  });
});
