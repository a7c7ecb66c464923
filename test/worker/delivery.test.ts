import { PermanentError } from "../../worker/errors.ts";
import {
  delivery,
  firstDelivery,
  makeGate,
  message,
  WorkerUnderTest,
} from "../support/workerUnderTest.ts";
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

describe("a delivery to one of several workers", () => {
  const digest = {
    task: "send-digest",
    body: JSON.stringify({
      recipients: ["a@example.com"],
      timeZone: "Etc/UTC",
      dayStartsAt: "06:00",
    }),
  };

  it("is done where the worker has what the task needs, whoever's the queue is by now", async () => {
    const done: string[] = [];
    const handler = (name: string) => async () => {
      done.push(name);
    };
    await using worker = new WorkerUnderTest(
      { "send-email": handler("email"), "send-digest": handler("digest") },
      { share: { settings: ["smtpUrl", "mailFrom"], enqueues: ["email"] } },
    );

    expect(await worker.deliver()).toBe(204);
    expect(await worker.deliver(firstDelivery, digest)).toBe(204);
    expect(done).toEqual(["email", "digest"]);
  });

  it("is left to the other where a setting of the task is missing: 500, which no attempt is", async () => {
    const ran = jest.fn(succeed);
    await using worker = new WorkerUnderTest(
      { "send-email": ran },
      { share: { settings: ["mailFrom"], enqueues: ["email"] } },
    );

    expect(await worker.deliver()).toBe(500);
    // Nor is it read, or ended for what another revision may know to do.
    expect(await worker.deliver(delivery(20, 20), { body: "no JSON" })).toBe(500);
    expect(ran).not.toHaveBeenCalled();
    expect(worker.api.created).toEqual([]);
    expect(worker.lines[0]).toMatchObject({
      severity: "WARNING",
      outcome: "not-here",
      status: 500,
      message:
        "Task 'send-email' needs setting 'smtpUrl', which this worker is not given: it waits until its queue sends to " +
        "another worker. If queue 'email' is to stay, name it in 'alsoOn' of the task in tasks/tasks.ts.",
    });
  });

  it("is left to the other where what the task enqueues may not be enqueued", async () => {
    const ran = jest.fn(succeed);
    await using worker = new WorkerUnderTest(
      { "send-digest": ran },
      { share: { settings: [], enqueues: ["default"] } },
    );

    expect(await worker.deliver(firstDelivery, digest)).toBe(500);
    expect(ran).not.toHaveBeenCalled();
    expect(worker.lines[0]?.["message"]).toMatch(
      /^Task 'send-digest' needs to enqueue on queue 'email', which this worker is not given: /,
    );
  });

  it("is ended where it was delivered too often, whatever it needs", async () => {
    await using worker = new WorkerUnderTest({}, { share: { settings: [], enqueues: [] } });

    expect(await worker.deliver(delivery(40, 0, 500))).toBe(204);
    expect(reasons(worker)).toEqual(["deliveries-exhausted"]);
  });

  it("is answered as ever where it is a ping, or names no task that there is", async () => {
    await using worker = new WorkerUnderTest({}, { share: { settings: [], enqueues: [] } });

    expect(await worker.deliver(firstDelivery, { task: "ping" })).toBe(204);
    expect(await worker.deliver(firstDelivery, { task: "constructor" })).toBe(422);
    expect(await worker.deliver(firstDelivery, { path: "/" })).toBe(422);
  });
});

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
    { executionCount: 23, status: 204, dead: ["attempts-exhausted"] },
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

  // 403 for twenty minutes, say, since a grant was lost: eight answers, and none of them the worker's.
  it.each([401, 403, 404, 429, 500, 503, 504])(
    "is not the last after a %s, whatever was counted, and the next one is",
    async (previousResponse) => {
      await using worker = new WorkerUnderTest({ "send-email": fail });

      expect(await worker.deliver(delivery(8, 8, previousResponse))).toBe(422);
      expect(reasons(worker)).toEqual([]);
      expect(await worker.deliver(delivery(9, 9))).toBe(204);
      expect(reasons(worker)).toEqual(["attempts-exhausted"]);
    },
  );

  it("is the last after three budgets of answers, whoever gave the one before", async () => {
    await using worker = new WorkerUnderTest({ "send-email": fail });

    expect(await worker.deliver(delivery(30, 22, 503))).toBe(422);
    expect(await worker.deliver(delivery(31, 23, 503))).toBe(204);
    expect(reasons(worker)).toEqual(["attempts-exhausted"]);
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
      log: "Payload of task 'send-email' is not JSON (at position 1).",
    },
    {
      what: "no body",
      task: "send-email",
      body: "",
      log: "Payload of task 'send-email' is not JSON: it is empty.",
    },
    {
      what: "a payload of another schema",
      task: "send-email",
      body: '{"to":"ada@example.com","subject":"Hello"}',
      log: "Payload of task 'send-email' does not fit its schema: 'text' is missing.",
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

describe("a task that was delivered as often as its queue says, which is 40 times", () => {
  it.each([
    { retryCount: 39, ran: true },
    { retryCount: 40, ran: false },
    { retryCount: 400, ran: false },
  ])("runs its handler in delivery $retryCount + 1: $ran", async ({ retryCount, ran }) => {
    let runs = 0;
    await using worker = new WorkerUnderTest({
      "send-email": async () => {
        runs++;
      },
    });

    expect(await worker.deliver(delivery(retryCount, 0, 503))).toBe(204);
    expect(runs).toBe(ran ? 1 : 0);
    expect(reasons(worker)).toEqual(ran ? [] : ["deliveries-exhausted"]);
  });

  it("stays with Cloud Tasks for as long as its dead letter cannot be written", async () => {
    await using worker = new WorkerUnderTest({ "send-email": succeed });
    worker.api.failWith = new Error("Cloud Tasks is away.");

    expect(await worker.deliver(delivery(40, 0, 503))).toBe(500);
    expect(await worker.deliver(delivery(1000, 0, 500))).toBe(500);
    worker.api.failWith = undefined;
    expect(await worker.deliver(delivery(1001, 0, 500))).toBe(204);

    expect(reasons(worker)).toEqual(["deliveries-exhausted"]);
  });
});

describe("what a queue delivers that is no task of the worker's", () => {
  it.each([
    { path: "/tasks/send-email/" },
    { path: "/tasks//send-email" },
    { path: "/task/send-email" },
    { path: "/" },
    { path: "/tasks/%zz" },
    { path: "/tasks/send%E0%A4%A" },
    { path: "/health" },
    { method: "GET", path: "/health" },
    { method: "PUT", path: "/tasks/send-email" },
    { method: "PATCH", path: "/tasks/send-email" },
    { method: "DELETE", path: "/tasks/send-email" },
    { method: "OPTIONS", path: "/tasks/send-email" },
    { method: "HEAD", path: "/tasks/send-email" },
  ])("is a failed attempt, and then a dead letter: $method $path", async ({ method, path }) => {
    await using worker = new WorkerUnderTest({ "send-email": succeed });
    const body = method === undefined || method === "PUT" ? "{}" : null;
    const request = { ...(method !== undefined && { method }), path, body };
    const line = `${method ?? "POST"} ${path}`;

    expect(await worker.deliver(firstDelivery, request)).toBe(422);
    expect(await worker.deliver(delivery(7), request)).toBe(204);

    const why = `'${line}' names no task: that of a task is 'POST /tasks/<name>'.`;
    expect(
      worker.lines.map(({ severity, outcome, message: text }) => [severity, outcome, text]),
    ).toEqual([
      ["WARNING", "retry", `The task '${line}' failed on attempt 1 of 8: ${why}`],
      ["ERROR", "dead-letter", `The task '${line}' is a dead letter (attempts-exhausted): ${why}`],
    ]);
    const { headers } = worker.api.created[0]!.task.httpRequest;
    expect(decodeURIComponent(headers["Dead-Letter-Request"]!)).toBe(line);
    expect(headers).not.toHaveProperty("Dead-Letter-Task");
  });

  it("comes from a queue that is not in the table: its tasks are done", async () => {
    await using worker = new WorkerUnderTest({ "send-email": succeed });

    expect(await worker.deliver({ ...firstDelivery, "x-cloudtasks-queuename": "dev-old-9" })).toBe(
      204,
    );
  });

  it.each([
    { headers: delivery(8), status: 422, dead: [] },
    { headers: delivery(9), status: 204, dead: ["attempts-exhausted"] },
    { headers: delivery(100, 0, 503), status: 204, dead: ["deliveries-exhausted"] },
  ])(
    "comes from a queue that is not in the table: its tasks end, $dead",
    async ({ headers, status, dead }) => {
      await using worker = new WorkerUnderTest({ "send-email": fail });

      expect(await worker.deliver({ ...headers, "x-cloudtasks-queuename": "dev-old-9" })).toBe(
        status,
      );
      expect(reasons(worker)).toEqual(dead);
      expect(worker.lines).toHaveLength(1);
      for (const { task } of worker.api.created) {
        expect(task.name).toMatch(/dead-letter-0000\/tasks\/[0-9a-f]{64}$/);
        expect(task.httpRequest.headers["Dead-Letter-Queue"]).toBe("dev-old-9");
      }
    },
  );
});

describe("a task whose name is no name", () => {
  it.each([
    { path: "/tasks/a%0d%0aX-Evil:%201", shown: "a\\r\\nX-Evil: 1" },
    { path: `/tasks/${"a".repeat(1000)}`, shown: `${"a".repeat(199)}…` },
  ])("is told in one line: $shown", async ({ path, shown }) => {
    await using worker = new WorkerUnderTest({});

    await worker.deliver(firstDelivery, { path });

    expect(worker.lines.map((line) => line["message"])).toEqual([
      `Task '${shown}' failed on attempt 1 of 8: No handler for task '${shown}'. Known tasks: 'send-email', 'send-digest'.`,
    ]);
  });
});

describe("a task that carries a deadline of its own", () => {
  it.each([
    { header: "15s", handlerMs: 12_000 },
    { header: "30s", handlerMs: 27_000 },
    // The queue's deadline was lowered, and is the smaller one.
    { header: "600s", handlerMs: 54_000 },
    { header: undefined, handlerMs: 54_000 },
  ])("'$header', has $handlerMs ms for its handler", async ({ header, handlerMs }) => {
    const gate = makeGate();
    await using worker = new WorkerUnderTest({ "send-email": gate.handler });

    const answer = worker.deliver({
      ...firstDelivery,
      ...(header !== undefined && { "dispatch-deadline": header }),
    });
    await gate.started;
    expect(worker.timers.due).toEqual([handlerMs]);
    gate.open();

    expect(await answer).toBe(204);
  });

  it.each(["", "60", "1m", "14s", "-60s", "60s, 60s"])(
    "'%s', which is none that Cloud Tasks takes, has that of its queue, and is told of",
    async (header) => {
      const gate = makeGate();
      await using worker = new WorkerUnderTest({ "send-email": gate.handler });

      const answer = worker.deliver({ ...firstDelivery, "dispatch-deadline": header });
      await gate.started;
      expect(worker.timers.due).toEqual([54_000]);
      gate.open();

      expect(await answer).toBe(204);
      expect(worker.lines[0]).toMatchObject({
        severity: "WARNING",
        taskId: "task-1",
        message: `Header 'Dispatch-Deadline' is '${header}'; it should be a duration of at least '15s', and is passed over.`,
      });
    },
  );
});

describe("an answer that nobody hears", () => {
  it("is not told as done: the handler blocked the worker past the deadline", async () => {
    await using worker = new WorkerUnderTest({
      "send-email": async () => {
        worker.timers.now += 60_000;
      },
    });

    expect(await worker.deliver(delivery(3))).toBe(204);
    expect(worker.lines).toEqual([
      expect.objectContaining({ severity: "WARNING", outcome: "unheard" }),
    ]);
    expect(worker.lines[0]!["message"]).toBe(
      "Task 'send-email' may be delivered again: its handler returned when nobody waited for the answer any more.",
    );
    // The delivery that is heard will.
    expect(worker.api.deleted).toEqual([]);
  });

  it("is not told as done: to take back a dead letter took until the deadline", async () => {
    await using worker = new WorkerUnderTest({ "send-email": succeed });
    worker.api.onDelete = () => {
      worker.timers.now += 60_000;
    };

    expect(await worker.deliver(delivery(3))).toBe(204);
    expect(worker.api.deleted).toHaveLength(1);
    expect(worker.lines.map(({ outcome }) => outcome)).toEqual(["unheard"]);
  });

  it("is not told as an attempt: the handler blocked the worker, and then failed", async () => {
    await using worker = new WorkerUnderTest({
      "send-email": async () => {
        worker.timers.now += 60_000;
        throw new Error("The mail server is away.");
      },
    });

    expect(await worker.deliver()).toBe(422);
    expect(worker.lines).toEqual([
      expect.objectContaining({
        severity: "WARNING",
        outcome: "unheard",
        message:
          "Task 'send-email' failed when nobody waited for the answer any more, so that it is no attempt: The mail server is away.",
        stack_trace: expect.stringContaining("The mail server is away."),
      }),
    ]);
  });

  it.each([
    { how: "returns", end: async () => {}, outcome: "unheard" },
    {
      how: "fails",
      end: async () => {
        throw new Error("The mail server is away.");
      },
      outcome: "unheard",
    },
    {
      how: "fails for good",
      end: async () => {
        throw new PermanentError("No such mailbox.");
      },
      outcome: "dead-letter",
    },
  ])("fires the signal of a handler that then $how: $outcome", async ({ end, outcome }) => {
    const { promise: ended, resolve } = Promise.withResolvers<undefined>();
    const { promise: started, resolve: start } = Promise.withResolvers<undefined>();
    await using worker = new WorkerUnderTest({
      "send-email": async (_, { signal }) => {
        start(undefined);
        await new Promise((abort) => {
          signal.addEventListener("abort", abort);
        });
        setImmediate(resolve, undefined);
        await end();
      },
    });
    const url = await worker.url();
    const connection = new AbortController();
    const call = fetch(`${url}/tasks/send-email`, {
      method: "POST",
      headers: firstDelivery,
      body: JSON.stringify(message),
      signal: connection.signal,
    });

    await started;
    connection.abort();
    await expect(call).rejects.toThrow("aborted");
    await ended;

    await worker.stop();
    expect(worker.lines.map((line) => line["outcome"])).toEqual([outcome]);
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

  it("is taken back where a copy of a later delivery wrote it", async () => {
    await using worker = new WorkerUnderTest({ "send-email": succeed });

    await worker.deliver(delivery(3, 3));

    expect(worker.api.deleted).toHaveLength(1);
  });

  it("is not looked for where the first delivery succeeds: no task pays a call for it", async () => {
    await using worker = new WorkerUnderTest({ "send-email": succeed });

    await worker.deliver(firstDelivery);

    expect(worker.api.deleted).toEqual([]);
  });

  it("that cannot be looked for is told, and does not make the task run again", async () => {
    await using worker = new WorkerUnderTest({ "send-email": succeed });
    worker.api.failWith = new Error("Cloud Tasks is away.");

    expect(await worker.deliver(delivery(8, 7))).toBe(204);
    expect(worker.lines).toHaveLength(1);
    expect(worker.lines[0]).toMatchObject({
      severity: "WARNING",
      outcome: "done",
      message:
        "Task 'send-email' is done; nobody knows whether an earlier delivery left a dead letter of it: Cloud Tasks is away.",
    });
  });

  it.each([
    { elapsedMs: 20_000, withinMs: 60_000 - 20_000 - 500 },
    { elapsedMs: 58_000, withinMs: 5000 },
    // The handler blocked the worker. The next delivery finds the dead letter.
    { elapsedMs: 90_000, withinMs: 5000 },
  ])(
    "has $withinMs ms to be written when $elapsedMs ms of 60 s are over",
    async ({ elapsedMs, withinMs }) => {
      await using worker = new WorkerUnderTest({
        "send-email": async () => {
          worker.timers.now = elapsedMs;
          throw new PermanentError("No such mailbox.");
        },
      });

      expect(await worker.deliver()).toBe(204);
      expect(worker.api.created[0]!.bound).toMatchObject({ withinMs });
    },
  );
});

describe("the cause of a dead letter", () => {
  const LABELS = "logging.googleapis.com/labels";

  /** What the dead letter and the line of the log say of a delivery that fails for the last time. */
  async function causesOf(error: unknown): Promise<unknown[]> {
    await using worker = new WorkerUnderTest({
      "send-email": async () => {
        throw error;
      },
    });
    await worker.deliver(delivery(7));
    const line = worker.lines.at(-1)?.[LABELS] as Record<string, unknown>;
    return [worker.api.created[0]!.task.httpRequest.headers["Dead-Letter-Cause"], line["cause"]];
  }

  it("is one, in its header and in the line of the log", async () => {
    expect(await causesOf(new Error("connect ECONNREFUSED 10.0.0.4:587"))).toEqual([
      "9e3f01dc",
      "9e3f01dc",
    ]);
    expect(await causesOf(new Error("connect ECONNREFUSED 10.0.0.5:25"))).toEqual([
      "9e3f01dc",
      "9e3f01dc",
    ]);
  });

  it("is what the handler calls it", async () => {
    const error = new PermanentError("Mailbox of ada@example.com is full.", {
      cause: new Error("552"),
      group: "mailbox-full",
    });

    expect(error.cause).toEqual(new Error("552"));
    expect(await causesOf(error)).toEqual(["mailbox-full", "mailbox-full"]);
  });

  it("is no group that cannot be read, or is no text", async () => {
    const plain = await causesOf(new PermanentError("No."));
    const nobodysType = { group: 42 } as unknown as { group: string };
    const throwing = Object.defineProperty(new PermanentError("No."), "group", {
      get: () => {
        throw new Error("Not for you.");
      },
    });

    expect(await causesOf(new PermanentError("No.", nobodysType))).toEqual(plain);
    expect(await causesOf(throwing)).toEqual(plain);
  });
});

describe("a task that was redriven", () => {
  const history =
    '[{"time":"2026-11-20T12:00:00.000Z","reason":"attempts-exhausted","cause":"9e3f01dc","attempts":8}]';

  async function lettersOf(redriveHistory: string) {
    const worker = new WorkerUnderTest({ "send-email": fail });
    await worker.deliver({ ...delivery(7), "redrive-history": redriveHistory });
    const { headers } = worker.api.created[0]!.task.httpRequest;
    const labels = worker.lines.at(-1)?.["logging.googleapis.com/labels"];
    await worker[Symbol.asyncDispose]();
    return { headers, labels, lines: worker.lines };
  }

  it("takes its earlier lives into its dead letter and its line of the log", async () => {
    const { headers, labels, lines } = await lettersOf(history);

    expect(headers["Dead-Letter-History"]).toBe(history);
    expect(labels).toMatchObject({ redriveHistory: history });
    expect(lines).toHaveLength(1);
  });

  it.each([
    "",
    "null",
    "[]",
    "[{}]",
    "{",
    history.replace("attempts-exhausted", "whim"),
    history.replace("9e3f01dc", "14 c1"),
    `[${" ".repeat(2048)}${history.slice(1)}`,
  ])("is told of a history that is none, and ends without it: %j", async (text) => {
    const { headers, labels, lines } = await lettersOf(text);

    expect(headers).not.toHaveProperty("Dead-Letter-History");
    expect(labels).not.toHaveProperty("redriveHistory");
    expect(lines[0]).toMatchObject({
      severity: "WARNING",
      message:
        `Header 'Redrive-History' is '${text.slice(0, 100)}'; it should be the JSON of one to five ` +
        "earlier lives, and is passed over.",
    });
  });
});
