import { loadProtos } from "../../grpc/protos.ts";
import { encodeBytes } from "../../grpc/messageCodec.ts";
import { localApi } from "../support/localApi.ts";
import { LOCATION, QUEUE, startTasks } from "./tasksCloud.ts";

const DAY = 86_400_000;
const url = "https://worker.example/";
const LATER = "2026-11-25T12:00:00Z";

/** A paused queue, and the API in front of it. */
async function startQueue() {
  // A name is free again at once.
  const tasks = startTasks({ settings: { taskTombstoneMs: 0 } });
  const api = localApi(tasks.methods);
  await tasks.createQueue();
  await tasks.call("PauseQueue", QUEUE, {});
  const create = (task: object) => api.call(`POST /v2/${QUEUE}/tasks`, { task } as never);
  return { ...tasks, call: api.call, ok: api.ok, create };
}

describe("The names of queues and tasks (G 1.5)", () => {
  it.each([
    { id: "q".repeat(100), status: 200 },
    { id: "q".repeat(101), status: 400 },
    { id: "A-z-09", status: 200 },
    { id: "a_b", status: 400 },
    { id: "a.b", status: 400 },
    { id: "", status: 400 },
  ])("a queue may be called '$id': $status", async ({ id, status }) => {
    const { call } = await startQueue();

    const reply = await call(`POST /v2/${LOCATION}/queues`, { name: `${LOCATION}/queues/${id}` });

    expect(reply.status).toBe(status);
  });

  it.each([
    { id: "t".repeat(500), status: 200 },
    { id: "t".repeat(501), status: 400 },
    { id: "A_z-09", status: 200 },
    { id: "a.b", status: 400 },
    { id: "a/b", status: 400 },
    { id: "", status: 400 },
  ])("a task may be called '$id': $status", async ({ id, status }) => {
    const { create } = await startQueue();

    const reply = await create({ name: `${QUEUE}/tasks/${id}`, httpRequest: { url } });

    expect(reply.status).toBe(status);
  });

  it.each([
    // One that is not this cloud's, but might be somebody's.
    { project: "example.com:my-project.1", status: 403 },
    { project: "my_project", status: 400 },
  ])("a project may be called '$project': $status", async ({ project, status }) => {
    const { call } = await startQueue();
    const parent = `projects/${project}/locations/europe-west1`;

    const reply = await call(`POST /v2/${parent}/queues`, { name: `${parent}/queues/q` });

    expect(reply.status).toBe(status);
  });
});

describe("A task's URL (G 1.5)", () => {
  const ofLength = (length: number, end = ""): string => url.padEnd(length - end.length, "a") + end;

  it.each([
    { what: "2083 characters", length: 2083, url: ofLength(2083), status: 200 },
    { what: "one more", length: 2084, url: ofLength(2084), status: 400 },
    { what: "2083 once a letter is escaped", length: 2083, url: ofLength(2078, "ü"), status: 200 },
    { what: "one more then", length: 2084, url: ofLength(2079, "ü"), status: 400 },
    {
      what: "an escape that counts as it is",
      length: 2083,
      url: ofLength(2083, "%C3%BC"),
      status: 200,
    },
    { what: "a surrogate alone", length: 2084, url: ofLength(2076, "\ud800"), status: 400 },
  ])("may have 2083 characters once it is encoded: $what", async ({ url, status, length }) => {
    const { create } = await startQueue();

    const { status: code, body } = await create({ httpRequest: { url } });

    expect(code).toBe(status);
    expect(status === 200 ? body.httpRequest.url : body.error.message).toBe(
      status === 200
        ? url
        : `HttpRequest.url has ${length} characters once it is encoded; at most 2083 are allowed.`,
    );
  });

  it.each(["http://x", "HTTPS://x", "https://x:81/a?b#c"])("may begin as %s", async (url) => {
    const { create } = await startQueue();

    expect((await create({ httpRequest: { url } })).body.httpRequest.url).toBe(url);
  });
});

describe("A task's headers (G 1.5)", () => {
  const USER_AGENT = "User-Agent: Google-Cloud-Tasks".length - 2;
  const ofBytes = (bytes: number) => ({ a: "b".repeat(bytes - 1 - USER_AGENT) });

  it("take less than 80 KB, the stored User-Agent included", async () => {
    const { create } = await startQueue();

    const most = await create({ httpRequest: { url, headers: ofBytes(81_919) } });
    const more = await create({ httpRequest: { url, headers: ofBytes(81_920) } });

    expect(most.status).toBe(200);
    expect(more.body.error).toEqual({
      code: 400,
      message: "HttpRequest.headers take 81920 bytes; they must take less than 80 KB.",
      status: "INVALID_ARGUMENT",
    });
  });
});

describe("A task's body (G 1.5)", () => {
  it.each([
    { httpMethod: "POST", status: 200 },
    { httpMethod: "PUT", status: 200 },
    { httpMethod: "PATCH", status: 200 },
    { httpMethod: "GET", status: 400 },
    { httpMethod: "HEAD", status: 400 },
    { httpMethod: "DELETE", status: 400 },
    { httpMethod: "OPTIONS", status: 400 },
  ])("goes with $httpMethod: $status", async ({ httpMethod, status }) => {
    const { create } = await startQueue();

    expect((await create({ httpRequest: { url, httpMethod, body: "e30=" } })).status).toBe(status);
    expect((await create({ httpRequest: { url, httpMethod } })).status).toBe(200);
  });
});

