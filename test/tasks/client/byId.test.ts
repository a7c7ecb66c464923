import { startLocalCloud, type LocalCloud } from "@background-tasks/cloud/startLocalCloud.ts";
import * as z from "zod";
import { taskIdsOf } from "../../../tasks/client/byId.ts";
import { createClient, type Client } from "../../../tasks/client/client.ts";
import { connectCloudTasks, type CloudTasks } from "../../../tasks/client/cloudTasks.ts";
import { NoAnswerError } from "../../../tasks/client/cloudTasksError.ts";
import type { TaskTable } from "../../../tasks/contract/contract.ts";

const START = new Date("2026-11-25T12:00:00Z");
const payload = z.strictObject({ n: z.int() });
const contract = {
  tasks: {
    remind: { queue: "mail", payload, reschedulable: true },
    greet: { queue: "mail", payload },
    moved: { queue: "mail", alsoOn: ["old"], payload },
  },
} as const satisfies TaskTable;

const GONE = { result: "gone" };

/** What was delivered: the payload, the idempotency key and the seconds since the start. */
type Delivery = readonly [body: string, key: string | undefined, seconds: number];

interface Stack {
  readonly cloud: LocalCloud;
  readonly client: Client<typeof contract>;
  readonly api: CloudTasks;
  readonly delivered: Delivery[];
  /** A client that makes its calls through these. */
  clientOf(api: CloudTasks): Client<typeof contract>;
  /** The names that are on a queue. */
  waiting(): Promise<readonly string[]>;
  call(path: string, body: object): Promise<Record<string, unknown>>;
  readonly fullName: (id: string) => string;
}

async function startStack(): Promise<Stack> {
  const delivered: Delivery[] = [];
  const cloud = await startLocalCloud({
    clock: "virtual",
    startTime: START,
    hosts: {
      "worker.example": ({ headers, body }) => {
        const seconds = Math.round((+cloud.now() - +START) / 1000);
        delivered.push([Buffer.from(body ?? "").toString(), headers["Idempotency-Key"], seconds]);
        return 200;
      },
    },
  });
  const call: Stack["call"] = async (path, body) => {
    const response = await fetch(cloud.endpoint + path, {
      method: "POST",
      body: JSON.stringify(body),
    });
    return (await response.json()) as Record<string, unknown>;
  };
  const queues = Object.fromEntries(
    ["mail", "old"].map((key) => [
      key,
      {
        name: `${cloud.location}/queues/${key}`,
        dispatchDeadline: "60s" as const,
        maxAttempts: 8,
        maxDeliveries: 100,
      },
    ]),
  );
  const httpTarget = {
    uriOverride: { host: "worker.example", uriOverrideEnforceMode: "ALWAYS" },
  };
  for (const { name } of Object.values(queues)) {
    await call(`/v2/${cloud.location}/queues`, { name, httpTarget });
  }
  const api = connectCloudTasks(
    { endpoint: cloud.endpoint },
    { now: () => +cloud.now(), sleep: (ms) => cloud.advance(`${ms / 1000}s`) },
  );
  const clientOf: Stack["clientOf"] = (using) =>
    createClient(contract, { queues }, { api: using, now: () => +cloud.now() });
  return {
    cloud,
    api,
    client: clientOf(api),
    clientOf,
    delivered,
    call,
    fullName: (id) => `${queues["mail"]!.name}/tasks/${id}`,
    async waiting() {
      const response = await fetch(`${cloud.endpoint}/v2/${queues["mail"]!.name}/tasks`);
      const { tasks = [] } = (await response.json()) as { tasks?: { name: string }[] };
      return tasks.map(({ name }) => name);
    },
  };
}

let stack: Stack;
beforeEach(async () => {
  stack = await startStack();
});
afterEach(() => stack.cloud.stop());

