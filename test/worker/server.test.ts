import { once } from "node:events";
import http from "node:http";
import { connect, type AddressInfo } from "node:net";
import type { QueueTable } from "../../tasks/contract/environment.ts";
import { makeLog } from "../../worker/log.ts";
import { makeApp, makeServer } from "../../worker/server.ts";
import {
  bearer,
  delivery,
  firstDelivery,
  message,
  WorkerUnderTest,
} from "../support/workerUnderTest.ts";

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
    { method: "POST", path: "/tasks/send-email" },
    { method: "POST", path: "/health" },
    { method: "GET", path: "/healthy" },
    { method: "POST", path: "/tasks/send%E0%A4%A" },
  ])("answers 404 to $method $path that no queue sent", async ({ method, path }) => {
    await using worker = new WorkerUnderTest({ "send-email": succeed });

    const response = await fetch((await worker.url()) + path, {
      method,
      headers: without("x-cloudtasks-queuename"),
    });

    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({
      error: {
        code: "not-found",
        message: "The worker answers the deliveries of its queues, and GET /health.",
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

  it.each(["x-cloudtasks-queuename", "x-cloudtasks-taskname"])(
    "answers 404 to a request without %s",
    async (name) => {
      await using worker = new WorkerUnderTest({ "send-email": succeed });

      expect(await worker.deliver(without(name))).toBe(404);
    },
  );

  it.each([
    { name: "x-cloudtasks-taskretrycount", value: undefined, wanted: "a count" },
    { name: "x-cloudtasks-taskretrycount", value: "-1", wanted: "a count" },
    { name: "x-cloudtasks-taskexecutioncount", value: "1.5", wanted: "a count" },
    { name: "x-cloudtasks-taskexecutioncount", value: "99999999999", wanted: "a count" },
    { name: "x-cloudtasks-tasketa", value: "soon", wanted: "a time in seconds" },
  ])("passes over $name $value, and tells", async ({ name, value, wanted }) => {
    await using worker = new WorkerUnderTest({ "send-email": succeed });

    expect(
      await worker.deliver({ ...without(name), ...(value !== undefined && { [name]: value }) }),
    ).toBe(204);
    const is = value === undefined ? "is missing" : `is '${value}'`;
    expect(worker.lines[0]).toMatchObject({
      severity: "WARNING",
      message: `Header '${name}' ${is}; it should be ${wanted}, and is passed over.`,
    });
  });
});

describe("whatever Cloud Tasks may send", () => {
  // Google allows 80 KB, and counts names and values alone.
  it.each([
    { what: "one header of 79 KB", headers: { "x-note": "n".repeat(79_000) } },
    {
      what: "13,000 headers",
      headers: Object.fromEntries(Array.from({ length: 13_000 }, (_, n) => [`h${n}`, ""])),
    },
    { what: "an Expect that nobody knows", headers: { expect: "the-best" } },
    { what: "a wish for another protocol", headers: { upgrade: "h2c", connection: "Upgrade" } },
  ])("is read: $what", async ({ headers }) => {
    await using worker = new WorkerUnderTest({ "send-email": succeed });

    expect(await send(await worker.url(), { ...headers, ...firstDelivery })).toBe(204);
    expect(worker.lines.map(({ outcome }) => outcome)).toEqual(["done"]);
  });

  it("is answered 500 and told where what delivers it fails, and the worker goes on", async () => {
    const lines: Record<string, unknown>[] = [];
    const log = makeLog({ write: (line) => lines.push(JSON.parse(line)) });
    const queues: QueueTable = {
      email: {
        name: "projects/p/locations/l/queues/dev-email-1a2b",
        dispatchDeadline: "60s",
        maxAttempts: 8,
        maxDeliveries: 40,
      },
    };
    const deliver = () => Promise.reject(new TypeError("A mistake."));
    const now = () => 0;
    const app = makeApp({ queues, invoker, deliver, log, now, isStopping: () => false });
    const server = makeServer(app, log).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;

    const status = await send(`http://127.0.0.1:${port}`, firstDelivery);
    const probe = await fetch(`http://127.0.0.1:${port}/health`);
    server.closeAllConnections();
    server.close();

    expect([status, probe.status]).toEqual([500, 200]);
    expect(lines).toEqual([
      expect.objectContaining({
        severity: "ERROR",
        message: "POST /tasks/send-email failed: A mistake.",
        stack_trace: expect.stringContaining("TypeError: A mistake."),
      }),
    ]);
  });

  it("is told where it is no HTTP, and answered 400", async () => {
    await using worker = new WorkerUnderTest({});
    const { port } = new URL(await worker.url());

    const socket = connect(Number(port), "127.0.0.1", () => socket.write("no HTTP\r\n\r\n"));
    const [answer] = (await once(socket, "data")) as [Buffer];

    expect(answer.toString()).toMatch(/^HTTP\/1\.1 400 /);
    expect(worker.lines).toEqual([
      expect.objectContaining({ severity: "WARNING", code: "HPE_INVALID_METHOD" }),
    ]);
  });
});

/** Delivers a task by Node's own client, which takes any header. Returns the answer's status. */
async function send(url: string, headers: Readonly<Record<string, string>>): Promise<number> {
  const request = http.request(`${url}/tasks/send-email`, { method: "POST", headers });
  request.end(JSON.stringify(message));
  const [response] = (await once(request, "response")) as [http.IncomingMessage];
  response.resume();
  return response.statusCode!;
}

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

describe("a body", () => {
  const MIB = 2 ** 20;

  it("of 1 MiB is read", async () => {
    await using worker = new WorkerUnderTest({ "send-email": succeed });

    await worker.deliver(firstDelivery, { body: "x".repeat(MIB) });

    expect(worker.lines[0]!["message"]).toMatch(/ is not JSON/);
  });

  it.each([
    { what: "of known length", body: () => "x".repeat(MIB + 65_536) },
    {
      what: "of unknown length",
      body: () => {
        let left = 17;
        return new ReadableStream({
          pull(controller) {
            if (left-- > 0) controller.enqueue(new Uint8Array(65_536));
            else controller.close();
          },
        });
      },
    },
  ])("$what of more fails, and its beginning is kept", async ({ body }) => {
    await using worker = new WorkerUnderTest({ "send-email": succeed });

    expect(await worker.deliver(firstDelivery, { body: body() })).toBe(422);
    expect(await worker.deliver()).toBe(204);
    expect(await worker.deliver(delivery(7), { body: body() })).toBe(204);

    expect(worker.lines[0]!["message"]).toBe(
      "Task 'send-email' failed on attempt 1 of 8: Its body has 1114112 bytes, more than Cloud Tasks delivers: 1 MiB.",
    );
    const { headers } = worker.api.created[0]!.task.httpRequest;
    expect(headers["Dead-Letter-Cut-From"]).toBe("1114112");
  });
});
