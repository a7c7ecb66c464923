import { bearer, firstDelivery, message, WorkerUnderTest } from "../support/workerUnderTest.ts";

const succeed = async () => {};
const invoker = "invoker@p.iam.gserviceaccount.com";

function without(...names: string[]): Record<string, string> {
  return Object.fromEntries(
    Object.entries(firstDelivery).filter(([name]) => !names.includes(name)),
  );
}

describe("the worker", () => {
  it("answers probes without asking who they are", async () => {
    await using worker = new WorkerUnderTest({});

    expect((await fetch(`${await worker.url()}/health`)).status).toBe(200);
  });

  it.each([
    { method: "GET", path: "/" },
    { method: "GET", path: "/tasks/send-email" },
    { method: "POST", path: "/tasks" },
    { method: "POST", path: "/tasks/send-email/now" },
    { method: "POST", path: "/health" },
    { method: "POST", path: "/tasks/send%E0%A4%A" },
  ])("answers 404 to $method $path", async ({ method, path }) => {
    await using worker = new WorkerUnderTest({ "send-email": succeed });

    const response = await fetch((await worker.url()) + path, { method, headers: firstDelivery });

    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({
      error: {
        code: "not-found",
        message: "The worker answers POST /tasks/<name> and GET /health.",
      },
    });
  });

  it("says nothing of a path that is not there, which scanners ask for all day", async () => {
    await using worker = new WorkerUnderTest({});

    await fetch(`${await worker.url()}/wp-login.php`);

    expect(worker.lines).toEqual([]);
  });

  it.each(["/health?probe=1", "/health?"])("answers a probe of %s", async (path) => {
    await using worker = new WorkerUnderTest({});

    expect((await fetch((await worker.url()) + path)).status).toBe(200);
  });

  it.each(["send-email", "send%2Demail", "send-email?try=1"])(
    "runs the task that the path names as %s",
    async (task) => {
      await using worker = new WorkerUnderTest({ "send-email": succeed });

      expect(await worker.deliver(firstDelivery, { task, body: JSON.stringify(message) })).toBe(
        204,
      );
    },
  );

  it("serves the next request on a connection whose last body was refused", async () => {
    await using worker = new WorkerUnderTest({ "send-email": succeed });
    const body = "x".repeat(2 ** 20 + 1);

    const statuses = [];
    for (let n = 0; n < 3; n += 1) {
      statuses.push(await worker.deliver(firstDelivery, { task: "send-email", body }));
      statuses.push(await worker.deliver());
    }

    expect(statuses).toEqual([413, 204, 413, 204, 413, 204]);
  });

  it.each([
    "x-cloudtasks-queuename",
    "x-cloudtasks-taskname",
    "x-cloudtasks-taskretrycount",
    "x-cloudtasks-taskexecutioncount",
    "x-cloudtasks-tasketa",
  ])("answers 400 to a request without %s", async (name) => {
    await using worker = new WorkerUnderTest({ "send-email": succeed });

    expect(await worker.deliver(without(name))).toBe(400);
  });

  it.each(["-1", "many", "1.5", "99999999999"])("answers 400 to a count of %s", async (count) => {
    await using worker = new WorkerUnderTest({ "send-email": succeed });

    expect(await worker.deliver({ ...firstDelivery, "x-cloudtasks-taskretrycount": count })).toBe(
      400,
    );
  });

  it("answers 500, not counted, for a queue that it does not know, and says so", async () => {
    await using worker = new WorkerUnderTest({ "send-email": succeed });

    expect(await worker.deliver({ ...firstDelivery, "x-cloudtasks-queuename": "dev-old-9" })).toBe(
      500,
    );
    expect(worker.lines).toEqual([
      {
        severity: "ERROR",
        time: expect.any(String),
        code: "unknown-queue",
        taskId: "task-1",
        message:
          "POST /tasks/send-email is refused (unknown-queue): Queue 'dev-old-9' is not in the worker's table.",
      },
    ]);
  });
});

describe("the identity check", () => {
  const other = bearer({ email: "other@p.iam.gserviceaccount.com", email_verified: true });
  const own = bearer({ email: invoker, email_verified: true });

  it.each([
    { who: "nobody", headers: {} },
    { who: "another account", headers: { authorization: other } },
    {
      who: "an address that is not verified",
      headers: { authorization: bearer({ email: invoker, email_verified: false }) },
    },
    { who: "a token without an address", headers: { authorization: bearer({ sub: "1" }) } },
    { who: "what is no token", headers: { authorization: "Bearer abc" } },
    { who: "a token that is not JSON", headers: { authorization: "Bearer a.b.c" } },
    { who: "another scheme", headers: { authorization: own.replace("Bearer", "Basic") } },
    {
      // Cloud Run has verified the first of the two only.
      who: "another account that writes an Authorization of its own",
      headers: { "x-serverless-authorization": other, authorization: own },
    },
  ])("refuses $who with 403, and runs nothing", async ({ headers }) => {
    let runs = 0;
    await using worker = new WorkerUnderTest({
      "send-email": async () => {
        runs++;
      },
    });

    expect(await worker.deliver({ ...without("authorization"), ...(headers as object) })).toBe(403);
    expect(runs).toBe(0);
  });

  it.each([
    { where: "Authorization", headers: { authorization: own } },
    { where: "X-Serverless-Authorization", headers: { "x-serverless-authorization": own } },
  ])("lets the invoker in, by $where", async ({ headers }) => {
    await using worker = new WorkerUnderTest({ "send-email": succeed });

    expect(await worker.deliver({ ...without("authorization"), ...(headers as object) })).toBe(204);
  });

  it("asks every time", async () => {
    await using worker = new WorkerUnderTest({ "send-email": succeed });

    const statuses = [];
    for (const authorization of [own, own, other, own]) {
      statuses.push(await worker.deliver({ ...firstDelivery, authorization }));
    }

    expect(statuses).toEqual([204, 204, 403, 204]);
  });
});

describe("the limit on a body", () => {
  const MIB = 2 ** 20;

  it.each([
    { size: MIB, status: 422 }, // read, and not JSON
    { size: MIB + 1, status: 413 },
  ])("answers $status to $size bytes", async ({ size, status }) => {
    await using worker = new WorkerUnderTest({ "send-email": succeed });

    expect(
      await worker.deliver(firstDelivery, { task: "send-email", body: "x".repeat(size) }),
    ).toBe(status);
  });

  it.each([
    { chunks: 16, status: 422 },
    { chunks: 17, status: 413 },
  ])(
    "answers $status to $chunks pieces of 64 KiB of unknown length",
    async ({ chunks, status }) => {
      await using worker = new WorkerUnderTest({ "send-email": succeed });
      let left = chunks;
      const body = new ReadableStream({
        pull(controller) {
          if (left-- > 0) controller.enqueue(new Uint8Array(65_536));
          else controller.close();
        },
      });

      expect(await worker.deliver(firstDelivery, { task: "send-email", body })).toBe(status);
    },
  );
});
