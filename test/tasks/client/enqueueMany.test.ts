import { createHash } from "node:crypto";
import { createClient, type Client } from "../../../tasks/client/client.ts";
import type { CloudTasks } from "../../../tasks/client/cloudTasks.ts";
import type { QueueTable } from "../../../tasks/contract/environment.ts";
import { contract } from "../../fixtures/project/tasks/index.ts";

const EMAIL = "projects/p/locations/l/queues/dev-email-1a2b";
const queues: QueueTable = {
  email: { name: EMAIL, dispatchDeadline: "60s", maxAttempts: 8, maxDeliveries: 100 },
};
const message = { to: "ada@example.com", subject: "Hello", text: "It works." };

function client(createTask: CloudTasks["createTask"]): Client<typeof contract> {
  const unused = () => Promise.reject(new Error("not used"));
  return createClient(
    contract,
    { queues },
    { api: { createTask, deleteTask: unused, getTask: unused } },
  );
}

describe("enqueueMany", () => {
  it("gives one result per item, in order, and tells how far it is", async () => {
    const enqueuer = client(async () => "created");
    const progress: unknown[] = [];

    const results = await enqueuer.enqueueMany(
      [
        { task: "send-email", payload: message, id: "a" },
        { task: "send-email", payload: { ...message, to: "nobody" } },
        { task: "send-email", payload: message, id: "b" },
      ],
      { parallelism: 1, onProgress: (p) => progress.push(p) },
    );

    const hash = (id: string) => createHash("sha256").update(id).digest("hex");
    expect(results).toEqual([
      { ok: true, name: `${EMAIL}/tasks/${hash("a")}`, created: true },
      {
        ok: false,
        error: new Error(
          "Payload of task 'send-email' does not fit its schema: 'to': it must be an e-mail address, such as 'you@example.com'.",
        ),
      },
      { ok: true, name: `${EMAIL}/tasks/${hash("b")}`, created: true },
    ]);
    expect(progress).toEqual([
      { done: 1, failed: 0, total: 3 },
      { done: 2, failed: 1, total: 3 },
      { done: 3, failed: 1, total: 3 },
    ]);
  });

  it.each([
    { parallelism: undefined, most: 16 },
    { parallelism: 3, most: 3 },
    { parallelism: 100, most: 40 },
  ])(
    "has at most $most calls under way for parallelism $parallelism",
    async ({ parallelism, most }) => {
      let running = 0;
      let seen = 0;
      const enqueuer = client(async () => {
        seen = Math.max(seen, ++running);
        await new Promise((resolve) => setImmediate(resolve));
        running--;
        return "created";
      });
      const items = Array.from(
        { length: 40 },
        () => ({ task: "send-email", payload: message }) as const,
      );

      await enqueuer.enqueueMany(items, { ...(parallelism !== undefined && { parallelism }) });

      expect(seen).toBe(most);
    },
  );

  it("has nothing to do for no items", async () => {
    expect(await client(async () => "created").enqueueMany([])).toEqual([]);
  });

  it("refuses a parallelism below 1", async () => {
    await expect(client(async () => "created").enqueueMany([], { parallelism: 0 })).rejects.toThrow(
      "'parallelism' is 0; it must be a whole number of at least 1.",
    );
  });

  it.each([
    {
      what: "no list",
      items: { length: 1 },
      error: "The items are an object; they must be a list.",
    },
    { what: "nothing", items: undefined, error: "The items are undefined; they must be a list." },
  ])("refuses $what", async ({ items, error }) => {
    const many = client(async () => "created").enqueueMany(items as unknown as []);

    await expect(many).rejects.toThrow(new Error(error));
  });

  it("refuses a progress that nobody can tell, before it begins", async () => {
    const many = client(async () => "created").enqueueMany([], {
      onProgress: 1 as unknown as () => void,
    });

    await expect(many).rejects.toThrow("'onProgress' is 1; it must be a function.");
  });

  it("goes on where its progress cannot be told, and then says so", async () => {
    const created: string[] = [];
    const enqueuer = client(async () => {
      created.push("one");
      return "created";
    });
    const item = { task: "send-email", payload: message } as const;
    let told = 0;

    const many = enqueuer.enqueueMany([item, item, item], {
      onProgress: () => {
        told++;
        throw new Error("No terminal.");
      },
    });

    await expect(many).rejects.toThrow("No terminal.");
    expect(created).toHaveLength(3);
    expect(told).toBe(1);
  });

  it("goes on beside items that are none", async () => {
    const items = [
      null,
      "send-email",
      { task: 42 },
      { task: "send-email", payload: message, wait: 1 },
    ];

    const results = await client(async () => "created").enqueueMany([
      ...(items as never[]),
      { task: "send-email", payload: message },
    ]);

    expect(results.map((result) => (result.ok ? "ok" : result.error.message))).toEqual([
      "An item is null; it must be '{ task, payload }', with its options.",
      "An item is \"send-email\"; it must be '{ task, payload }', with its options.",
      expect.stringMatching(/^Unknown task 42\. Known tasks: /),
      expect.stringMatching(/^Unknown option "wait" of task 'send-email'\. Known options: /),
      "ok",
    ]);
  });

  it("tells of an item that failed with what cannot even be looked at, and goes on", async () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    let calls = 0;
    const enqueuer = client(async () => {
      calls++;
      // eslint-disable-next-line @typescript-eslint/only-throw-error -- that is the test
      if (calls === 1) throw proxy;
      return "created";
    });
    const item = { task: "send-email", payload: message, id: "a" } as const;

    const results = await enqueuer.enqueueMany([item, item], { parallelism: 1 });

    expect(results.map(({ ok }) => ok)).toEqual([false, true]);
    expect(results[0]).toEqual({ ok: false, error: expect.any(Error) });
  });
});
