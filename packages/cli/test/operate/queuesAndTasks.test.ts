import * as z from "zod";
import type { TaskContract } from "../../../../tasks/contract/contract.ts";
import { showQueues } from "../../operate/queues/command.ts";
import { show, type ShowOptions } from "../../operate/show/command.ts";
import { listTasks, type ListTasksOptions } from "../../operate/tasks/listCommand.ts";
import { operatingAt } from "../support/operating.ts";
import { START, startOperatorCloud, type OperatorCloud } from "../support/operatorCloud.ts";

let stack: OperatorCloud;
beforeEach(async () => {
  stack = await startOperatorCloud();
});
afterEach(async () => {
  await stack[Symbol.asyncDispose]();
});

const contract = {
  tasks: {
    "send-email": {
      queue: "email",
      payload: z.object({ to: z.email().meta({ sensitive: true }), subject: z.string() }),
    },
  } satisfies Record<string, TaskContract>,
};
const BODY = '{"to":"ada@example.com","subject":"Welcome"}';

/** Enqueues a task that is due so many seconds after the start. */
async function enqueue(id: string, seconds: number, task = "send-email"): Promise<string> {
  const queue = stack.operations.queues["email"]!;
  const name = `${queue}/tasks/${id}`;
  await stack.calls.createTask(queue, {
    name,
    scheduleTime: new Date(+START + seconds * 1000).toISOString(),
    httpRequest: {
      url: `https://set-by-the-queue.invalid/tasks/${task}`,
      httpMethod: "POST",
      headers: { "Idempotency-Key": `key-${id}` },
      body: Buffer.from(BODY).toString("base64"),
    },
  });
  return name;
}

