import { createHash } from "node:crypto";
import { createClient, type EnqueueOptions } from "../../../tasks/client/client.ts";
import type { CallBound, CloudTasks } from "../../../tasks/client/cloudTasks.ts";
import type { QueueTable } from "../../../tasks/contract/environment.ts";
import type { TaskResource } from "../../../tasks/contract/taskRequest.ts";
import { contract } from "../../fixtures/project/tasks/index.ts";

const NOW = Date.parse("2026-11-24T12:00:00Z");
const EMAIL = "projects/p/locations/l/queues/dev-email-1a2b";
const queues: QueueTable = {
  email: { name: EMAIL, dispatchDeadline: "60s", maxAttempts: 8, maxDeliveries: 100 },
  default: {
    name: "projects/p/locations/l/queues/dev-default-3c4d",
    dispatchDeadline: "300s",
    maxAttempts: 10,
    maxDeliveries: 100,
  },
};
const message = { to: "ada@example.com", subject: "Hello", text: "It works." };

type Created = { queue: string; task: TaskResource; bound: CallBound | undefined };

/** A client whose Cloud Tasks answers `outcome`, and what it was asked for. */
function start({
  outcome = "created",
  table = queues,
}: {
  outcome?: "created" | "exists";
  table?: QueueTable;
} = {}) {
  const created: Created[] = [];
  const api: CloudTasks = {
    async createTask(queue, task, bound) {
      created.push({ queue, task, bound });
      return outcome;
    },
    deleteTask: () => Promise.reject(new Error("not used")),
    getTask: () => Promise.reject(new Error("not used")),
  };
  let n = 0;
  const client = createClient(
    contract,
    { queues: table },
    {
      api,
      now: () => NOW,
      randomHex: (bytes) =>
        String(++n)
          .repeat(bytes * 2)
          .slice(0, bytes * 2),
    },
  );
  return { client, created };
}

/** The sentence with which enqueuing anything is refused. Nothing may have been created. */
async function refusal(
  task: string,
  payload: unknown,
  options: EnqueueOptions = {},
  table?: QueueTable,
): Promise<string> {
  const { client, created } = start({ ...(table && { table }) });
  const error: unknown = await client
    .enqueue(task as "send-email", payload as typeof message, options)
    .catch((e: unknown) => e);
  expect(created).toEqual([]);
  return error instanceof Error ? error.message : `not refused: ${JSON.stringify(error)}`;
}

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

function circle(): object {
  const itself: Record<string, unknown> = {};
  itself["itself"] = itself;
  return itself;
}

