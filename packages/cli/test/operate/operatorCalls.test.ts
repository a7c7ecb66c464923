import { CommandError, EXIT } from "../../command/exitCodes.ts";
import { makeOperatorCalls, type OperatorCalls } from "../../operate/calls/operatorCalls.ts";
import { queueNamed } from "../../operate/calls/ownNames.ts";
import { GoogleRefusal } from "../../stack/googleApi.ts";
import { startOperatorCloud, type OperatorCloud } from "../support/operatorCloud.ts";

let stack: OperatorCloud;
beforeEach(async () => {
  stack = await startOperatorCloud();
});
afterEach(async () => {
  await stack[Symbol.asyncDispose]();
});

const email = () => stack.operations.queues["email"]!;
const task = (id: string) => ({
  name: `${email()}/tasks/${id}`,
  httpRequest: {
    url: "https://set-by-the-queue.invalid/tasks/send-email",
    httpMethod: "POST" as const,
    headers: { "Idempotency-Key": id },
    body: Buffer.from("{}").toString("base64"),
  },
});

/** All that a generator of pages gives. */
async function all<Item>(pages: AsyncGenerator<readonly Item[]>): Promise<Item[]> {
  const items: Item[] = [];
  for await (const page of pages) items.push(...page);
  return items;
}

describe("the operator's calls", () => {
  it("create a task once, find it, and delete it once", async () => {
    const { calls } = stack;

    expect(await calls.createTask(email(), task("a"))).toBe("created");
    expect(await calls.createTask(email(), task("a"))).toBe("exists");
    expect(await calls.getTask(task("a").name)).toMatchObject({ dispatchCount: 0 });
    expect(await calls.deleteTask(task("a").name)).toBe("deleted");
    expect(await calls.deleteTask(task("a").name)).toBe("missing");
    expect(await calls.getTask(task("a").name)).toBe("gone");
    expect(await calls.getTask(task("b").name)).toBe("unknown");
  });

  it("list tasks page by page, with their bodies only where these are asked for", async () => {
    for (let n = 0; n < 1001; n += 1) await stack.calls.createTask(email(), task(`t${n}`));

    const basic = await all(stack.calls.listTasks(email()));
    expect(basic).toHaveLength(1001);
    expect(basic[0]!.httpRequest).toMatchObject({
      headers: { "Idempotency-Key": expect.any(String) },
    });
    expect(basic.some(({ httpRequest }) => httpRequest.body !== undefined)).toBe(false);
    expect((await all(stack.calls.listTasks(email(), "FULL")))[0]!.httpRequest.body).toBe("e30=");
    expect(stack.made.filter((call) => call.includes("/tasks?responseView=BASIC"))).toHaveLength(3);
  });

  it("tell a queue with what it does now, and what is in force of what was asked for", async () => {
    await stack.calls.createTask(email(), task("a"));
    await stack.calls.resumeQueue(queueNamed(stack.operations, "default"));

    expect(await stack.calls.getQueue(email())).toMatchObject({
      state: "PAUSED",
      stats: { tasksCount: 1, executedLastMinuteCount: 0 },
    });
    expect((await stack.calls.getQueue(stack.operations.queues["default"]!)).state).toBe("RUNNING");
    expect(
      await stack.calls.updateQueue(email(), ["taskTtl"], { taskTtl: "31536000s" }),
    ).toMatchObject({
      name: email(),
      taskTtl: "31536000s",
    });
    await stack.calls.purgeQueue(email());
    await stack.cloud.advance("60s");
    expect((await stack.calls.getQueue(email())).stats?.tasksCount).toBe(0);
  });

  it("list what the logs have, the oldest first", async () => {
    const logName = "projects/local-project/logs/run.googleapis.com%2Fstdout";
    const resource = { type: "global" };
    const entries = [2, 1].map((n) => ({
      timestamp: `2026-11-25T11:00:0${n}Z`,
      labels: { taskId: "a" },
      jsonPayload: { message: `m${n}` },
    }));
    await stack.api("POST", "/v2/entries:write", { logName, resource, entries });

    const found = await all(stack.calls.listLogEntries('labels.taskId="a"'));

    expect(found.map(({ jsonPayload }) => jsonPayload["message"])).toEqual(["m1", "m2"]);
    expect(await all(stack.calls.listLogEntries('labels.taskId="b"'))).toEqual([]);
  });

  it.each<[string, (calls: OperatorCalls, queue: string) => Promise<unknown>]>([
    ["get a queue", (calls, queue) => calls.getQueue(queue)],
    ["update a queue", (calls, queue) => calls.updateQueue(queue, ["taskTtl"], {})],
    ["pause a queue", (calls, queue) => calls.pauseQueue(queue)],
    ["resume a queue", (calls, queue) => calls.resumeQueue(queue)],
    ["purge a queue", (calls, queue) => calls.purgeQueue(queue)],
    ["list tasks", (calls, queue) => all(calls.listTasks(queue))],
    ["get a task", (calls, queue) => calls.getTask(`${queue}/tasks/a`)],
    ["create a task", (calls, queue) => calls.createTask(queue, task("a"))],
    [
      "create a task elsewhere",
      (calls) => calls.createTask(email(), { ...task("a"), name: `${email()}x/tasks/a` }),
    ],
    ["delete a task", (calls, queue) => calls.deleteTask(`${queue}/tasks/a`)],
    ["delete what is no task", (calls) => calls.deleteTask(email())],
    ["get a job", (calls, queue) => calls.getJob(queue)],
    ["get a service", (calls, queue) => calls.getService(queue)],
    ["run a job", (calls, queue) => calls.runJob(queue)],
    ["pause a job", (calls, queue) => calls.switchJob(queue, "pause")],
    ["run a task", (calls, queue) => calls.runTask(`${queue}/tasks/a`)],
  ])("%s of the own stack only, before anything is sent", async (_, act) => {
    const other = email().replace("/dev-", "/prod-");

    await expect(act(stack.calls, other)).rejects.toMatchObject({
      exitCode: EXIT.usage,
      message: expect.stringMatching(
        /^'projects\/.*' is not of stack 'dev', whose output 'operations' names what is its own\. Nothing was sent\.$/,
      ),
    });
    expect(stack.made).toEqual([]);
  });

  it("name the queue that was meant where there is none of that key", () => {
    expect(() => queueNamed(stack.operations, "emial")).toThrow(
      "There is no queue 'emial'. Did you mean 'email'? Known queues: 'email', 'default', 'dead-letter'.",
    );
  });
});