describe("queues", () => {
  const setting = (name: string, inForce: number | string) => ({
    ...{ setting: name, inForce, hasDrifted: false },
  });

  it("shows what each is doing", async () => {
    await enqueue("a", 0);
    await enqueue("b", 60);
    const operating = operatingAt(new Date(+START + 180_000), stack.calls);

    expect(await showQueues(operating, false)).toBe(0);
    expect(operating.printed).toEqual([
      "┌─────────────┬────────┬───────┬────────────┬────────────────────┬────────────┬──────────────────┬───────────┐",
      "│ Queue       │ State  │ Tasks │ Oldest due │ Delivered last min │ In flight  │ Rate now / asked │ Drains in │",
      "├─────────────┼────────┼───────┼────────────┼────────────────────┼────────────┼──────────────────┼───────────┤",
      "│ email       │ PAUSED │     2 │ 3 min ago  │                  0 │ 0 of 1,000 │ 500 / 500 per s  │ -         │",
      "├─────────────┼────────┼───────┼────────────┼────────────────────┼────────────┼──────────────────┼───────────┤",
      "│ default     │ PAUSED │     0 │ -          │                  0 │ 0 of 1,000 │ 500 / 500 per s  │ -         │",
      "├─────────────┼────────┼───────┼────────────┼────────────────────┼────────────┼──────────────────┼───────────┤",
      "│ dead-letter │ PAUSED │     0 │ -          │                  0 │ 0 of 1,000 │ 500 / 500 per s  │ -         │",
      "└─────────────┴────────┴───────┴────────────┴────────────────────┴────────────┴──────────────────┴───────────┘",
    ]);
  });

  it("prints JSON, one queue a line, for one operation each", async () => {
    await enqueue("a", 0);
    const before = stack.made.length;
    const operating = operatingAt(START, stack.calls);
    await showQueues(operating, true);

    expect(JSON.parse(operating.printed[0]!)).toEqual({
      kind: "queue",
      key: "email",
      name: stack.operations.queues["email"],
      state: "PAUSED",
      tasks: 1,
      oldestDue: START.toISOString(),
      deliveredLastMinute: 0,
      inFlight: 0,
      mostInFlight: 1000,
      rate: 500,
      askedRate: 500,
      settings: [
        setting("rateLimits.maxDispatchesPerSecond", 500),
        setting("rateLimits.maxConcurrentDispatches", 1000),
        setting("retryConfig.maxAttempts", 100),
        setting("retryConfig.maxRetryDuration", "0s"),
        setting("retryConfig.minBackoff", "0.100s"),
        setting("retryConfig.maxBackoff", "3600s"),
        setting("retryConfig.maxDoublings", 16),
      ],
    });
    expect(operating.printed).toHaveLength(3);
    expect(stack.made.length - before).toBe(3);
  });

  describe("of a queue that somebody set otherwise than its program", () => {
    const email = {
      rateLimits: { maxDispatchesPerSecond: 20, maxConcurrentDispatches: 10 },
      retryConfig: { maxAttempts: -1, minBackoff: "0.1s", maxBackoff: "600s", maxDoublings: 5 },
    };

    /** The queue as its program asked for it, and then as somebody changed it. */
    async function changed(mask: string, fields: object): Promise<void> {
      const path = `/v2/${stack.operations.queues["email"]!}?updateMask=`;
      await stack.api("PATCH", `${path}rateLimits,retryConfig`, email);
      await stack.api("PATCH", path + mask, fields);
    }

    async function shown(flags: string, json = false) {
      const told = { ...email, maxAttempts: 8, maxWait: "900s" };
      const operations = { ...stack.operations, queueSettings: { email: told } };
      const calls = { ...stack.calls, operations };
      const operating = operatingAt(START, calls, { flags });
      await showQueues(operating, json);
      return operating.printed;
    }

    const remarks = async (flags: string) =>
      (await shown(flags)).filter((line) => line.startsWith("!"));

    it("says what differs and what undoes it, for no more operations", async () => {
      await changed("rateLimits.maxDispatchesPerSecond,retryConfig.maxAttempts", {
        rateLimits: { maxDispatchesPerSecond: 4 },
        retryConfig: { maxAttempts: 5 },
      });
      const before = stack.made.length;
      const differs =
        "! Queue 'email' is not set as its program says: rateLimits.maxDispatchesPerSecond is 4, not 20; " +
        "retryConfig.maxAttempts is 5, not -1. ";

      expect(await remarks(" --stack prod")).toEqual([
        `${differs}'npm run up -- --refresh --stack prod' sets it.`,
      ]);
      expect(stack.made.length - before).toBe(3);
      expect(await remarks(" --stack dev --local")).toEqual([
        `${differs}'npm run up -- --refresh --stack dev --local' sets it.`,
      ]);
      expect(await remarks(" --port 8200")).toEqual([
        `${differs}'npm start', started again without '--data', sets it.`,
      ]);
      const [line = ""] = await shown("", true);
      expect(JSON.parse(line).settings[0]).toEqual({
        setting: "rateLimits.maxDispatchesPerSecond",
        inForce: 4,
        deployed: 20,
        hasDrifted: true,
      });
      expect(JSON.parse(line)).toMatchObject({
        maxWait: "900s",
        settings: expect.arrayContaining([
          {
            ...{ setting: "retryConfig.maxAttempts", inForce: 5, hasDrifted: true },
            ...{ deployed: -1, ofWorker: 8 },
          },
        ]),
      });
    });

    it("says so of an end of retries that the program does not set, since tasks are then lost", async () => {
      await changed("retryConfig.maxRetryDuration", { retryConfig: { maxRetryDuration: "60s" } });

      expect(await remarks(" --stack prod")).toEqual([
        "! Queue 'email' is not set as its program says: retryConfig.maxRetryDuration is 60s, not 0s. " +
          "'npm run up -- --refresh --stack prod' sets it.",
      ]);
    });

    it("says nothing of one that is set as it says, in whichever form, though it never ends retries", async () => {
      await changed("retryConfig.maxDoublings", email);

      expect(await remarks(" --stack prod")).toEqual([]);
    });
  });
});

