import { createServer, type Server } from "node:http";
import { startLocalCloud, type HostHandler, type LocalCloud } from "../startLocalCloud.ts";

const START = new Date("2026-11-24T12:00:00Z");
const URL = "https://worker.example/tasks/a";

let cloud: LocalCloud;

afterEach(() => cloud.stop());

async function start(handler: HostHandler, clock: "virtual" | "system" = "virtual") {
  cloud = await startLocalCloud({ clock, startTime: START, hosts: { "worker.example": handler } });
}

/** Calls Google's API, as the owner. */
async function call(request: string, body?: object) {
  const [method = "", path = ""] = request.split(" ");
  const response = await fetch(cloud.endpoint + path, {
    method,
    ...(body && { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: await response.json() };
}

const queue = () => `${cloud.location}/queues/email`;
const createQueue = (fields: object = {}) =>
  call(`POST /v2/${cloud.location}/queues`, { name: queue(), ...fields });
const createTask = (id: string, fields: object = {}) =>
  call(`POST /v2/${queue()}/tasks`, {
    task: { name: `${queue()}/tasks/${id}`, httpRequest: { url: URL }, ...fields },
  });

/** Seconds since the start. */
const seconds = () => (cloud.now().getTime() - START.getTime()) / 1000;

describe("idle on a virtual clock", () => {
  it("moves from retry to retry until every task has come to its end", async () => {
    const times: number[] = [];
    await start(() => (times.push(seconds()) < 4 ? 500 : 204));
    await createQueue({ retryConfig: { minBackoff: "10s", maxDoublings: 1 } });
    await createTask("a");
    await cloud.idle();
    expect(times).toEqual([0, 10, 30, 70]);
    expect((await call(`GET /v2/${queue()}/tasks/a`)).status).toBe(404);
  });

  it("does not wait for what a paused queue holds, nor for a schedule", async () => {
    await start(() => 204);
    await createQueue();
    await call(`POST /v2/${queue()}:pause`);
    await createTask("a");
    await call(`POST /v1/${cloud.location}/jobs`, {
      name: `${cloud.location}/jobs/tick`,
      schedule: "* * * * *",
      httpTarget: { uri: URL },
    });
    await cloud.idle();
    expect(seconds()).toBe(0);
  });

  it("refuses to go on beyond its limit, and says what may be done", async () => {
    await start(() => 500);
    await createQueue({ retryConfig: { minBackoff: "100s" } });
    await createTask("a");
    await expect(cloud.idle("99s")).rejects.toThrow(
      "There is still a task on a queue that runs, or a run of a job, after 99 s.",
    );
    expect(seconds()).toBe(0);
  });

  it("stands still while a token is signed: the deadline is the worker's", async () => {
    const times: number[] = [];
    await start(() => (times.push(seconds()), 204));
    const email = `invoker@${cloud.project}.iam.gserviceaccount.com`;
    await call(`POST /v1/projects/${cloud.project}/serviceAccounts`, { accountId: "invoker" });
    await createQueue();
    await createTask("a", {
      httpRequest: { url: URL, oidcToken: { serviceAccountEmail: email } },
      dispatchDeadline: "15s",
    });

    await cloud.idle();

    expect(times).toEqual([0]);
  });

  it("stands still while a worker works, however long that takes", async () => {
    let server: Server | undefined;
    try {
      const answered = new Promise<number>((resolve) => {
        server = createServer((_, response) => {
          setImmediate(() => {
            resolve(seconds());
            response.end();
          });
        });
      });
      await start(() => 204);
      await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
      const address = server?.address();
      const port = typeof address === "object" ? address?.port : undefined;
      await createQueue();
      await createTask("a", { httpRequest: { url: `http://127.0.0.1:${port}/` } });
      await cloud.advance("3600s");
      expect([await answered, seconds()]).toEqual([0, 3600]);
    } finally {
      server?.close();
    }
  });
});

describe("advance", () => {
  it("runs a day of a schedule in exact order", async () => {
    const times: string[] = [];
    await start(({ headers }) => {
      times.push(headers["X-CloudScheduler-ScheduleTime"] ?? "");
      return 200;
    });
    await call(`POST /v1/${cloud.location}/jobs`, {
      name: `${cloud.location}/jobs/tick`,
      schedule: "0 */6 * * *",
      httpTarget: { uri: URL },
    });
    await cloud.advance("86400s");
    expect(times).toEqual([
      "2026-11-24T18:00:00Z",
      "2026-11-25T00:00:00Z",
      "2026-11-25T06:00:00Z",
      "2026-11-25T12:00:00Z",
    ]);
  });

  it("is refused on the machine's clock", async () => {
    await start(() => 200, "system");
    await expect(cloud.advance("1s")).rejects.toThrow("The clock is the machine's");
  });
});

describe("idle on the machine's clock", () => {
  it("waits for what is under way", async () => {
    let handled = 0;
    await start(async () => {
      await new Promise(setImmediate);
      handled++;
      return 200;
    }, "system");
    await createQueue();
    await createTask("a");
    await createTask("b");
    await cloud.idle();
    expect(handled).toBe(2);
  });
});

describe("reset", () => {
  it("takes away queues, jobs, accounts, policies and faults, and keeps the address and the time", async () => {
    await start(() => 500);
    await createQueue();
    await createTask("a");
    await call(`POST /v1/projects/${cloud.project}/serviceAccounts`, { accountId: "producer" });
    cloud.faults.add({ on: "delivery", status: 503 });
    await cloud.advance("60s");
    await cloud.reset();

    expect(cloud.faults.list()).toEqual([]);
    expect((await call(`GET /v2/${cloud.location}/queues`)).body).toEqual({});
    const { body } = await call(`GET /v1/projects/${cloud.project}/serviceAccounts`);
    expect(JSON.stringify(body)).not.toContain("producer");
    expect(seconds()).toBe(60);
    // Not even its name is remembered.
    expect((await createQueue()).status).toBe(200);
  });
});

it("is ended by the end of the block that uses it", async () => {
  await start(() => 200);
  let endpoint;
  {
    await using other = await startLocalCloud();
    endpoint = other.endpoint;
    expect((await fetch(`${endpoint}/local/v1/clock`)).status).toBe(200);
  }
  await expect(fetch(`${endpoint}/local/v1/clock`)).rejects.toThrow("fetch failed");
});
