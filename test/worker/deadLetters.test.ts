import { createHash } from "node:crypto";
import { CloudTasksError } from "../../tasks/client/cloudTasksError.ts";
import type { TaskResource } from "../../tasks/contract/taskRequest.ts";
import { makeDeadLetters } from "../../worker/deadLetters.ts";
import type { TaskRequest } from "../../worker/taskRequest.ts";
import { describeError } from "../../worker/thrown.ts";
import { DEAD_LETTER_QUEUE, TestCloudTasks } from "../support/workerUnderTest.ts";

const request: TaskRequest = {
  task: "send-email",
  line: "POST /tasks/send-email",
  queue: {
    name: "projects/p/locations/l/queues/dev-email-1a2b",
    logicalName: "email",
    dispatchDeadline: "60s",
    dispatchDeadlineMs: 60_000,
    maxAttempts: 8,
    maxDeliveries: 40,
  },
  taskId: "task-1",
  retryCount: 9,
  executionCount: 7,
  previousResponse: 422,
  deadlineMs: 60_000,
  scheduledTime: new Date("2026-11-24T12:00:00Z"),
  enqueueId: "enqueue-1",
  idempotencyKey: "key-1",
  traceparent: `00-${"a".repeat(32)}-${"b".repeat(16)}-01`,
  redriveHistory: undefined,
  contentType: "application/json",
  ...bodyOf('{"to":"ada@example.com"}'),
};

function bodyOf(content: string | Buffer) {
  const body = Buffer.from(content);
  return { body, bodySize: body.length };
}

const ending = {
  reason: "permanent-error",
  error: "No.",
  cause: "0a1b2c3d",
  attempts: 8,
  time: new Date("2026-11-24T12:00:00Z"),
} as const;

/** The dead letter of a request. */
async function deadLetter(
  change: Partial<TaskRequest> = {},
  { error }: { error: unknown } = { error: new Error("No.") },
): Promise<TaskResource & { name: string }> {
  const api = new TestCloudTasks();
  await makeDeadLetters(DEAD_LETTER_QUEUE, "worker-00001-abc", api).add(
    { ...request, ...change },
    { ...ending, error: describeError(error) },
    {},
  );
  expect(api.created[0]!.queue).toBe(DEAD_LETTER_QUEUE);
  return api.created[0]!.task;
}

/** What Cloud Tasks measures: the task as it is stored, its fields encoded. */
function storedBytes({ name, httpRequest: { url, headers, body } }: TaskResource): number {
  const field = (bytes: number) => 1 + (bytes < 128 ? 1 : bytes < 16_384 ? 2 : 3) + bytes;
  const entries = Object.entries({ ...headers, "User-Agent": "Google-Cloud-Tasks" });
  const http =
    field(url.length) +
    2 +
    entries.reduce((sum, [k, v]) => sum + field(field(k.length) + field(v.length)), 0) +
    field(Buffer.from(body, "base64").length);
  const times = 3 * field(12);
  return field(name!.length) + field(http) + times;
}

