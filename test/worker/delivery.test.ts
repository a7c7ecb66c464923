import { PermanentError } from "../../worker/errors.ts";
import { delivery, firstDelivery, message, WorkerUnderTest } from "../support/workerUnderTest.ts";
import type { HandlerContext } from "../../worker/handler.ts";
import type { contract } from "../fixtures/project/tasks/index.ts";

const fail = async () => {
  throw new Error("The mail server is away.");
};
const succeed = async () => {};

/** Why the tasks that became dead letters did. */
function reasons({ api }: WorkerUnderTest): (string | undefined)[] {
  return api.created.map(({ task }) => task.httpRequest.headers["Dead-Letter-Reason"]);
}

describe("a delivery whose handler returns", () => {
  it("is answered 204", async () => {
    await using worker = new WorkerUnderTest({ "send-email": succeed });

    expect(await worker.deliver()).toBe(204);
    expect(worker.api.created).toEqual([]);
    expect(worker.api.deleted).toEqual([]);
  });

  it("tells the handler what is to be done, and what it is part of", async () => {
    const calls: { payload: unknown; context: HandlerContext<typeof contract, "send-email"> }[] =
      [];
    await using worker = new WorkerUnderTest({
      "send-email": async (payload, context) => {
        calls.push({ payload, context });
      },
    });

    await worker.deliver(delivery(5, 3));

    const { payload, context } = calls[0]!;
    expect(calls).toHaveLength(1);
    expect(payload).toEqual(message);
    expect(context).toMatchObject({
      taskId: "task-1",
      idempotencyKey: "key-1",
      attempt: 4,
      deliveryCount: 6,
      scheduledTime: new Date("2026-11-24T12:00:00.250Z"),
    });
    expect(context.signal.aborted).toBe(false);
  });

  it("has the task id as its idempotency key where the task carries none", async () => {
    const keys: string[] = [];
    await using worker = new WorkerUnderTest({
      "send-email": async (_, { idempotencyKey }) => {
        keys.push(idempotencyKey);
      },
    });
    const { "idempotency-key": omitted, ...headers } = firstDelivery;

    await worker.deliver(headers);

    expect(omitted).toBe("key-1");
    expect(keys).toEqual(["task-1"]);
  });

  it("lets the handler enqueue within the task's trace", async () => {
    await using worker = new WorkerUnderTest({
      "send-digest": async (_, { enqueue }) => {
        await enqueue("send-email", message, { id: "x" });
      },
    });
    const body = JSON.stringify({
      recipients: ["a@example.com"],
      timeZone: "Etc/UTC",
      dayStartsAt: "06:00",
    });

    expect(await worker.deliver(firstDelivery, { task: "send-digest", body })).toBe(204);
    expect(worker.api.created[0]!.task.httpRequest.headers).toMatchObject({
      "Idempotency-Key": "x",
      traceparent: firstDelivery["traceparent"],
    });
  });

  it("counts neither 5xx nor platform answers against the task: success after 8 x 429 leaves no dead letter", async () => {
    await using worker = new WorkerUnderTest({ "send-email": succeed });

    expect(await worker.deliver(delivery(8, 8))).toBe(204);
    expect(worker.api.created).toEqual([]);
  });

  it("is done even where the count is far over the budget", async () => {
    await using worker = new WorkerUnderTest({ "send-email": succeed });

    expect(await worker.deliver(delivery(30, 30))).toBe(204);
    expect(worker.api.created).toEqual([]);
  });
});