describe("list", () => {
  async function list(options: Partial<ListTasksOptions> = {}, key = "email") {
    const operating = operatingAt(new Date(+START + 60_000), stack.calls);
    const code = await listTasks(operating, key, { limit: 50, json: true, ...options });
    return { code, printed: operating.printed };
  }

  const ids = (printed: readonly string[]) => printed.map((line) => JSON.parse(line).id as string);

  it("prints those that are due first, first, and no payload", async () => {
    for (const [id, seconds] of [
      ["late", 30],
      ["first", 0],
      ["next", 10],
    ] as const) {
      await enqueue(id, seconds);
    }
    const { code, printed } = await list();

    expect(code).toBe(0);
    expect(ids(printed)).toEqual(["first", "next", "late"]);
    expect(JSON.parse(printed[0]!)).toEqual({
      kind: "task",
      queue: "email",
      id: "first",
      name: `${stack.operations.queues["email"]}/tasks/first`,
      task: "send-email",
      due: START.toISOString(),
      created: START.toISOString(),
      deliveries: 0,
      answers: 0,
      lastAnswer: "not dispatched",
      idempotencyKey: "key-first",
    });
    expect(ids((await list({ limit: 1 })).printed)).toEqual(["first"]);
    expect(ids((await list({ olderThan: 40_000 })).printed)).toEqual(["first", "next"]);
    expect(stack.made.some((call) => call.includes("FULL"))).toBe(false);
  });

  it("prints a table, and how many there are", async () => {
    await enqueue("a", 0);
    await enqueue("b", 1);
    await enqueue("c", 2, "other");
    const { printed } = await list({ json: false, task: "send-email", limit: 1 });

    expect(printed[0]).toBe("2 tasks on email, of which the first 1. Read 3 tasks.");
    expect(printed[4]).toContain(
      "│ a  │ send-email │ 1 min ago │ 1 min ago │          0 │ not dispatched │ key-a",
    );
  });

  it("ends with 4 where there are none, and with a usage error where there is no such queue", async () => {
    expect(await list({ task: "none" })).toEqual({ code: 4, printed: [] });
    await expect(list({}, "emial")).rejects.toMatchObject({ exitCode: 2 });
  });
});