describe("a dead letter", () => {
  it("is the task, and why it ended", async () => {
    const id = createHash("sha256")
      .update('["email","task-1","enqueue-1"]{"to":"ada@example.com"}')
      .digest("hex");

    expect(await deadLetter()).toEqual({
      name: `${DEAD_LETTER_QUEUE}/tasks/${id}`,
      httpRequest: {
        url: "https://set-by-the-queue.invalid/tasks/send-email",
        httpMethod: "POST",
        headers: {
          "Content-Type": "application/json",
          "Idempotency-Key": "key-1",
          traceparent: request.traceparent,
          "Dead-Letter-Task": "send-email",
          "Dead-Letter-Queue": "email",
          "Dead-Letter-Task-Id": "task-1",
          "Dead-Letter-Reason": "permanent-error",
          "Dead-Letter-Error": "No.",
          "Dead-Letter-Cause": "0a1b2c3d",
          "Dead-Letter-Attempts": "8",
          "Dead-Letter-Deliveries": "10",
          "Dead-Letter-Time": "2026-11-24T12:00:00.000Z",
          "Dead-Letter-Revision": "worker-00001-abc",
        },
        body: request.body.toString("base64"),
      },
    });
  });

  it("holds the earlier lives of a task that was redriven", async () => {
    const redriveHistory = '[{"time":"2026-11-20T12:00:00Z"}]';
    const { httpRequest } = await deadLetter({ redriveHistory });

    expect(httpRequest.headers["Dead-Letter-History"]).toBe(redriveHistory);
  });

  it("has the same id for every delivery of a task", async () => {
    const one = await deadLetter({ retryCount: 9 });
    const other = await deadLetter({ retryCount: 20, executionCount: 12 });

    expect(other.name).toBe(one.name);
  });

  it.each([
    { what: "queue", change: { queue: { ...request.queue, logicalName: "default" } } },
    { what: "task id", change: { taskId: "task-2" } },
    { what: "call to enqueue", change: { enqueueId: "enqueue-2" } },
    { what: "body", change: bodyOf("{}") },
    { what: "task without an Enqueue-Id", change: { enqueueId: undefined } },
  ])("has an id of its own for another $what", async ({ change }) => {
    expect((await deadLetter(change)).name).not.toBe((await deadLetter()).name);
  });

  it("keeps the body byte for byte, whatever it is", async () => {
    const body = Buffer.from([0, 255, 254, 13, 10, 128]);

    const { httpRequest } = await deadLetter(bodyOf(body));

    expect(Buffer.from(httpRequest.body, "base64")).toEqual(body);
    expect(httpRequest.headers).not.toHaveProperty("Dead-Letter-Cut-From");
  });

  it("cuts and flags a body that would not fit, and then fits", async () => {
    const body = Buffer.alloc(2 ** 20, "x");

    const task = await deadLetter(bodyOf(body), { error: new Error("€".repeat(10_000)) });

    const kept = Buffer.from(task.httpRequest.body, "base64");
    expect(task.httpRequest.headers["Dead-Letter-Cut-From"]).toBe("1048576");
    expect(kept.equals(body.subarray(0, kept.length))).toBe(true);
    expect(storedBytes(task)).toBeLessThanOrEqual(2 ** 20 - 7);
    expect(storedBytes(task)).toBeGreaterThan(2 ** 20 - 2048);
  });

  it.each([
    {
      what: "text that is no header",
      error: new Error("a\r\nb: c%"),
      header: "a%0D%0Ab%3A%20c%25",
    },
    {
      what: "causes",
      error: new Error("It failed.", { cause: new Error("No disk.") }),
      header: "It%20failed.%20(cause%3A%20No%20disk.)",
    },
    { what: "what is no error", error: "text", header: "text" },
    { what: "an error without a message", error: new TypeError(), header: "TypeError" },
    { what: "half a character", error: new Error("a\ud800b"), header: "a%EF%BF%BDb" },
  ])("tells an error that is $what", async ({ error, header }) => {
    const { httpRequest } = await deadLetter({}, { error });

    expect(httpRequest.headers["Dead-Letter-Error"]).toBe(header);
  });

  it("tells at most 4 KB of an error, whole characters only", async () => {
    const { httpRequest } = await deadLetter({}, { error: new Error("€".repeat(5000)) });
    const header = httpRequest.headers["Dead-Letter-Error"]!;

    // Nine bytes each: 455 fit into 4,096.
    expect(decodeURIComponent(header)).toBe("€".repeat(455));
  });

  it("is removed under the same name", async () => {
    const api = new TestCloudTasks();

    await makeDeadLetters(DEAD_LETTER_QUEUE, undefined, api).remove(request, ending.time, {});

    expect(api.deleted).toEqual([(await deadLetter()).name]);
  });
});

