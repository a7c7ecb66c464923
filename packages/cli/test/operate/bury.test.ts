import { buryQueue, type BuryCommandOptions } from "../../operate/bury/command.ts";
import { readDeadLetters } from "../../operate/deadLetters/readDeadLetters.ts";
import type { DeadLetter } from "../../operate/deadLetters/deadLetter.ts";
import { deadLetterId } from "../../../../tasks/contract/deadLetter.ts";
import { taskResource } from "../../../../tasks/contract/taskRequest.ts";
import { operatingAt } from "../support/operating.ts";
import { startOperatorCloud, type OperatorCloud } from "../support/operatorCloud.ts";
import { inMemory } from "../support/redrive/surroundings.ts";

let stack: OperatorCloud;
let email: string;
beforeEach(async () => {
  stack = await startOperatorCloud();
  email = stack.operations.queues["email"]!;
});
afterEach(async () => {
  await stack[Symbol.asyncDispose]();
});

/** Enqueues as the client does. */
async function enqueue(n: number, task = "send-email", headers = {}): Promise<void> {
  const name = `${email}/tasks/task-${n}`;
  const own = { "Enqueue-Id": `enqueue-${n}`, "Idempotency-Key": `key-${n}`, ...headers };
  const settings = { name, dispatchDeadline: "60s", headers: own } as const;
  await stack.calls.createTask(email, { name, ...taskResource(task, `{"n":${n}}`, settings) });
}

async function bury(options: Partial<BuryCommandOptions> = {}, key = "email") {
  const operating = operatingAt(stack.cloud.now(), stack.calls, { flags: " --stack dev" });
  const given = { ids: [], dryRun: false, json: false, yes: true, ...options };
  const code = await buryQueue(operating, key, given, inMemory(stack.cloud));
  return { code, printed: operating.printed, noted: operating.noted };
}

async function letters(): Promise<DeadLetter[]> {
  const all: DeadLetter[] = [];
  for await (const page of readDeadLetters(stack.calls, { view: "FULL" })) all.push(...page);
  return all;
}

async function waiting(): Promise<number> {
  return (await stack.calls.getQueue(email)).stats?.tasksCount ?? 0;
}

describe("bury", () => {
  it("makes the dead letters that the worker would, and says who did", async () => {
    await enqueue(1);
    await enqueue(2, "send-email", { "Idempotency-Key": "Grüße" });

    expect(await bury()).toEqual({
      code: 0,
      printed: ["2 buried. Journal: journal.ndjson"],
      noted: [expect.stringMatching(/Make dead letters of 2 tasks: task-1, task-2\.$/)],
    });
    expect(await waiting()).toBe(0);
    const all = (await letters()).sort((a, b) => (a.taskId < b.taskId ? -1 : 1));
    const error = "It was buried by ada after 0 deliveries without an end.";
    const same = { task: "send-email", queue: "email", reason: "deliveries-exhausted", error };
    expect(all).toMatchObject([
      {
        ...same,
        id: deadLetterId("email", "task-1", "enqueue-1", Buffer.from('{"n":1}')),
        ...{ taskId: "task-1", idempotencyKey: "key-1", by: "ada", deliveries: 0, attempts: 0 },
        body: Buffer.from('{"n":1}'),
      },
      { ...same, taskId: "task-2", idempotencyKey: "Grüße" },
    ]);
  });

  it("selects, and tells why as the error", async () => {
    for (const n of [1, 2, 3]) await enqueue(n);
    await enqueue(4, "send-digest");

    expect((await bury({ task: "send-email", limit: 1, because: "too large" })).code).toBe(0);
    expect((await letters()).map(({ taskId, error }) => [taskId, error])).toEqual([
      ["task-1", "too large"],
    ]);
    expect((await bury({ ids: ["task-3"] })).code).toBe(0);
    expect(await waiting()).toBe(2);
    expect((await bury({ deliveries: 1 })).code).toBe(4);
    expect((await bury({ olderThan: 3_600_000 })).code).toBe(4);
  });

  it("does nothing in a dry run, nor unless it is confirmed", async () => {
    await enqueue(1);

    expect(await bury({ dryRun: true })).toEqual({
      ...{ code: 0, printed: ["1 task would become dead letters."], noted: [] },
    });
    await expect(bury({ yes: false })).rejects.toMatchObject({ exitCode: 3 });
    expect(await waiting()).toBe(1);
  });

  it("refuses a queue that runs, and the dead-letter queue", async () => {
    await stack.calls.resumeQueue(email);

    await expect(bury()).rejects.toMatchObject({
      exitCode: 1,
      message:
        "Queue 'email' is running, and its tasks may run while they are made dead letters. First: npm run tasks -- pause email --stack dev",
    });
    await expect(bury({}, "dead-letter")).rejects.toMatchObject({ exitCode: 2 });
  });

  it("goes on where it was cut off", async () => {
    await enqueue(1, "send-email", { "Enqueue-Id": "x" });
    stack.cloud.faults.add({
      on: "call",
      method: "DeleteTask",
      code: "PERMISSION_DENIED",
      times: 1,
    });
    expect((await bury()).code).toBe(5);
    const [first] = await letters();
    await stack.cloud.advance("7200s");

    expect((await bury()).code).toBe(0);
    expect((await letters()).map(({ id }) => id)).toEqual([first?.id]);
    expect(await waiting()).toBe(0);
    const all = await stack.calls.getQueue(stack.operations.queues["dead-letter"]!);
    expect(all.stats?.tasksCount).toBe(1);
  });
});