describe("a call that fails", () => {
  const busy = (code: number) =>
    new GoogleRefusal("cloudtasks.googleapis.com", code, "BUSY", "Wait.");
  const silence = new CommandError(EXIT.noAnswer, "No answer.");

  /** Calls whose first tries fail so, and the waits between them. */
  function failing(failures: readonly Error[]) {
    const left = [...failures];
    const waits: number[] = [];
    let now = 0;
    const calls = makeOperatorCalls(
      { ...stack.operations, schedules: { daily: "projects/p/locations/l/jobs/daily" } },
      {
        async call() {
          const failure = left.shift();
          if (failure) throw failure;
          return { name: "n" };
        },
        now: () => now,
        async sleep(ms) {
          waits.push(ms);
          now += ms;
        },
      },
    );
    return { calls, waits, left };
  }

  it("is made again after 429, 503 and silence, each time later", async () => {
    const { calls, waits } = failing([busy(429), busy(503), silence, ...Array(5).fill(busy(429))]);

    expect((await calls.getQueue(email())).name).toBe("n");
    expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 16_000, 16_000]);
  });

  it("is given up after two minutes", async () => {
    const { calls, waits, left } = failing(Array(20).fill(busy(429)));

    await expect(calls.getQueue(email())).rejects.toThrow(busy(429).message);
    expect(waits.reduce((sum, ms) => sum + ms, 0)).toBe(111_500);
    expect(left).toHaveLength(8);
  });

  it("is not made again when the machine has slept meanwhile", async () => {
    let now = 0;
    let tries = 0;
    const calls = makeOperatorCalls(stack.operations, {
      async call() {
        tries += 1;
        throw silence;
      },
      now: () => now,
      async sleep() {
        now += 7_200_000;
      },
    });

    await expect(calls.createTask(email(), task("a"))).rejects.toBe(silence);
    expect(tries).toBe(1);
  });

  it("creates nothing when it is too late, and says whether an earlier try may have", async () => {
    const unheard = failing([new CommandError(EXIT.noAnswer, "No answer.")]);
    const sent = failing([]);

    await expect(sent.calls.createTask(email(), task("a"), 0)).rejects.toMatchObject({
      message: "It took too long: run the command again.",
      mayBeDone: false,
    });
    await expect(unheard.calls.createTask(email(), task("a"), 400)).rejects.toMatchObject({
      mayBeDone: true,
    });
  });

  it("is not made again where it is refused, nor a run of which nobody heard", async () => {
    const refused = failing([new GoogleRefusal("a", 403, "PERMISSION_DENIED", "No.")]);
    const unheard = failing([silence]);

    await expect(refused.calls.getQueue(email())).rejects.toMatchObject({
      exitCode: EXIT.permission,
    });
    await expect(unheard.calls.runJob("projects/p/locations/l/jobs/daily")).rejects.toBe(silence);
    expect([...refused.waits, ...unheard.waits]).toEqual([]);
  });
});