describe("cancel", () => {
  const cancel = (id = "a") => stack.client.cancel("greet", { id });
  const enqueue = () => stack.client.enqueue("greet", { n: 1 }, { id: "a", delay: 60 });

  it("deletes the task of an id, and says so once", async () => {
    await enqueue();

    expect([await cancel(), await cancel()]).toEqual([{ result: "cancelled" }, GONE]);
    await stack.cloud.idle();
    expect(stack.delivered).toEqual([]);
  });

  it("says of a task that was never there, or is done, that it is gone", async () => {
    await enqueue();
    await stack.cloud.idle();

    expect([await cancel("b"), await cancel()]).toEqual([GONE, GONE]);
    expect(stack.delivered).toEqual([['{"n":1}', "a", 60]]);
  });

  it("leaves the id taken", async () => {
    await enqueue();
    await cancel();

    expect(await enqueue()).toMatchObject({ created: false });
  });

  it("does not guess where an answer was lost", async () => {
    await enqueue();
    stack.cloud.faults.add({ on: "call", method: "DeleteTask", lostResponse: true, times: 1 });

    expect(await cancel()).toEqual({ result: "uncertain" });
    expect(await stack.waiting()).toEqual([]);
  });

  it("is certain where a call was refused before it was carried out", async () => {
    await enqueue();
    stack.cloud.faults.add({ on: "call", method: "DeleteTask", code: "UNAVAILABLE", times: 1 });

    expect(await cancel()).toEqual({ result: "cancelled" });
  });

  it("finds a task on a queue that it was moved from", async () => {
    const [id] = taskIdsOf("a", {});
    const queue = `${stack.cloud.location}/queues/old`;
    const task = {
      name: `${queue}/tasks/${id}`,
      scheduleTime: "2026-11-26T12:00:00Z",
      httpRequest: { url: "https://w.invalid" },
    };
    await stack.call(`/v2/${queue}/tasks`, { task });

    expect(await stack.client.cancel("moved", { id: "a" })).toEqual({ result: "cancelled" });
  });

  it.each([
    [{}, "Say which task 'greet' is meant: give its 'id'."],
    [{ id: "" }, `'id' of task 'greet' is ""; it must be 1 to 500 printable ASCII characters`],
    [
      { id: "a", delay: 1 },
      `Unknown option "delay" of task 'greet'. Known options: 'id', 'signal'.`,
    ],
    [undefined, "The options of task 'greet' are undefined; they must be an object."],
  ])("refuses %j", async (which, says) => {
    await expect(stack.client.cancel("greet", which as { id: string })).rejects.toThrow(says);
  });

  it("says so where the queue is not there", async () => {
    const client = createClient(contract, { queues: {} }, { api: stack.api });

    await expect(client.cancel("greet", { id: "a" })).rejects.toThrow(
      "Unknown queue 'mail' of task 'greet'.",
    );
    await fetch(`${stack.cloud.endpoint}/v2/${stack.cloud.location}/queues/mail`, {
      method: "DELETE",
    });
    await expect(cancel()).rejects.toThrow("NOT_FOUND (404): Queue does not exist.");
  });
});

