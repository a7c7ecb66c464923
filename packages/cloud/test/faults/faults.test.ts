import { CloudTasksClient } from "@google-cloud/tasks";
import { credentials } from "@grpc/grpc-js";
import { ownerClient } from "../clients/clientCloud.ts";
import type { Parsed } from "../support/localApi.ts";
import { startLocalCloud, type LocalCloud } from "../../startLocalCloud.ts";

const URL = "https://worker.example/tasks/a";

let cloud: LocalCloud;
/** What reached the worker: the task, its retry count, and when, in seconds since the start. */
let deliveries: string[];

beforeEach(async () => {
  deliveries = [];
  const start = new Date("2026-11-24T12:00:00Z");
  cloud = await startLocalCloud({
    clock: "virtual",
    startTime: start,
    random: () => 0.5,
    hosts: {
      "worker.example": ({ headers }) => {
        const task = headers["X-CloudTasks-TaskName"] ?? headers["X-CloudScheduler-JobName"];
        const retry = headers["X-CloudTasks-TaskRetryCount"] ?? "";
        deliveries.push(`${task} ${retry} ${(cloud.now().getTime() - start.getTime()) / 1000}`);
        return 200;
      },
    },
  });
});

afterEach(() => cloud.stop());

async function call(request: string, body?: object, token?: string) {
  const [method = "", path = ""] = request.split(" ");
  const response = await fetch(cloud.endpoint + path, {
    method,
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    ...(body && { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Parsed };
}

const queue = (id = "email") => `${cloud.location}/queues/${id}`;
const createQueue = (id = "email") =>
  call(`POST /v2/${cloud.location}/queues`, {
    name: queue(id),
    retryConfig: { minBackoff: "10s", maxDoublings: 1 },
  });
const createTask = (id: string, on = "email") =>
  call(`POST /v2/${queue(on)}/tasks`, {
    task: { name: `${queue(on)}/tasks/${id}`, httpRequest: { url: URL }, dispatchDeadline: "30s" },
  });

// google-cloud.md 1.9, 12.2
describe("a fault of deliveries", () => {
  it("answers with a status in the worker's place, so many times", async () => {
    await createQueue();
    cloud.faults.add({ on: "delivery", status: 503, times: 2 });
    await createTask("a");
    await cloud.idle();
    expect(deliveries).toEqual(["a 2 30"]);
    expect(cloud.faults.list()).toEqual([]);
  });

  it("delays, beyond the dispatch deadline too", async () => {
    await createQueue();
    cloud.faults.add({ on: "delivery", delay: "31s", times: 1 });
    cloud.faults.add({ on: "delivery", delay: "29s", times: 1 });
    const finished: [number, string | undefined][] = [];
    cloud.events.on("deliveryFinished", ({ status, error }) => finished.push([status, error]));
    await createTask("a");
    await cloud.idle();
    // Timed out at 30 s, tried again 10 s later, which took 29 s.
    expect(deliveries).toEqual(["a 1 69"]);
    expect(finished).toEqual([
      [0, "No answer within the dispatch deadline of 30 s."],
      [200, undefined],
    ]);
  });

  it("loses the response: the worker has run, and runs again", async () => {
    await createQueue();
    cloud.faults.add({ on: "delivery", lostResponse: true, times: 1 });
    await createTask("a");
    await cloud.idle();
    expect(deliveries).toEqual(["a 0 0", "a 1 10"]);
  });

  it("delivers twice", async () => {
    await createQueue();
    cloud.faults.add({ on: "delivery", duplicate: true, times: 1 });
    await createTask("a");
    await cloud.idle();
    expect(deliveries).toEqual(["a 0 0", "a 0 0"]);
  });

  it("happens to the queue, task or job that it names", async () => {
    await createQueue();
    await createQueue("reports");
    await call(`POST /v1/${cloud.location}/jobs`, {
      name: `${cloud.location}/jobs/tick`,
      schedule: "0 13 * * *",
      httpTarget: { uri: URL },
    });
    cloud.faults.add({ on: "delivery", queue: "rep*", status: 500, times: 1 });
    cloud.faults.add({ on: "delivery", task: "b", status: 500, times: 1 });
    cloud.faults.add({ on: "delivery", job: "tick", status: 500, times: 1 });
    for (const id of ["a", "b"]) await createTask(id);
    await createTask("c", "reports");
    await cloud.idle();
    await cloud.advance("172800s");
    expect(deliveries).toEqual(["a 0 0", "b 1 10", "c 1 10", "tick  90000"]);
  });

  it("happens as often as its probability says", async () => {
    await createQueue();
    cloud.faults.add({ on: "delivery", status: 500, probability: 0.5 });
    cloud.faults.add({ on: "delivery", delay: "5s", probability: 0.6 });
    await createTask("a");
    await cloud.idle();
    // The source of chance says 0.5 each time.
    expect(deliveries).toEqual(["a 0 5"]);
  });
});

describe("a fault of calls", () => {
  it("answers a method with a code, in its place", async () => {
    await createQueue();
    cloud.faults.add({ on: "call", method: "CreateTask", code: "UNAVAILABLE", times: 1 });
    expect(await createTask("a")).toEqual({
      status: 503,
      body: {
        error: { code: 503, status: "UNAVAILABLE", message: "A fault asked for this answer." },
      },
    });
    expect((await createTask("a")).status).toBe(200);
  });

  it("breaks the connection once the call is carried out, over REST", async () => {
    await createQueue();
    cloud.faults.add({ on: "call", method: "CreateTask", lostResponse: true, times: 1 });
    await expect(createTask("a")).rejects.toThrow("fetch failed");
    expect((await createTask("a")).status).toBe(409);
  });

  it("breaks the connection once the call is carried out, over gRPC", async () => {
    const [apiEndpoint = "", port] = cloud.grpcEndpoint.split(":");
    const sslCreds = credentials.createInsecure();
    const client = new CloudTasksClient({
      apiEndpoint,
      port: Number(port),
      sslCreds,
      projectId: "p",
      // A class of the same version, with private fields of its own.
      ...({ authClient: ownerClient() } as object),
    });
    try {
      await createQueue();
      await call(`POST /v2/${queue()}:pause`);
      cloud.faults.add({ on: "call", method: "CreateTask", lostResponse: true, times: 1 });
      const task = { name: `${queue()}/tasks/a`, httpRequest: { url: URL } };
      await expect(client.createTask({ parent: queue(), task })).rejects.toThrow("14 UNAVAILABLE");
      expect((await createTask("a")).status).toBe(409);
    } finally {
      await client.close();
    }
  });

  it("delays a call, in the time of the cloud", async () => {
    await createQueue();
    cloud.faults.add({ on: "call", method: "Get*", delay: "5s" });
    const answer = call(`GET /v2/${queue()}`);
    const start = cloud.now().getTime();
    while (!(await isSettled(answer))) await cloud.advance("1s");
    expect((await answer).status).toBe(200);
    expect(cloud.now().getTime()).toBeGreaterThanOrEqual(start + 5000);
  });

  it.each([
    { method: "CreateTask", delay: "14.999s", status: 200 },
    { method: "CreateTask", delay: "15s", status: 504 },
    { method: "ListLocations", delay: "4.999s", status: 200 },
    { method: "ListLocations", delay: "5s", status: 504 },
  ])("delays $method by $delay, of what Google's server takes (G 1.1)", async (row) => {
    const { method, delay, status } = row;
    await createQueue();
    cloud.faults.add({ on: "call", method, delay });

    const answer =
      method === "CreateTask"
        ? createTask("a")
        : call(`GET /v2/projects/${cloud.project}/locations`);
    while (!(await isSettled(answer))) await cloud.advance("1s");

    const { status: code, body } = await answer;
    expect([code, body.error?.message]).toEqual([
      status,
      status === 200 ? undefined : "Deadline expired before operation could complete.",
    ]);
  });
});

async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  const pending = Symbol();
  const first = await Promise.race([promise, new Promise((r) => setImmediate(r, pending))]);
  return first !== pending;
}

describe("a fault of IAM", () => {
  it("puts a change of a policy in force only later (G 4.2)", async () => {
    await createQueue();
    const project = `projects/${cloud.project}`;
    const account = `producer@${cloud.project}.iam.gserviceaccount.com`;
    await call(`POST /v1/${project}/serviceAccounts`, { accountId: "producer" });
    const { body } = await call(
      `POST /v1/projects/-/serviceAccounts/${account}:generateAccessToken`,
      { scope: ["https://www.googleapis.com/auth/cloud-platform"] },
    );
    const create = async () =>
      (
        await call(
          `POST /v2/${queue()}/tasks`,
          { task: { httpRequest: { url: URL } } },
          body.accessToken,
        )
      ).status;
    cloud.faults.add({ on: "policy", delay: "120s" });
    const bindings = [
      { role: "roles/cloudtasks.enqueuer", members: [`serviceAccount:${account}`] },
    ];
    const set = await call(`POST /v2/${queue()}:setIamPolicy`, { policy: { bindings } });

    expect(set.body.bindings).toEqual(bindings);
    expect(await create()).toBe(403);
    await cloud.advance("119s");
    expect(await create()).toBe(403);
    await cloud.advance("1s");
    expect(await create()).toBe(200);
  });
});

describe("a fault of queues", () => {
  it("finds a new queue only later (G 1.3)", async () => {
    cloud.faults.add({ on: "queue", delay: "60s" });
    expect((await createQueue()).status).toBe(200);
    expect((await createTask("a")).body.error).toEqual({
      code: 404,
      status: "NOT_FOUND",
      message:
        "Queue does not exist. If you just created the queue, wait at least a minute for the queue to initialize.",
    });
    await cloud.advance("60s");
    expect((await createTask("a")).status).toBe(200);
  });
});

describe("a fault of purges", () => {
  it("purges tasks that are created within so long after PurgeQueue too (G 1.2)", async () => {
    cloud.faults.add({ on: "purge", delay: "5s" });
    const deleted: string[] = [];
    cloud.events.on("taskDeleted", ({ task }) => deleted.push(task));
    await createQueue();
    expect((await createTask("before")).status).toBe(200);
    await cloud.idle();
    await call(`POST /v2/${queue()}:purge`);

    await cloud.advance("4.999s");
    expect((await createTask("meanwhile")).body.name).toBe(`${queue()}/tasks/meanwhile`);
    expect((await createTask("meanwhile")).status).toBe(409);
    await cloud.advance("0.001s");
    await createTask("after");
    await cloud.idle();

    expect(deliveries).toEqual(["before 0 0", "after 0 5"]);
    expect(deleted).toEqual([`${queue()}/tasks/meanwhile`]);
    cloud.faults.clear();
    await call(`POST /v2/${queue()}:purge`);
    await createTask("without");
    await cloud.idle();
    expect(deliveries.at(-1)).toBe("without 0 5");
  });
});

describe("the control API", () => {
  const control = (request: string, body?: object) =>
    call(request.replace(" ", " /local/v1/"), body);

  it("adds, lists and removes faults", async () => {
    const fault = { on: "delivery", status: 503, times: 3 };
    expect((await control("POST faults", fault)).body).toEqual({ ...fault, id: 1 });
    await control("POST faults", { on: "queue", delay: "60s" });
    expect((await control("GET faults")).body).toEqual({
      faults: [
        { ...fault, id: 1 },
        { on: "queue", delay: "60s", id: 2 },
      ],
    });
    expect((await control("POST faults:remove", { id: 1 })).body.faults).toHaveLength(1);
    expect((await control("POST faults:remove", { id: 1 })).status).toBe(404);
    expect((await control("DELETE faults")).body).toEqual({ faults: [] });
  });

  it.each([
    [{ on: "delivery" }, "must have 'delay', 'status', 'lostResponse' or 'duplicate'"],
    [{ on: "delivery", status: 503, duplicate: true }, "'status' answers without sending"],
    [{ on: "delivery", delay: "1m" }, "must be a duration such as '60s' or '0.250s'"],
    [{ on: "queue", delay: "31622401s" }, "must be 366 days at most, '31622400s'"],
    [{ on: "call", delay: `${"9".repeat(400)}s` }, "must be 366 days at most, '31622400s'"],
    [{ on: "call", code: "OK" }, "Invalid option"],
    [{ on: "weather" }, "Expected 'delivery' | 'call' | 'policy' | 'queue' | 'purge'"],
    [{ on: "queue", delay: "60s", times: 1 }, 'Unrecognized key: "times"'],
  ])("refuses the fault %j", async (fault, problem) => {
    const { status, body } = await control("POST faults", fault);
    expect([status, body.error.status]).toEqual([400, "INVALID_ARGUMENT"]);
    expect(body.error.message).toContain(problem);
  });

  it("takes a thousand faults, and no more", async () => {
    const fault = { on: "call", method: "None", code: "UNAVAILABLE" };
    for (let i = 0; i < 1000; i += 1) cloud.faults.add(fault);
    const { status, body } = await control("POST faults", fault);
    expect([status, body.error.message]).toEqual([
      429,
      "There are 1000 faults, as many as may be: remove some first.",
    ]);
  });

  it("holds a task against a pattern of many wildcards at once", async () => {
    await createQueue();
    cloud.faults.add({ on: "delivery", task: `${"*a".repeat(200)}*b`, status: 500 });
    await createTask("a".repeat(400));
    const begin = performance.now();
    await cloud.idle();
    expect(deliveries).toEqual([`${"a".repeat(400)} 0 0`]);
    expect(performance.now() - begin).toBeLessThan(1000);
  });

  it("waits for 366 days at most", async () => {
    const { status, body } = await control("POST idle", { limit: "31622401s" });
    expect(status).toBe(400);
    expect(body.error.message).toContain("must be 366 days at most, '31622400s'");
  });

  it("tells the time, moves it, runs until idle and resets", async () => {
    expect((await control("GET clock")).body).toEqual({
      type: "virtual",
      now: "2026-11-24T12:00:00Z",
    });
    expect((await control("POST clock:advance", { by: "60s" })).body.now).toBe(
      "2026-11-24T12:01:00Z",
    );
    const to = "2026-11-24T14:00:00+01:00";
    expect((await control("POST clock:advance", { to })).body.now).toBe("2026-11-24T13:00:00Z");
    await createQueue();
    cloud.faults.add({ on: "delivery", status: 500, times: 1 });
    await createTask("a");
    expect((await control("POST idle", { limit: "60s" })).body.now).toBe("2026-11-24T13:00:10Z");
    expect((await control("POST reset")).body).toEqual({});
    expect((await call(`GET /v2/${queue()}`)).status).toBe(404);
  });

  it.each([
    { to: "2026-11-24T11:59:59Z" },
    { to: "9999-12-31T00:00:00Z" },
    { by: "31622401s" },
    { by: "9".repeat(400) + "s" },
  ])("moves neither back nor beyond a year: %j", async (asked) => {
    const { status, body } = await control("POST clock:advance", asked);
    expect([status, body.error.message]).toEqual([
      400,
      "The clock stands at 2026-11-24T12:00:00Z and moves forward, by 366 days at once at most.",
    ]);
  });

  it("says what it needs", async () => {
    expect((await control("POST clock:advance", {})).body.error.message).toContain(
      'must be {"by": "3600s"} or {"to": "2026-11-24T12:00:00Z"}',
    );
  });
});