describe("show", () => {
  const defaults: ShowOptions = { reveal: false, json: false };

  async function shown(id: string, options: Partial<ShowOptions> = {}) {
    const operating = operatingAt(START, stack.calls);
    const code = await show(operating, contract, id, { ...defaults, ...options });
    return { code, printed: operating.printed, noted: operating.noted };
  }

  it("says where the trace of a dead letter is, of a stack that is deployed", async () => {
    const trace = "0af7651916cd43dd8448eb211c80319c";
    const id = await stack.die(1, { traceparent: `00-${trace}-b7ad6b7169203331-01` });
    const link = `  trace  https://console.cloud.google.com/traces/list?project=local-project&tid=${trace}`;

    expect((await shown(id, { hasTraces: true })).printed).toContain(link);
    expect((await shown(id)).printed).not.toContain(link);
    const none = await shown(await stack.die(2), { hasTraces: true });
    expect(none.printed.filter((line) => line.includes("trace"))).toEqual([]);
  });

  /** Has the worker's log say something of a task. */
  async function log(
    taskId: string,
    more: object = {},
    service = "dev-worker",
    labels: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    await stack.api("POST", "/v2/entries:write", {
      logName: "projects/local-project/logs/run.googleapis.com%2Fstdout",
      resource: {
        type: "cloud_run_revision",
        labels: { service_name: service, revision_name: `${service}-00042` },
      },
      entries: [
        {
          timestamp: "2026-11-25T09:30:39.120Z",
          severity: "WARNING",
          labels: { taskId, attempt: "1", ...labels },
          jsonPayload: { message: "It failed.", outcome: "retry", status: 422, ...more },
        },
      ],
    });
  }

  it("tells how a dead letter ended, its life, and its payload without what is sensitive", async () => {
    const history =
      '[{"time":"2026-11-20T12:00:00Z","reason":"attempts-exhausted","cause":"0a1b2c3d","attempts":8},' +
      '{"time":"2026-11-21T12:00:00Z","reason":"permanent-error","cause":"9e3f01dc","attempts":1,"run":"20261121T130000Z-0001"}]';
    const id = await stack.die(1, { body: BODY, time: new Date("2026-11-25T09:41:50Z"), history });
    await log("task-1");
    await log("task-1", {}, "prod-worker");

    const all = [
      "send-email on email, dead since 2026-11-25 09:41:50 UTC (attempts-exhausted, 8 attempts, 9 deliveries)",
      "  Idempotency-Key  key-1     Cause 9e3f01dc     Kept until 2026-12-26 (in 31 d)",
      `  Id  ${id}     on its queue task-1`,
      "  Revision  worker-00042-abc",
      "  connect ECONNREFUSED 10.0.0.4:587",
      "  11-25 09:30:39.120  attempt 1   422  It failed.     dev-worker-00042",
      "  redriven after it died on 2026-11-20 12:00:00 (0a1b2c3d)",
      "  redriven in run 20261121T130000Z-0001 after it died on 2026-11-21 12:00:00 (9e3f01dc)",
    ];
    expect(await shown(id.slice(0, 8))).toEqual({
      code: 0,
      printed: [...all, '  payload  {"to":"[hidden]","subject":"Welcome"}     --reveal shows it'],
      noted: [],
    });
    expect((await shown(id, { reveal: true })).printed).toEqual([...all, `  payload  ${BODY}`]);
    expect((await shown("task-1")).code).toBe(0);
  });

  it("tells no payload of a task that the contract does not know, nor of what is no JSON", async () => {
    const unknown = await stack.die(1, { task: "other" });
    const text = await stack.die(2, { body: "no JSON" });

    for (const id of [unknown, text]) {
      expect((await shown(id)).printed.at(-1)).toBe('  payload  "[hidden]"     --reveal shows it');
    }
  });

  it("prints JSON with a payload only where that is asked for", async () => {
    const id = await stack.die(1, { body: BODY });
    const [hidden, revealed] = await Promise.all(
      [false, true].map(async (reveal) =>
        JSON.parse((await shown(id, { json: true, reveal })).printed[0]!),
      ),
    );

    expect(hidden).toMatchObject({ kind: "dead-letter", id, timeline: [] });
    expect(hidden).not.toHaveProperty("payload");
    expect(revealed.payload).toEqual(JSON.parse(BODY));
  });

  it("tells of a task on a queue, by its id or its full name", async () => {
    const name = await enqueue("a", 60);

    for (const id of ["a", name]) {
      expect((await shown(id)).printed).toEqual([
        "send-email on email, due in 1 min, enqueued 2026-11-25 12:00:00 UTC",
        "  Idempotency-Key  key-a     0 deliveries, the last answer: not dispatched",
        '  payload  {"to":"[hidden]","subject":"Welcome"}     --reveal shows it',
      ]);
    }
  });

  it("tells what the log says of a task that is done", async () => {
    await log("gone-1");

    expect(await shown("gone-1")).toMatchObject({
      code: 0,
      printed: [
        "Task 'gone-1' is on no queue: it is done, or somebody deleted it.",
        "  11-25 09:30:39.120  attempt 1   422  It failed.     dev-worker-00042",
      ],
    });
    await log("gone-2", { outcome: "done" });
    expect((await shown("gone-2")).printed[0]).toBe("Task 'gone-2' is on no queue: it is done.");
    await log("gone-4", { outcome: "dead-letter" });
    expect((await shown("gone-4")).printed[0]).toBe(
      "Task 'gone-4' is on no queue: it became a dead letter, which is gone: redriven, discarded, or no longer kept.",
    );
  });

  it("knows a task by the beginning of its id, as a terminal shows it, while it waits and when it is done", async () => {
    await enqueue("e2dd6f4d2bd2657dca7cdfb732ed7c1d", 60);
    const trace = "    at warmCache (worker/handlers/warmCache.ts:7:38)\n    at node:internal:1:1";
    await log("62724613aa07aa07aa07aa07aa07aa07", { stack_trace: `Error: It failed.\n${trace}` });

    expect((await shown("e2dd6f4d")).printed[0]).toBe(
      "send-email on email, due in 1 min, enqueued 2026-11-25 12:00:00 UTC",
    );
    expect((await shown("62724613")).printed).toEqual([
      "Task '62724613' is on no queue: it is done, or somebody deleted it.",
      "  11-25 09:30:39.120  attempt 1   422  It failed.     dev-worker-00042",
      "                      at warmCache (worker/handlers/warmCache.ts:7:38)",
    ]);
  });

  it("tells name and queue of a task that is done, as its log does", async () => {
    const called = { task: "send-email", queue: "email" };
    await log("gone-3", { outcome: "done" }, "dev-worker", called);

    expect((await shown("gone-3")).printed[0]).toBe(
      "Task 'gone-3', send-email on email, is on no queue: it is done.",
    );
    const json = JSON.parse((await shown("gone-3", { json: true })).printed[0]!);
    expect(json).toMatchObject({ kind: "gone", id: "gone-3", ...called });
    expect(Object.keys(json.timeline[0])).not.toContain("task");
  });

  it("says how much of an id it takes, of one that is too short to find what is done", async () => {
    await log("62724613aa07aa07aa07aa07aa07aa07");

    expect(await shown("627")).toEqual({
      code: 4,
      printed: [],
      noted: ["'627' finds nothing in stack 'dev'. Give at least 4 characters of an id."],
    });
    expect((await shown("6272")).printed[0]).toBe(
      "Task '6272' is on no queue: it is done, or somebody deleted it.",
    );
  });

  it("asks for more of a beginning that several tasks of the log have", async () => {
    await log("62724613aa07aa07aa07aa07aa07aa07");
    await log("6272bb13aa07aa07aa07aa07aa07aa07");

    await expect(shown("6272")).rejects.toThrow(
      "2 ids begin with '6272': 62724613aa07aa07aa07aa07aa07aa07, 6272bb13aa07aa07aa07aa07aa07aa07. " +
        "Give more of the one that you mean.",
    );
  });

  it("shows by its cause the one that died of it, and names those of several", async () => {
    const first = await stack.die(1, { cause: "7f3a91c2" });
    expect((await shown("7f3a")).printed).toContain(`  Id  ${first}     on its queue task-1`);

    const second = await stack.die(2, { cause: "7f3a91c2" });
    await expect(shown("7f3a")).rejects.toThrow(
      "'7f3a' is no id, but a cause: 2 dead letters died of it. Show one of them: ",
    );
    await expect(shown("7f3a")).rejects.toThrow(second);
    await expect(shown("7f3a")).rejects.toThrow(
      "; 'npm run tasks -- dead-letters --cause 7f3a --each' lists all.",
    );
  });

  it("shows the one of a cause that is called so, whatever begins so", async () => {
    await stack.die(1, { cause: "deadbeef", taskId: "dead01aa07aa07aa07aa07aa07aa07aa" });
    await stack.die(2, { taskId: "dead02aa07aa07aa07aa07aa07aa07aa" });
    const id = await stack.die(3, { cause: "dead" });
    expect((await shown("dead")).printed).toContain(`  Id  ${id}     on its queue task-3`);

    await stack.die(4, { cause: "dead" });
    await expect(shown("dead")).rejects.toThrow(
      "'dead' is no id, but a cause: 2 dead letters died of it. Show one of them: ",
    );
  });

  it("shows the one that has the whole of an id, whatever begins so", async () => {
    const id = await stack.die(1, { taskId: "1234" });
    await stack.die(2, { taskId: "12345" });

    expect((await shown("1234")).printed).toContain(`  Id  ${id}     on its queue 1234`);
  });

  it("knows a dead letter by an id of another program's making", async () => {
    const id = await stack.die(1, { taskId: "Order_7" });

    expect((await shown("Order_7")).printed).toContain(`  Id  ${id}     on its queue Order_7`);
    expect((await shown("Order_")).printed).toEqual([]);
  });

  it("lists no queue for a whole id: a task that has it would have been found", async () => {
    const before = stack.made.length;
    await shown("62724613aa07aa07aa07aa07aa07aa07");

    const listed = stack.made.slice(before).filter((call) => /GET .*\/tasks\?/.test(call));
    expect(listed).toHaveLength(1);
    expect(listed[0]).toContain(stack.operations.queues["dead-letter"]!);
  });

  it("knows a dead letter by the id that its task had, and by its beginning", async () => {
    const taskId = "b6e1707d61fb27aa07aa07aa07aa07aa";
    const id = await stack.die(1, { taskId });

    for (const given of [taskId, "b6e1707d"]) {
      expect((await shown(given)).printed).toContain(`  Id  ${id}     on its queue ${taskId}`);
    }
  });

  it("knows what was redriven and died again by the id that enqueueing it told", async () => {
    const first = "168109a9480d15aa07aa07aa07aa07aa";
    const id = await stack.die(1, { key: first });

    for (const given of [first, "168109a9"]) {
      expect((await shown(given)).printed).toContain(`  Id  ${id}     on its queue task-1`);
    }
  });

  it("says of an id that a producer gave how it finds its task", async () => {
    await expect(shown("welcome/42")).rejects.toThrow(
      "'welcome/42' is no task's id. 'npm run tasks -- list <queue>' shows those that wait; one that you gave " +
        "as 'id' finds a dead letter:\n  npm run tasks -- dead-letters --each --id welcome/42",
    );
    await expect(shown("ada@example.com")).rejects.toThrow("'ada@example.com' is no task's id. ");
    await expect(shown("it's $(date)")).rejects.toThrow(String.raw`--id 'it'\''s $(date)'`);
    await expect(shown("")).rejects.toThrow("'' is no task's id.");
  });

  it("says of what was a dead letter how it is still found", async () => {
    expect((await shown("5d9c4451")).noted).toEqual([
      "There is no task '5d9c4451' in stack 'dev', and its logs know none. " +
        "A dead letter that was redriven or discarded is found by the id that its task had.",
    ]);
  });

  it("ends with 4 for what nobody knows, and refuses what is of another stack", async () => {
    expect(await shown("nothing")).toEqual({
      code: 4,
      printed: [],
      noted: ["There is no task 'nothing' in stack 'dev', and its logs know none."],
    });
    const other = `${stack.operations.queues["email"]!.replace("/dev-", "/prod-")}/tasks/a`;
    await expect(shown(other)).rejects.toThrow("is not of stack 'dev'");
  });

  it("asks for more of a beginning that several have", async () => {
    const id = await stack.die(1);
    const task = (await stack.api(
      "GET",
      `/v2/${stack.operations.queues["dead-letter"]}/tasks/${id}?responseView=FULL`,
    )) as { httpRequest: object };
    const other = `${id.slice(0, 60)}0000`;
    const name = `${stack.operations.queues["dead-letter"]}/tasks/${other}`;
    await stack.api("POST", `/v2/${stack.operations.queues["dead-letter"]}/tasks`, {
      task: { name, httpRequest: task.httpRequest },
    });

    await expect(shown(id.slice(0, 8))).rejects.toThrow(
      new RegExp(`^2 ids begin with '${id.slice(0, 8)}': `),
    );
  });
});