describe("reschedule", () => {
  const ID = "trip/42";
  const enqueue = (since = START) =>
    stack.client.enqueue("remind", { n: 1 }, { id: ID, since, delay: 3600 });
  const reschedule = (client = stack.client, delay = 7200) =>
    client.reschedule("remind", { id: ID }, { n: 2 }, { delay });

  it("moves a task to another time, with another payload", async () => {
    await enqueue();

    const moved = await reschedule();

    expect(moved).toEqual({
      result: "rescheduled",
      name: stack.fullName(taskIdsOf(ID, contract.tasks.remind)[1]!),
    });
    expect(await stack.waiting()).toEqual([moved.name]);
    await stack.cloud.idle();
    expect(stack.delivered).toEqual([['{"n":2}', ID, 7200]]);
  });

  it("creates nothing where there is nothing to move", async () => {
    expect(await reschedule()).toEqual(GONE);
    await enqueue();
    await stack.cloud.idle();
    expect(await reschedule()).toEqual(GONE);
    expect(await stack.waiting()).toEqual([]);
  });

  it("moves a task on and on, and cancels it then", async () => {
    await enqueue();
    for (let n = 0; n < 30; n++) {
      expect(await reschedule()).toMatchObject({ result: "rescheduled" });
      await stack.cloud.advance("600s");
    }

    expect(await stack.client.cancel("remind", { id: ID })).toEqual({ result: "cancelled" });
    expect(await stack.waiting()).toEqual([]);
    await stack.cloud.idle();
    expect(stack.delivered).toEqual([]);
  });

  it("loses no task that has no name left", async () => {
    await enqueue();
    for (let n = 0; n < 7; n++) await reschedule();

    await expect(reschedule()).rejects.toThrow(
      /^The task is deleted, and cannot be given a name by which its 'id' finds it: it was rescheduled too often within an hour or, if names are kept longer, within that time\. A copy waits as 'projects\/\S+', due in 15 minutes or later, so that nothing is lost\.$/,
    );
    await stack.cloud.idle();
    expect(stack.delivered).toEqual([['{"n":2}', ID, 7200]]);
  });

  describe("an enqueue under the same id", () => {
    it("finds the task within the hour, and is refused later, while it waits", async () => {
      await enqueue();
      await reschedule(stack.client, 36_000);
      await stack.cloud.advance("2999s");

      expect(await enqueue()).toMatchObject({ created: false });
      await stack.cloud.advance("1s");
      await expect(enqueue()).rejects.toThrow(
        "'since' of task 'remind' is 2026-11-25T12:00:00.000Z; it must be less than 50 minutes ago, since Cloud Tasks " +
          "keeps names for an hour: the task may have been rescheduled, and this would be a second one; cancel it, " +
          "and enqueue it under another 'id'.",
      );
      await stack.cloud.idle();
      expect(stack.delivered).toEqual([['{"n":2}', ID, 36_000]]);
    });

    it("must say since when", async () => {
      await expect(stack.client.enqueue("remind", { n: 1 }, { id: ID })).rejects.toThrow(
        "Task 'remind' is 'reschedulable': give with its 'id' the time 'since' when that id is in use, the same for " +
          "each repetition.",
      );
      await expect(enqueue(new Date("2026-11-25T12:06:00Z"))).rejects.toThrow(
        "it must be a time that is past.",
      );
      expect(await stack.client.enqueue("remind", { n: 1 })).toMatchObject({ created: true });
    });
  });

  it("is refused of a task that is not reschedulable, with all that is wrong", async () => {
    const options = { delay: -1, id: "b" };

    await expect(stack.client.reschedule("greet", { id: "" }, { n: 1 }, options)).rejects.toThrow(
      "Task 'greet' may not be rescheduled: give it 'reschedulable: true' in tasks/tasks.ts, and deploy that and its " +
        `producers first. 'id' of task 'greet' is ""; it must be 1 to 500 printable ASCII characters that neither ` +
        `begin nor end with a space. 'delay' of task 'greet' is -1; it must be a number of seconds from 0 to 2592000 ` +
        `(30 days). Unknown option "id" of task 'greet'. Known options: 'delay', 'scheduleTime', 'traceparent'.`,
    );
  });

  it("is done once by several at the same moment", async () => {
    await enqueue();

    const all = await Promise.all([1, 2, 3, 4].map(() => reschedule()));

    const results = new Set(all.map(({ result }) => result));
    expect(results).toContain("rescheduled");
    expect(results).not.toContain("uncertain");
    await stack.cloud.idle();
    expect(stack.delivered).toEqual([['{"n":2}', ID, 7200]]);
  });

  it("creates nothing for those who may not delete", async () => {
    await enqueue();
    const { api } = stack;
    const refused = new Error("PERMISSION_DENIED (403)");
    const client = stack.clientOf({ ...api, deleteTask: () => Promise.reject(refused) });

    await expect(reschedule(client)).rejects.toThrow(refused);
    expect(await stack.waiting()).toHaveLength(1);
  });

  /**
   * A client whose process ends after so many calls: of the spare's name, the spare, the deletes, the new task, and
   * that the spare is deleted.
   */
  function ending(after: number): Client<typeof contract> {
    const names = new Set(taskIdsOf(ID, contract.tasks.remind).map(stack.fullName));
    let isProbed = false;
    const go = async <T>(step: number, call: () => Promise<T>): Promise<T> => {
      if (step > after) throw new Error("The process ended.");
      return call();
    };
    return stack.clientOf({
      ...stack.api,
      deleteTask(name) {
        const step = names.has(name) ? 3 : isProbed ? 5 : 1;
        isProbed = true;
        return go(step, () => stack.api.deleteTask(name));
      },
      createTask: (queue, task) =>
        go(names.has(task.name) ? 4 : 2, () => stack.api.createTask(queue, task)),
    });
  }

  const OLD = [1, 3600] as const;
  const NEW = [2, 7200] as const;

  it.each([
    [0, "left to itself", [OLD]],
    [1, "left to itself", [OLD]],
    [2, "left to itself", [OLD, NEW]],
    [3, "left to itself", [NEW]],
    [4, "left to itself", [NEW, NEW]],
    [5, "left to itself", [NEW]],
    [0, "made again", [NEW]],
    [1, "made again", [NEW]],
    [2, "made again", [NEW, NEW]],
    [3, "made again", [NEW]],
    [4, "made again", [NEW, NEW]],
    [5, "made again", [NEW]],
  ] as const)(
    "loses nothing where its process ends after call %i, %s",
    async (after, then, runs) => {
      await enqueue();
      await reschedule(ending(after)).catch(() => undefined);
      if (then === "made again") await reschedule();
      await stack.cloud.idle();

      expect(stack.delivered).toEqual(runs.map(([n, seconds]) => [`{"n":${n}}`, ID, seconds]));
    },
  );

  it.each([
    ["CreateTask", 0, "rescheduled"],
    ["CreateTask", 1, "rescheduled"],
    ["DeleteTask", 0, "rescheduled"],
    ["DeleteTask", 1, "uncertain"],
    ["DeleteTask", 9, "rescheduled"],
  ])("neither loses nor doubles where the answer to %s %i is lost", async (method, nth, result) => {
    await enqueue();
    let n = 0;
    const lose = <T>(made: string, call: () => Promise<T>): Promise<T> => {
      if (made === method && n++ === nth) {
        stack.cloud.faults.add({ on: "call", method, lostResponse: true, times: 1 });
      }
      return call();
    };
    const { api } = stack;
    const client = stack.clientOf({
      ...api,
      createTask: (...what) => lose("CreateTask", () => api.createTask(...what)),
      deleteTask: (...what) => lose("DeleteTask", () => api.deleteTask(...what)),
    });

    expect(await reschedule(client)).toMatchObject({ result });
    expect(n).toBeGreaterThan(nth);
    await stack.cloud.idle();
    expect(stack.delivered).toEqual([['{"n":2}', ID, 7200]]);
  });

  it("says what waits where it can go no further", async () => {
    await enqueue();
    const { api } = stack;
    let n = 0;
    const client = stack.clientOf({
      ...api,
      deleteTask: (name) =>
        n++ === 0
          ? api.deleteTask(name)
          : Promise.reject(new NoAnswerError("Cloud Tasks", new Error("connection lost"))),
    });

    await expect(reschedule(client)).rejects.toThrow(
      /^Whether the task was deleted is not known\. A copy waits as 'projects\/\S+', due in 15 minutes or later, so that nothing is lost\. Cloud Tasks gave no answer: connection lost$/,
    );
  });
});