describe("a delivery whose handler fails", () => {
  it.each([
    { executionCount: 0, status: 422, dead: [] },
    { executionCount: 6, status: 422, dead: [] },
    { executionCount: 7, status: 204, dead: ["attempts-exhausted"] },
    { executionCount: 20, status: 204, dead: ["attempts-exhausted"] },
  ])(
    "is answered $status after $executionCount earlier attempts, of 8",
    async ({ executionCount, status, dead }) => {
      await using worker = new WorkerUnderTest({ "send-email": fail });

      expect(await worker.deliver(delivery(executionCount))).toBe(status);
      expect(reasons(worker)).toEqual(dead);
    },
  );

  it("is not charged for deliveries that were answered 5xx or not at all", async () => {
    await using worker = new WorkerUnderTest({ "send-email": fail });

    expect(await worker.deliver(delivery(30, 6))).toBe(422);
    expect(reasons(worker)).toEqual([]);
  });

  it("ends the task at once where the failure is permanent", async () => {
    await using worker = new WorkerUnderTest({
      "send-email": async () => {
        throw new PermanentError("No such mailbox.");
      },
    });

    expect(await worker.deliver()).toBe(204);
    expect(reasons(worker)).toEqual(["permanent-error"]);
  });

  it.each([
    {
      what: "a handler that throws before it awaits",
      handler: () => {
        throw new Error("Early.");
      },
    },
    {
      what: "a handler that throws what is no error",
      handler: async () => {
        // eslint-disable-next-line @typescript-eslint/only-throw-error -- it is what the test is about
        throw "text";
      },
    },
  ])("is a failed attempt for $what", async ({ handler }) => {
    await using worker = new WorkerUnderTest({ "send-email": handler });

    expect(await worker.deliver()).toBe(422);
  });

  it.each([
    {
      what: "a body that is not JSON",
      task: "send-email",
      body: "{",
      log: "Payload of task 'send-email' is not JSON. (cause: Expected property name or '}' in JSON at position 1 (line 1 column 2))",
    },
    {
      what: "no body",
      task: "send-email",
      body: "",
      log: "Payload of task 'send-email' is not JSON. (cause: Unexpected end of JSON input)",
    },
    {
      what: "a payload of another schema",
      task: "send-email",
      body: '{"to":"ada@example.com","subject":"Hello"}',
      log: "Payload of task 'send-email' does not fit its schema: 'text': Invalid input: expected string, received undefined.",
    },
    {
      what: "an unknown task",
      task: "send-fax",
      body: "{}",
      log: "No handler for task 'send-fax'. Known tasks: 'send-email', 'send-digest'.",
    },
    {
      what: "a task called like a property of every object",
      task: "constructor",
      body: "{}",
      log: "No handler for task 'constructor'. Known tasks: 'send-email', 'send-digest'.",
    },
  ])(
    "waits out the rollout: $what is a failed attempt like others",
    async ({ task, body, log }) => {
      await using worker = new WorkerUnderTest({ "send-email": succeed });

      expect(await worker.deliver(firstDelivery, { task, body })).toBe(422);
      expect(worker.lines.map(({ message: line }) => line)).toEqual([
        `Task '${task}' failed on attempt 1 of 8: ${log}`,
      ]);
      expect(await worker.deliver(delivery(7), { task, body })).toBe(204);
      expect(reasons(worker)).toEqual(["attempts-exhausted"]);
    },
  );
});

describe("a task near the end of its deliveries", () => {
  // The queue drops a task after 40 deliveries; the last three are kept for the dead letter.
  it.each([
    { retryCount: 36, ran: true },
    { retryCount: 37, ran: false },
    { retryCount: 39, ran: false },
    { retryCount: 60, ran: false },
  ])("runs its handler in delivery $retryCount + 1: $ran", async ({ retryCount, ran }) => {
    let runs = 0;
    await using worker = new WorkerUnderTest({
      "send-email": async () => {
        runs++;
      },
    });

    expect(await worker.deliver(delivery(retryCount, 0))).toBe(204);
    expect(runs).toBe(ran ? 1 : 0);
    expect(reasons(worker)).toEqual(ran ? [] : ["deliveries-exhausted"]);
  });
});

describe("a dead letter", () => {
  it("that cannot be written leaves the task where it is: 500, which is not counted", async () => {
    await using worker = new WorkerUnderTest({ "send-email": fail });
    worker.api.failWith = new Error("Cloud Tasks is away.");

    expect(await worker.deliver(delivery(7))).toBe(500);
    expect(worker.lines.at(-1)).toMatchObject({
      severity: "ERROR",
      outcome: "not-kept",
      message:
        "Task 'send-email' cannot be kept (attempts-exhausted): Cloud Tasks is away. It ended with: The mail server is away.",
    });
  });

  it("that an earlier delivery wrote is enough: 204", async () => {
    await using worker = new WorkerUnderTest({ "send-email": fail });

    expect(await worker.deliver(delivery(7, 7))).toBe(204);
    expect(await worker.deliver(delivery(8, 7))).toBe(204);
    const [first, second] = worker.api.created;
    expect(second!.task.name).toBe(first!.task.name);
  });

  it("is taken back where the task succeeds after all", async () => {
    await using worker = new WorkerUnderTest({ "send-email": fail });
    await using fixed = new WorkerUnderTest({ "send-email": succeed });
    await worker.deliver(delivery(7, 7));

    expect(await fixed.deliver(delivery(8, 7))).toBe(204);
    expect(fixed.api.deleted).toEqual([worker.api.created[0]!.task.name]);
  });

  it("is not looked for where every earlier delivery was answered and counted", async () => {
    await using worker = new WorkerUnderTest({ "send-email": succeed });

    await worker.deliver(delivery(3, 3));

    expect(worker.api.deleted).toEqual([]);
  });

  it("that cannot be taken back is told, and does not make the task run again", async () => {
    await using worker = new WorkerUnderTest({ "send-email": succeed });
    worker.api.failWith = new Error("Cloud Tasks is away.");

    expect(await worker.deliver(delivery(8, 7))).toBe(204);
    expect(worker.lines.at(-1)).toMatchObject({
      severity: "ERROR",
      message: "Task 'send-email' is done, and may be a dead letter too: Cloud Tasks is away.",
    });
  });

  it("has what is left of the delivery, less what the answer needs", async () => {
    await using worker = new WorkerUnderTest({
      "send-email": async () => {
        worker.timers.now = 20_000;
        throw new PermanentError("No such mailbox.");
      },
    });

    await worker.deliver();

    expect(worker.api.created[0]!.bound).toMatchObject({ withinMs: 60_000 - 20_000 - 500 });
  });
});