describe("enqueue", () => {
  it("creates a named task that carries the payload and what the worker needs to know", async () => {
    const { client, created } = start();

    const result = await client.enqueue("send-email", message);

    expect(result).toEqual({ name: `${EMAIL}/tasks/${"1".repeat(32)}`, created: true });
    expect(created).toEqual([
      {
        queue: EMAIL,
        bound: undefined,
        task: {
          name: `${EMAIL}/tasks/${"1".repeat(32)}`,
          dispatchDeadline: "60s",
          httpRequest: {
            url: "https://set-by-the-queue.invalid/tasks/send-email",
            httpMethod: "POST",
            headers: {
              "Content-Type": "application/json",
              "Dispatch-Deadline": "60s",
              "Enqueue-Id": "2".repeat(32),
              "Idempotency-Key": "1".repeat(32),
              traceparent: `00-${"3".repeat(32)}-${"4".repeat(16)}-00`,
            },
            body: Buffer.from(JSON.stringify(message)).toString("base64"),
          },
        },
      },
    ]);
  });

  it("names a task with an id by the id's hash, and passes the id on", async () => {
    const { client, created } = start();

    const result = await client.enqueue("send-email", message, { id: "order/17" });

    const hash = createHash("sha256").update("order/17").digest("hex");
    expect(result).toEqual({ name: `${EMAIL}/tasks/${hash}`, created: true });
    expect(created[0]!.task.httpRequest.headers["Idempotency-Key"]).toBe("order/17");
  });

  it("tells that a task of that id exists", async () => {
    const { client } = start({ outcome: "exists" });

    expect(await client.enqueue("send-email", message, { id: "order/17" })).toMatchObject({
      created: false,
    });
  });

  it("counts a task without an id as created where an earlier try has made it", async () => {
    const { client } = start({ outcome: "exists" });

    expect(await client.enqueue("send-email", message)).toMatchObject({ created: true });
  });

  it.each([
    { options: { delay: 90 }, at: "2026-11-24T12:01:30.000Z" },
    { options: { delay: 0.5 }, at: "2026-11-24T12:00:00.500Z" },
    { options: { delay: 0 }, at: undefined },
    { options: { delay: 2_592_000 }, at: "2026-12-24T12:00:00.000Z" },
    {
      options: { scheduleTime: new Date("2026-12-24T12:00:00Z") },
      at: "2026-12-24T12:00:00.000Z",
    },
    {
      options: { scheduleTime: new Date("2020-01-01T00:00:00Z") },
      at: "2020-01-01T00:00:00.000Z",
    },
    { options: {}, at: undefined },
  ])("schedules a task with $options at $at", async ({ options, at }) => {
    const { client, created } = start();

    await client.enqueue("send-email", message, options);

    expect(created[0]!.task.scheduleTime).toBe(at);
  });

  it.each([
    {
      given: `00-${"a".repeat(32)}-${"b".repeat(16)}-01`,
      sent: `00-${"a".repeat(32)}-${"b".repeat(16)}-01`,
    },
    { given: "nonsense", sent: `00-${"3".repeat(32)}-${"4".repeat(16)}-00` },
    {
      given: `00-${"0".repeat(32)}-${"b".repeat(16)}-01`,
      sent: `00-${"3".repeat(32)}-${"4".repeat(16)}-00`,
    },
    // An outsider's header, passed on.
    {
      given: `00-${"a".repeat(32)}-${"b".repeat(16)}-01-${"x".repeat(15_800)}`,
      sent: `00-${"3".repeat(32)}-${"4".repeat(16)}-00`,
    },
    // Of a later version, what all have in common.
    {
      given: `01-${"a".repeat(32)}-${"b".repeat(16)}-01-${"x".repeat(15_800)}`,
      sent: `00-${"a".repeat(32)}-${"b".repeat(16)}-01`,
    },
    {
      given: `00-${"a".repeat(32)}-${"b".repeat(16)}-01\n`,
      sent: `00-${"3".repeat(32)}-${"4".repeat(16)}-00`,
    },
  ])("goes on from the trace $given with $sent", async ({ given, sent }) => {
    const { client, created } = start();

    await client.enqueue("send-email", message, { traceparent: given });

    expect(created[0]!.task.httpRequest.headers["traceparent"]).toBe(sent);
  });

  it("hands the caller's signal to the call", async () => {
    const { client, created } = start();
    const { signal } = new AbortController();

    await client.enqueue("send-email", message, { signal });

    expect(created[0]!.bound).toEqual({ signal });
  });

  it.each([
    {
      name: "an unknown task, naming the known ones",
      task: "send-mail",
      payload: message,
      error:
        "Unknown task 'send-mail'. Did you mean 'send-email'? Known tasks: 'send-email', 'send-digest'.",
    },
    {
      name: "a task called like a property of every object",
      task: "constructor",
      payload: message,
      error: "Unknown task 'constructor'. Known tasks: 'send-email', 'send-digest'.",
    },
    {
      name: "a payload that does not fit, naming each field",
      task: "send-email",
      payload: { to: "nobody", subject: "", text: "x", bcc: "y" },
      error:
        "Payload of task 'send-email' does not fit its schema: 'to': it must be an e-mail address, such as 'you@example.com'; " +
        "'subject': it must be at least 1 character long; 'bcc' is no field of it.",
    },
    {
      name: "a payload that is nothing",
      task: "send-email",
      payload: undefined,
      error: "Payload of task 'send-email' cannot be written as JSON.",
    },
    {
      name: "a payload that holds itself",
      task: "send-email",
      payload: circle(),
      error: "Payload of task 'send-email' cannot be written as JSON: it holds itself.",
    },
    {
      name: "a payload whose toJSON throws, without what it says",
      task: "send-email",
      payload: {
        toJSON() {
          throw new RangeError("hunter2");
        },
      },
      error:
        "Payload of task 'send-email' cannot be written as JSON: to write it threw a RangeError.",
    },
    {
      name: "a payload over 100 KB, naming size and limit",
      task: "send-email",
      payload: { ...message, text: "x".repeat(100_000) },
      error:
        "Payload of task 'send-email' is 100052 bytes of JSON; the limit is 100000 (100 KB). " +
        "Store it elsewhere and enqueue a reference.",
    },
    {
      name: "a payload whose characters are few and whose bytes are many",
      task: "send-email",
      payload: { ...message, text: "€".repeat(40_000) },
      error:
        "Payload of task 'send-email' is 120052 bytes of JSON; the limit is 100000 (100 KB). " +
        "Store it elsewhere and enqueue a reference.",
    },
    {
      name: "a delay beyond 30 days",
      task: "send-email",
      payload: message,
      options: { delay: 2_592_001 },
      error:
        "'delay' of task 'send-email' is 2592001; it must be a number of seconds from 0 to 2592000 (30 days).",
    },
    {
      name: "a negative delay",
      task: "send-email",
      payload: message,
      options: { delay: -1 },
      error:
        "'delay' of task 'send-email' is -1; it must be a number of seconds from 0 to 2592000 (30 days).",
    },
    {
      name: "a delay that is no number",
      task: "send-email",
      payload: message,
      options: { delay: NaN },
      error:
        "'delay' of task 'send-email' is NaN; it must be a number of seconds from 0 to 2592000 (30 days).",
    },
    {
      name: "a schedule time beyond 30 days",
      task: "send-email",
      payload: message,
      options: { scheduleTime: new Date("2026-12-24T12:00:00.001Z") },
      error:
        "'scheduleTime' of task 'send-email' is 2026-12-24T12:00:00.001Z; it must be at most 30 days from now.",
    },
    {
      name: "a schedule time that is no date",
      task: "send-email",
      payload: message,
      options: { scheduleTime: new Date("soon") },
      error:
        "'scheduleTime' of task 'send-email' is a date that is not valid; it must be a Date, of a year from 1 to 9999.",
    },
    {
      name: "both a delay and a schedule time",
      task: "send-email",
      payload: message,
      options: { delay: 1, scheduleTime: new Date(NOW) },
      error: "Task 'send-email' has both 'delay' and 'scheduleTime'; give one.",
    },
    {
      name: "an empty id",
      task: "send-email",
      payload: message,
      options: { id: "" },
      error:
        "'id' of task 'send-email' is \"\"; it must be 1 to 500 printable ASCII characters that neither begin nor end with a space.",
    },
    {
      name: "an id that cannot be a header",
      task: "send-email",
      payload: message,
      options: { id: "a\r\nEvil: 1" },
      error:
        "'id' of task 'send-email' is \"a\\r\\nEvil: 1\"; it must be 1 to 500 printable ASCII characters that neither begin nor end with a space.",
    },
  ])("refuses $name", async ({ task, payload, options, error }) => {
    expect(await refusal(task, payload, options)).toBe(error);
  });

  it.each([
    { options: null, error: "The options of task 'send-email' are null; they must be an object." },
    {
      options: "90",
      error: "The options of task 'send-email' are \"90\"; they must be an object.",
    },
    {
      options: { delay: "90" },
      error:
        "'delay' of task 'send-email' is \"90\"; it must be a number of seconds from 0 to 2592000 (30 days).",
    },
    {
      options: { scheduleTime: "2026-11-25T12:00:00Z" },
      error:
        "'scheduleTime' of task 'send-email' is \"2026-11-25T12:00:00Z\"; it must be a Date, of a year from 1 to 9999.",
    },
    {
      options: { scheduleTime: new Date(-1e14) },
      error:
        "'scheduleTime' of task 'send-email' is -001199-02-15T14:13:20.000Z; it must be a Date, of a year from 1 to 9999.",
    },
    {
      options: { id: 42 },
      error:
        "'id' of task 'send-email' is 42; it must be 1 to 500 printable ASCII characters that neither begin nor end with a space.",
    },
    {
      options: { traceparent: ["00"] },
      error: "'traceparent' of task 'send-email' is a list; it must be a text.",
    },
    {
      options: { signal: true },
      error: "'signal' of task 'send-email' is true; it must be an AbortSignal.",
    },
    {
      options: { delaySeconds: 90 },
      error:
        "Unknown option \"delaySeconds\" of task 'send-email'. Known options: 'delay', 'scheduleTime', 'id', 'since', 'traceparent', 'signal'.",
    },
    {
      options: { retryConfig: { maxAttempts: 1 } },
      error:
        "Task 'send-email' cannot have a 'retryConfig' of its own: Cloud Tasks would drop it at its end, of which the " +
        "worker is not told; the queue's is in tasks/queues.ts.",
    },
    {
      options: { id: Symbol("x"), delay: 1n, wait: 1 },
      error:
        "'delay' of task 'send-email' is 1; it must be a number of seconds from 0 to 2592000 (30 days). " +
        "'id' of task 'send-email' is Symbol(x); it must be 1 to 500 printable ASCII characters that neither begin nor end with a space. " +
        "Unknown option \"wait\" of task 'send-email'. Known options: 'delay', 'scheduleTime', 'id', 'since', 'traceparent', 'signal'.",
    },
  ])(
    "refuses, of somebody without a compiler, the options $options",
    async ({ options, error }) => {
      expect(await refusal("send-email", message, options as object)).toBe(error);
    },
  );

  it("tells what is wrong with payload and options together", async () => {
    expect(await refusal("send-email", { ...message, to: "nobody" }, { delay: -1 })).toBe(
      "Payload of task 'send-email' does not fit its schema: 'to': it must be an e-mail address, such as 'you@example.com'. " +
        "'delay' of task 'send-email' is -1; it must be a number of seconds from 0 to 2592000 (30 days).",
    );
  });

  it("names ten unknown options at the most", async () => {
    const options = Object.fromEntries(Array.from({ length: 5000 }, (_, n) => [`o${n}`, n]));

    expect((await refusal("send-email", message, options)).match(/Unknown option/g)).toHaveLength(
      10,
    );
  });

  it("says that options cannot be read", async () => {
    const options = {
      get delay(): number {
        throw new Error("No.");
      },
    };

    expect(await refusal("send-email", message, options)).toBe(
      "The options of task 'send-email' cannot be read.",
    );
  });

  it.each([
    {
      what: "inherited",
      options: Object.create({ id: 5 }) as object,
      says: /^'id' of task .* is 5; /,
    },
    {
      what: "from a getter of its class",
      options: new (class {
        get id(): string {
          return "bad\r\nid";
        }
      })(),
      says: /^'id' of task 'send-email' is "bad\\r\\nid"; /,
    },
    { what: "inherited", options: Object.create({ delay: 1e300 }) as object, says: /^'delay' / },
    {
      what: "a signal that only looks like one",
      options: { signal: Object.create(AbortSignal.prototype) as object },
      says: /^'signal' of task 'send-email' is an object; it must be an AbortSignal\.$/,
    },
    {
      what: "a signal that only looks like one",
      options: { signal: { aborted: false, reason: undefined } },
      says: /it must be an AbortSignal\.$/,
    },
    { what: "of a Proxy that was revoked", options: revoked(), says: /cannot be read\.$/ },
  ])("checks what it uses: $what", async ({ options, says }) => {
    expect(await refusal("send-email", message, options)).toMatch(says);
  });

  it("reads each option once", async () => {
    const ids = ["one", "two\r\n"];
    const options = {
      get id(): string | undefined {
        return ids.shift();
      },
    };
    const { client, created } = start();

    await client.enqueue("send-email", message, options);

    expect(created[0]!.task.httpRequest.headers["Idempotency-Key"]).toBe("one");
    expect(ids).toEqual(["two\r\n"]);
  });

  it.each(["", "..", ".x", "a/b", "a?b", "a#b", "a%zz", "a b", "é", "x".repeat(101)])(
    "refuses a task that is called '%s', whose URL would be another's or none",
    async (name) => {
      const api = { createTask: () => Promise.reject(new Error("It was sent.")) };
      const named = { tasks: { [name]: contract.tasks["send-email"] } };
      const client = createClient(named, { queues }, { api: api as unknown as CloudTasks });

      await expect(client.enqueue(name, message)).rejects.toThrow(
        `tasks/tasks.ts: task ${JSON.stringify(name.slice(0, 100))} has a name that its URL cannot hold; give it 1 to ` +
          "100 letters, digits, '-', '_' and '.', the first a letter or a digit.",
      );
    },
  );

  it("takes a Date's own time, whatever its class says of it", async () => {
    class Odd extends Date {
      override toISOString(): string {
        throw new Error("No.");
      }
    }
    const { client, created } = start();

    await client.enqueue("send-email", message, { scheduleTime: new Odd(NOW) });

    expect(created[0]!.task.scheduleTime).toBe("2026-11-24T12:00:00.000Z");
  });

  it.each([undefined, null, 42, Symbol("x"), {}, []])(
    "refuses %p for a task's name",
    async (task) => {
      expect(await refusal(task as string, message)).toMatch(/^Unknown task .*\. Known tasks: /);
    },
  );

  it("refuses a task whose queue is not deployed, naming those that are", async () => {
    const rest = { email: queues["email"]! };

    expect(await refusal("send-digest", {}, {}, rest)).toBe(
      "Unknown queue 'default' of task 'send-digest'. Known queues in 'TASKS_QUEUES': 'email'.",
    );
  });

  it("refuses a task on a retired queue", async () => {
    const table = { ...queues, email: { ...queues["email"]!, retired: true } };

    expect(await refusal("send-email", message, {}, table)).toBe(
      "Queue 'email' is retired: it drains, and task 'send-email' may not be enqueued on it. " +
        "Give the task another queue in tasks/tasks.ts.",
    );
  });

  it("takes a payload of exactly 100 KB", async () => {
    const { client, created } = start();
    const padding = 100_000 - JSON.stringify({ ...message, text: "" }).length;
    // Three bytes a character keep the text within its schema's 50,000 characters.
    const text = "€".repeat(Math.floor(padding / 3)) + "x".repeat(padding % 3);

    await client.enqueue("send-email", { ...message, text });

    expect(Buffer.from(created[0]!.task.httpRequest.body, "base64")).toHaveLength(100_000);
  });
});