describe("the dead letters of a name that is used again, without an Enqueue-Id", () => {
  const unnamed = { ...request, enqueueId: undefined };
  const at = (time: string) => ({ ...ending, time: new Date(time) });

  it("are one for each life of the name, the same body or another", async () => {
    const api = new TestCloudTasks();
    const letters = makeDeadLetters(DEAD_LETTER_QUEUE, undefined, api);

    await letters.add(unnamed, at("2026-11-24T12:00:00Z"), {});
    // The answer was lost, and the task is delivered again.
    await letters.add(unnamed, at("2026-11-24T12:00:05Z"), {});
    await letters.add(unnamed, at("2026-11-25T13:00:00Z"), {});
    await letters.add({ ...unnamed, ...bodyOf("{}") }, at("2026-11-25T13:00:00Z"), {});

    const [first, again, ...others] = api.created.map(({ task }) => task.name);
    expect(again).toBe(first);
    expect(new Set([first, ...others]).size).toBe(3);
  });

  it("are taken back also where the hour has changed since", async () => {
    const api = new TestCloudTasks();
    const letters = makeDeadLetters(DEAD_LETTER_QUEUE, undefined, api);

    await letters.add(unnamed, at("2026-11-24T12:59:58Z"), {});
    await letters.remove(unnamed, new Date("2026-11-24T13:00:01Z"), {});

    expect(api.deleted).toContain(api.created[0]!.task.name);
  });
});

describe("what Cloud Tasks could not take", () => {
  it.each([
    { what: "line breaks", task: "a\r\nX-Evil: 1", header: "a%0D%0AX-Evil%3A%201" },
    { what: "other scripts", task: "відправка", header: encodeURIComponent("відправка") },
    { what: "half a character", task: "a\ud800", header: "a%EF%BF%BD" },
  ])("is encoded: a task's name with $what", async ({ task, header }) => {
    const { httpRequest } = await deadLetter({ task });

    expect(httpRequest.headers["Dead-Letter-Task"]).toBe(header);
    expect(httpRequest.url).toBe(`https://set-by-the-queue.invalid/tasks/${header}`);
  });

  it("is kept in a smaller form, without what a producer has written", async () => {
    const created: TaskResource[] = [];
    const letters = makeDeadLetters(DEAD_LETTER_QUEUE, undefined, {
      createTask: async (_, task) => {
        created.push(task);
        const { headers } = task.httpRequest;
        if (/[^\x20-\x7e]/.test(Object.values(headers).join(""))) {
          throw new CloudTasksError("create", 400, "INVALID_ARGUMENT", "Header is invalid.");
        }
        return "created";
      },
      deleteTask: async () => "deleted",
    });
    const body = Buffer.alloc(2 ** 20, "x");

    await letters.add(
      { ...request, ...bodyOf(body), contentType: "text/plain; charset=é", idempotencyKey: "k-é" },
      { ...ending, error: "€".repeat(5000) },
      {},
    );

    expect(created).toHaveLength(2);
    const { headers, body: kept } = created[1]!.httpRequest;
    expect(headers).toMatchObject({
      "Content-Type": "application/octet-stream",
      "Idempotency-Key": "k-%C3%A9",
      "Dead-Letter-Idempotency-Key": "k-%C3%A9",
      "Dead-Letter-Task": "send-email",
      "Dead-Letter-Cut-From": "1048576",
    });
    expect(Buffer.from(kept, "base64")).toHaveLength(90_000);
    expect(JSON.stringify(created[1]!).length).toBeLessThan(130_000);
  });

  it("is tried in no smaller form where the form is not what is refused", async () => {
    const api = new TestCloudTasks();
    api.failWith = new CloudTasksError("create", 403, "PERMISSION_DENIED", "No.");
    const letters = makeDeadLetters(DEAD_LETTER_QUEUE, undefined, api);

    await expect(letters.add(request, ending, {})).rejects.toThrow("PERMISSION_DENIED");
  });

  it.each(Array.from({ length: 200 }, (_, seed) => seed))(
    "never is part of a header, whatever a producer wrote: case %i",
    async (seed) => {
      const odd = oddText(seed);

      const { httpRequest } = await deadLetter({ task: odd, line: `POST ${odd}` }, { error: odd });

      const written = Object.entries(httpRequest.headers).filter(([name]) =>
        name.startsWith("Dead-Letter-"),
      );
      for (const [, value] of written) expect(value).toMatch(/^[\x21-\x7e]{0,4096}$/);
    },
  );
});

/** A text of any code units, the same for the same seed. */
function oddText(seed: number): string {
  let state = seed + 1;
  const next = (below: number) => (state = (state * 48_271) % 2_147_483_647) % below;
  const ranges = [128, 256, 0xe000, 0x10000];
  return Array.from({ length: next(600) }, () =>
    String.fromCharCode(next(ranges[next(ranges.length)]!)),
  ).join("");
}
