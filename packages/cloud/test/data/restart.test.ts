import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startLocalCloud, type HostHandler, type LocalCloud } from "../../startLocalCloud.ts";
import type { Parsed } from "../support/localApi.ts";
import { sendTo } from "../support/rawHttp.ts";

const TASK_URL = "https://worker.example/tasks/a";

let dataDirectory: string;
let cloud: LocalCloud | undefined;

beforeEach(() => {
  dataDirectory = mkdtempSync(join(tmpdir(), "cloud-data-"));
});

afterEach(async () => {
  await cloud?.stop();
  rmSync(dataDirectory, { recursive: true });
});

/** Starts the cloud over the same data as before, once that before has stopped. */
async function restart(handler: HostHandler = () => 200): Promise<void> {
  await cloud?.stop();
  cloud = undefined;
  cloud = await startLocalCloud({ dataDirectory, hosts: { "worker.example": handler } });
}

async function call(request: string, body?: object) {
  const [method = "", path = ""] = request.split(" ");
  const response = await fetch(String(cloud?.endpoint) + path, {
    method,
    headers: { authorization: `Bearer ${String(cloud?.deployToken)}` },
    ...(body && { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Parsed };
}

const LOCATION = "projects/local-project/locations/europe-west1";
const QUEUE = `${LOCATION}/queues/email`;
const createQueue = (fields: object = {}) =>
  call(`POST /v2/${LOCATION}/queues`, { name: QUEUE, ...fields });
const createTask = (id: string, fields: object = {}) =>
  call(`POST /v2/${QUEUE}/tasks`, {
    task: { name: `${QUEUE}/tasks/${id}`, httpRequest: { url: TASK_URL, body: "aGk=" }, ...fields },
  });

const IMAGE = `europe-west1-docker.pkg.dev/local-project/images/worker@sha256:${"1".repeat(64)}`;

/** Makes the service `worker`, which anybody may call from anywhere. */
async function deploy(program: string, env: readonly object[]): Promise<void> {
  const files = { Dockerfile: 'CMD ["node", "main.js"]', "main.js": program };
  const encoded = Object.entries(files).map(([path, text]) => [path, btoa(text)]);
  const image = { image: IMAGE, files: Object.fromEntries(encoded) };
  expect((await call("POST /local/v1/images", image)).status).toBe(200);
  const service = { invokerIamDisabled: true, template: { containers: [{ image: IMAGE, env }] } };
  const { body } = await call(`POST /v2/${LOCATION}/services?serviceId=worker`, service);
  expect(body.error).toBeUndefined();
}

/** What the service `worker` answers. */
async function askWorker() {
  const { uri } = (await call(`GET /v2/${LOCATION}/services/worker`)).body;
  const port = Number(new URL(cloud!.endpoint).port);
  const { status, text } = await sendTo(port, { headers: { host: new URL(uri).host } });
  return { status, text };
}

describe("a cloud over a directory, started again", () => {
  it("has its queues, with their settings, state and policy", async () => {
    await restart();
    await createQueue({
      rateLimits: { maxDispatchesPerSecond: 7 },
      retryConfig: { maxAttempts: 3 },
    });
    await call(`POST /v2/${QUEUE}:purge`);
    await call(`POST /v2/${QUEUE}:pause`);
    await call(`POST /v1/projects/local-project/serviceAccounts`, { accountId: "producer" });
    const members = ["serviceAccount:producer@local-project.iam.gserviceaccount.com"];
    const bindings = [{ role: "roles/cloudtasks.enqueuer", members }];
    const policy = await call(`POST /v2/${QUEUE}:setIamPolicy`, { policy: { bindings } });
    const queue = await call(`GET /v2/${QUEUE}`);

    await restart();
    expect(await call(`GET /v2/${QUEUE}`)).toEqual(queue);
    expect(await call(`POST /v2/${QUEUE}:getIamPolicy`)).toEqual(policy);
    expect(queue.body.state).toBe("PAUSED");
  });

  it("has its tasks, with their deliveries", async () => {
    await restart(() => 500);
    await createQueue({ retryConfig: { minBackoff: "3000s" } });
    const delivered = new Promise((resolve) => cloud?.events.on("deliveryFinished", resolve));
    await createTask("a");
    await createTask("later", { scheduleTime: new Date(Date.now() + 3_600_000).toISOString() });
    await delivered;
    const tasks = await call(`GET /v2/${QUEUE}/tasks?responseView=FULL`);
    expect(tasks.body.tasks[0].lastAttempt.responseStatus.code).toBe(13);

    await restart(() => 200);
    expect(await call(`GET /v2/${QUEUE}/tasks?responseView=FULL`)).toEqual(tasks);
  });

  it("dispatches what was due, and remembers what is done", async () => {
    const handled: unknown[] = [];
    await restart();
    await createQueue();
    await createTask("done");
    await cloud?.idle();
    await call(`POST /v2/${QUEUE}:pause`);
    await createTask("due");
    await restart(({ headers }) => {
      handled.push(headers["X-CloudTasks-TaskName"]);
      return 200;
    });
    await call(`POST /v2/${QUEUE}:resume`);
    await cloud?.idle();

    expect(handled).toEqual(["due"]);
    expect((await createTask("done")).status).toBe(409);
    expect((await call(`GET /v2/${QUEUE}/tasks/done`)).body.error.message).toBe(
      "The task no longer exists, though a task with this name existed recently. The task either successfully completed or was deleted.",
    );
  });

  it("makes a delivery again that was under way, and counts both", async () => {
    await restart(() => new Promise(() => undefined));
    await createQueue();
    await createTask("a");
    const retries: unknown[] = [];
    await restart(({ headers }) => {
      retries.push([
        headers["X-CloudTasks-TaskRetryCount"],
        headers["X-CloudTasks-TaskPreviousResponse"],
      ]);
      return 200;
    });
    await cloud?.idle();
    expect(retries).toEqual([["1", "0"]]);
  });

  it("has its jobs, and does not make up for what nobody was there for", async () => {
    await restart();
    await call(`POST /v1/${LOCATION}/jobs`, {
      name: `${LOCATION}/jobs/yearly`,
      schedule: "0 0 1 1 *",
      httpTarget: { uri: TASK_URL },
    });
    await call(`POST /v1/${LOCATION}/jobs/yearly:run`);
    await cloud?.idle();
    const job = await call(`GET /v1/${LOCATION}/jobs/yearly`);
    expect(job.body.lastAttemptTime).toBeDefined();

    await restart();
    expect(await call(`GET /v1/${LOCATION}/jobs/yearly`)).toEqual(job);
  });

  it("does not let the name of a deleted queue be used again too soon", async () => {
    await restart();
    await createQueue();
    await createTask("a", { scheduleTime: new Date(Date.now() + 3_600_000).toISOString() });
    await call(`DELETE /v2/${QUEUE}`);
    await restart();
    expect((await createQueue()).body.error.status).toBe("FAILED_PRECONDITION");
  });

  it("has other resources too, and the values of secrets", async () => {
    await restart();
    await call("POST /v1/projects/local-project/secrets?secretId=smtp", {
      replication: { automatic: {} },
    });
    const secret = "/v1/projects/local-project/secrets/smtp";
    await call(`POST ${secret}:addVersion`, { payload: { data: "c2VjcmV0" } });
    await restart();
    const { body } = await call(`GET ${secret}/versions/latest:access`);
    expect(body.payload.data).toBe("c2VjcmV0");
  });

  it("leaves out of its logs what it did before", async () => {
    await restart();
    await call("POST /v2/projects/local-project/exclusions", {
      name: "a",
      filter: "severity<INFO",
    });
    await restart();

    await call("POST /v2/entries:write", {
      logName: "projects/local-project/logs/a",
      resource: { type: "global" },
      entries: [{ severity: "DEBUG" }, { severity: "ERROR" }],
    });

    const { body } = await call("POST /v2/entries:list", {
      resourceNames: ["projects/local-project"],
    });
    expect(body.entries.map(({ severity }: Parsed) => severity)).toEqual(["ERROR"]);
  });

  it("has its services, and starts instances for requests where the first ends at once", async () => {
    await restart();
    const dies = join(dataDirectory, "dies-once");
    await deploy(
      `const { existsSync, rmSync } = require("node:fs");
      if (existsSync(process.env.DIES)) { rmSync(process.env.DIES); process.exit(1); }
      require("node:http").createServer((_, s) => s.end("alive")).listen(process.env.PORT);`,
      [{ name: "DIES", value: dies }],
    );
    expect(await askWorker()).toEqual({ status: 200, text: "alive" });
    writeFileSync(dies, "");

    await restart();

    expect(existsSync(dies)).toBe(false);
    expect(await askWorker()).toEqual({ status: 200, text: "alive" });
  });

  it("answers 503 for a service whose instances all end at once, and serves when they no longer do", async () => {
    await restart();
    const dies = join(dataDirectory, "dies");
    await deploy(
      `if (require("node:fs").existsSync(process.env.DIES)) process.exit(1);
      require("node:http").createServer((_, s) => s.end("alive")).listen(process.env.PORT);`,
      [{ name: "DIES", value: dies }],
    );
    writeFileSync(dies, "");

    await restart();

    expect((await askWorker()).status).toBe(503);
    rmSync(dies);
    expect(await askWorker()).toEqual({ status: 200, text: "alive" });
  });

  it("is empty again after a reset", async () => {
    await restart();
    await createQueue();
    await createTask("a");
    await cloud?.reset();
    await restart();
    expect((await call(`GET /v2/${LOCATION}/queues`)).body).toEqual({});
    expect((await createQueue()).status).toBe(200);
  });
});

describe("the directory", () => {
  it("is used by one cloud at a time", async () => {
    await restart();
    await expect(startLocalCloud({ dataDirectory })).rejects.toThrow(
      `'${dataDirectory}' is in use by another local cloud: stop that one, or choose another directory.`,
    );
  });

  it("can be read by its owner alone: there are secrets in it", async () => {
    await restart();
    await createQueue();
    for (const file of ["cloud.db", "cloud.db-wal"]) {
      expect(statSync(join(dataDirectory, file)).mode & 0o077).toBe(0);
    }
  });

  it("does not go with a virtual clock", async () => {
    await expect(startLocalCloud({ dataDirectory, clock: "virtual" })).rejects.toThrow(
      "A virtual clock starts anew each time: it does not go with 'dataDirectory'.",
    );
  });
});