describe("A task's size (G 1.5)", () => {
  const MAX = 1_048_569;
  const NAME = `${QUEUE}/tasks/t`;
  const Task = loadProtos().lookupType("google.cloud.tasks.v2beta3.Task");
  /** The bytes of a task as Google's own definition encodes it. */
  const encodedSize = (task: object): number => {
    const stored = Object.entries(task).filter(([field]) => field !== "view");
    return encodeBytes(Task, Object.fromEntries(stored)).length;
  };

  it.each([
    { what: "nothing but a body", task: {}, request: {} },
    {
      what: "a name, a time and a deadline",
      task: {
        name: `${QUEUE}/tasks/${"t".repeat(500)}`,
        scheduleTime: "2026-11-25T12:00:00.123456Z",
        dispatchDeadline: "15.500s",
      },
      request: { httpMethod: "PUT" },
    },
    {
      what: "headers, also empty and beyond ASCII",
      task: { scheduleTime: LATER },
      request: { headers: { "X-Empty": "", "X-Own": "ü".repeat(100) } },
    },
    {
      what: "an ID token",
      task: {},
      request: { oidcToken: { serviceAccountEmail: "a@b", audience: "https://ü" } },
    },
    {
      what: "a token of no audience",
      task: {},
      request: { oidcToken: { serviceAccountEmail: "a@b" } },
    },
    {
      what: "an access token",
      task: {},
      request: { oauthToken: { serviceAccountEmail: "a@b", scope: "s" } },
    },
    {
      what: "a retryConfig of its own",
      task: { retryConfig: { maxAttempts: -1, maxRetryDuration: "0.5s", maxDoublings: 1000 } },
      request: {},
    },
  ])("is at most 1,048,569 bytes as protobuf stores it: $what", async ({ task, request }) => {
    const { create, ok } = await startQueue();
    const createWith = async (bytes: number) => {
      const body = Buffer.alloc(bytes).toString("base64");
      return create({ name: NAME, ...task, httpRequest: { url, ...request, body } });
    };
    // A body not much smaller than the largest, so that all lengths take as many bytes.
    const { name } = (await createWith(MAX - 2000)).body;
    const read = `${name}?responseView=FULL`;
    const most = 2 * MAX - 2000 - encodedSize(await ok(`GET /v2/${read}`));
    await ok(`DELETE /v2/${name}`);

    const more = await createWith(most + 1);
    const fits = await createWith(most);

    expect(more.body.error).toEqual({
      code: 400,
      message: "Task size too large",
      status: "INVALID_ARGUMENT",
    });
    expect(fits.status).toBe(200);
    expect(encodedSize(await ok(`GET /v2/${read}`))).toBe(MAX);
  });
});

describe("A task's time (G 1.4, 1.5)", () => {
  it.each([
    { dispatchDeadline: "15s", stored: "15s" },
    { dispatchDeadline: "1800s", stored: "1800s" },
    { dispatchDeadline: "15.0009s", stored: "15s" },
    { dispatchDeadline: "20.123999999s", stored: "20.123s" },
    { dispatchDeadline: "1800.0009s", stored: "1800s" },
    { dispatchDeadline: "14.9999s", stored: undefined },
    { dispatchDeadline: "1800.001s", stored: undefined },
    { dispatchDeadline: "-15s", stored: undefined },
  ])("to answer in is cut to milliseconds: $dispatchDeadline", async ({ stored, ...task }) => {
    const { create } = await startQueue();

    const { body } = await create({ ...task, httpRequest: { url } });

    expect(stored === undefined ? body.error.message : body.dispatchDeadline).toBe(
      stored ?? "Task.dispatchDeadline must be between [15s, 30m].",
    );
  });

  it.each([
    { scheduleTime: undefined, stored: "2026-11-24T12:00:00Z" },
    { scheduleTime: "2020-01-01T00:00:00Z", stored: "2026-11-24T12:00:00Z" },
    { scheduleTime: "2026-11-24T12:00:00.0000019Z", stored: "2026-11-24T12:00:00.000001Z" },
    { scheduleTime: "2026-11-24T23:30:00.123456789+05:30", stored: "2026-11-24T18:00:00.123456Z" },
    { scheduleTime: "2026-12-24T12:00:00Z", stored: "2026-12-24T12:00:00Z" },
    { scheduleTime: "2026-12-24T12:00:00.000000999Z", stored: "2026-12-24T12:00:00Z" },
  ])("to be dispatched at is cut to microseconds: $scheduleTime", async ({ stored, ...task }) => {
    const { create } = await startQueue();

    expect((await create({ ...task, httpRequest: { url } })).body.scheduleTime).toBe(stored);
  });

  it("to live ends 31 days after its creation, whether or not it was dispatched", async () => {
    const cloud = await startQueue();
    const { create, call, clock, ok } = cloud;
    const deleted = cloud.record("taskDeleted");
    const name = `${QUEUE}/tasks/t`;
    await create({ name, httpRequest: { url }, scheduleTime: "2026-12-24T12:00:00Z" });

    await clock.advance(31 * DAY - 1);
    expect((await ok(`GET /v2/${name}`)).createTime).toBe("2026-11-24T12:00:00Z");
    await clock.advance(1);

    expect((await call(`GET /v2/${name}`)).status).toBe(404);
    expect(deleted).toEqual([{ queue: QUEUE, task: name }]);
  });
});
