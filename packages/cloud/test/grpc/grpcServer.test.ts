import { connect } from "node:net";
import { v2, v2beta3 } from "@google-cloud/tasks";
import { Client, credentials, type ServiceError } from "@grpc/grpc-js";
import { Events } from "../../api/events.ts";
import { GoogleError } from "../../api/googleError.ts";
import { decodeBytes } from "../../grpc/messageCodec.ts";
import { loadProtos } from "../../grpc/protos.ts";
import { startGrpcServer } from "../../grpc/grpcServer.ts";
import type { Call, Method } from "../../api/method.ts";
import { authorityRefusing } from "../support/localApi.ts";
import {
  LOCATION,
  ownerClient,
  startClientCloud,
  type ClientCloud,
} from "../clients/clientCloud.ts";

const QUEUE = `${LOCATION}/queues/email`;
const QUEUE_PATH = "/v2/projects/{project}/locations/{location}/queues/{queue}";
const SERVICE = "google.cloud.tasks.v2.CloudTasks";

/** A gRPC server over two methods of Cloud Tasks, and a client of it that knows nothing but bytes. */
async function startServer(handle: Method["handle"] = () => ({})) {
  const events = new Events();
  const notEmulated: string[] = [];
  const unexpected: string[] = [];
  events.on("notEmulated", ({ what }) => notEmulated.push(what));
  const served = {
    methods: [
      { name: "PauseQueue", service: SERVICE, http: `POST ${QUEUE_PATH}:pause`, handle },
      { name: "UpdateQueue", service: SERVICE, http: `PATCH ${QUEUE_PATH}`, handle },
    ],
    authority: authorityRefusing(),
  };
  const server = await startGrpcServer({
    served: () => served,
    events,
    port: 0,
    onUnexpected: (what, error) => unexpected.push(`${what}: ${String(error)}`),
  });
  const client = new Client(`127.0.0.1:${server.port}`, credentials.createInsecure());
  const root = loadProtos();
  return {
    server,
    notEmulated,
    unexpected,
    /** Calls an RPC. Returns the JSON form of the answer, or rejects with the status. */
    call: (method: string, name: string, { deadline }: { deadline?: number } = {}) =>
      new Promise((resolve, reject) => {
        const rpc = root.lookupService(SERVICE).methods[method]!;
        const request = rpc.resolvedRequestType!;
        client.makeUnaryRequest(
          `/${SERVICE}/${method}`,
          (bytes: Buffer) => bytes,
          (bytes) => decodeBytes(rpc.resolvedResponseType!, bytes),
          Buffer.from(request.encode(request.fromObject({ name })).finish()),
          { ...(deadline !== undefined && { deadline }) },
          (error: ServiceError | null, answer?: unknown) => {
            if (error) reject(Object.assign(error, { statusDetails: detailsOf(error, root) }));
            else resolve(answer);
          },
        );
      }),
    async [Symbol.asyncDispose]() {
      client.close();
      await server.close();
    },
  };
}

/** The details of a refusal, as JSON. */
function detailsOf({ metadata }: ServiceError, root: ReturnType<typeof loadProtos>): unknown {
  const [bytes] = metadata.get("grpc-status-details-bin");
  if (bytes === undefined) return undefined;
  return decodeBytes(root.lookupType("google.rpc.Status"), Buffer.from(bytes))["details"];
}

describe("gRPC", () => {
  it("calls the method of its name, with the parts of the resource's name", async () => {
    const calls: Call[] = [];
    await using cloud = await startServer((call) => {
      calls.push(call);
      return { name: QUEUE, state: "PAUSED" };
    });

    expect(await cloud.call("PauseQueue", QUEUE)).toEqual({ name: QUEUE, state: "PAUSED" });
    expect(calls).toMatchObject([
      {
        params: { project: "demo", location: "europe-west1", queue: "email" },
        body: {},
        member: "user:owner",
      },
    ]);
  });

  it.each([
    "projects/demo",
    `${QUEUE}/more/of`,
    "projects/demo/locations/../queues/email",
    "projects/demo/locations//queues/email",
    "projects/demo/locations/europe-west1/queues/",
  ])("refuses '%s' for the name of a queue", async (name) => {
    await using cloud = await startServer();

    await expect(cloud.call("PauseQueue", name)).rejects.toMatchObject({
      code: 3,
      details:
        'Queue name must be formatted: "projects/<PROJECT_ID>/locations/<LOCATION_ID>/queues/<QUEUE_ID>".',
    });
  });

  it.each(["", "projects", "projects/", "projects//locations/europe-west1/queues/email"])(
    "refuses '%s', a name without a project",
    async (name) => {
      await using cloud = await startServer();

      await expect(cloud.call("PauseQueue", name)).rejects.toMatchObject({
        code: 3,
        details: "Invalid resource field value in the request.",
        statusDetails: [
          {
            "@type": "type.googleapis.com/google.rpc.ErrorInfo",
            reason: "RESOURCE_PROJECT_INVALID",
            domain: "googleapis.com",
            metadata: { service: "cloudtasks.googleapis.com", method: `${SERVICE}.PauseQueue` },
          },
        ],
      });
    },
  );

  // google-cloud.md 1.8
  it("refuses what is no name at all as a project that is nobody's", async () => {
    await using cloud = await startServer();

    await expect(cloud.call("PauseQueue", "not-a-valid-parent")).rejects.toMatchObject({
      code: 7,
      details: "Permission denied on resource project not-a-valid-parent.",
      statusDetails: [
        {
          "@type": "type.googleapis.com/google.rpc.ErrorInfo",
          reason: "CONSUMER_INVALID",
          domain: "googleapis.com",
          metadata: {
            consumer: "projects/not-a-valid-parent",
            containerInfo: "not-a-valid-parent",
            service: "cloudtasks.googleapis.com",
          },
        },
        {
          "@type": "type.googleapis.com/google.rpc.LocalizedMessage",
          locale: "en-US",
          message: "Permission denied on resource project not-a-valid-parent.",
        },
        {
          "@type": "type.googleapis.com/google.rpc.Help",
          links: [
            {
              description: "Google developers console",
              url: "https://console.developers.google.com",
            },
          ],
        },
      ],
    });
  });

  it("refuses an update of no queue at all", async () => {
    await using cloud = await startServer();

    await expect(cloud.call("UpdateQueue", "not a field of the request")).rejects.toMatchObject({
      code: 3,
      details: "Invalid resource field value in the request.",
    });
  });

  it("answers a refusal that is longer than a trailer may be, cut off", async () => {
    await using cloud = await startServer(() => {
      throw new GoogleError("INVALID_ARGUMENT", "ü".repeat(100_000), [
        {
          "@type": "type.googleapis.com/google.rpc.Help",
          links: [{ description: "x".repeat(100_000) }],
        },
      ]);
    });

    await expect(cloud.call("PauseQueue", QUEUE)).rejects.toMatchObject({
      code: 3,
      details: "ü".repeat(2000),
    });
  });

  it("hides an error that no method is meant to throw, and tells of it", async () => {
    await using cloud = await startServer(() => {
      throw new Error("secret");
    });

    await expect(cloud.call("PauseQueue", QUEUE)).rejects.toMatchObject({
      code: 13,
      details: "Internal error encountered.",
    });
    expect(cloud.unexpected).toEqual([`${SERVICE}/PauseQueue: Error: secret`]);
  });

  it("answers UNIMPLEMENTED for what is not emulated, and says so", async () => {
    await using cloud = await startServer();

    await expect(cloud.call("ResumeQueue", QUEUE)).rejects.toMatchObject({
      code: 12,
      details: `'${SERVICE}/ResumeQueue' is not emulated locally.`,
    });
    expect(cloud.notEmulated).toEqual([`${SERVICE}/ResumeQueue`]);
  });

  // google-cloud.md 1.1
  it("takes no call whose deadline is more than 30 s ahead", async () => {
    await using cloud = await startServer();

    await cloud.call("PauseQueue", QUEUE, { deadline: Date.now() + 29_000 });
    await expect(
      cloud.call("PauseQueue", QUEUE, { deadline: Date.now() + 31_000 }),
    ).rejects.toMatchObject({
      code: 3,
      details: expect.stringMatching(
        /^The request deadline is 20.*Z\. The deadline cannot be more than 30s in the future\.$/,
      ),
    });
  });

  it("survives what is no HTTP/2", async () => {
    const cloud = await startServer();
    const socket = connect(cloud.server.port, "127.0.0.1");
    socket.on("error", () => undefined);
    const closed = new Promise((resolve) => socket.once("close", resolve));
    socket.write("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
    socket.resume();

    expect(await cloud.call("PauseQueue", QUEUE)).toEqual({});
    await closed;
    await cloud[Symbol.asyncDispose]();
  });

  it("ends every connection when it is closed", async () => {
    const cloud = await startServer();
    const socket = connect(cloud.server.port, "127.0.0.1");
    const closed = new Promise((resolve) => socket.once("close", resolve));
    await new Promise((resolve) => socket.resume().once("connect", resolve));
    await cloud.call("PauseQueue", QUEUE);

    await cloud[Symbol.asyncDispose]();

    await closed;
    expect(socket.destroyed).toBe(true);
  });

  it("names the flag that chooses another port where its own is taken", async () => {
    await using cloud = await startServer();
    const { port } = cloud.server;

    await expect(
      startGrpcServer({
        served: () => ({ methods: [], authority: authorityRefusing() }),
        events: new Events(),
        port,
      }),
    ).rejects.toThrow(
      `Port ${port} on 127.0.0.1 is taken: another program listens on it (another 'npm start', perhaps). Choose another one with --grpc-port <port>.`,
    );
  });
});

describe("Cloud Tasks over gRPC", () => {
  let local: ClientCloud;
  const clients: { close(): Promise<void> }[] = [];
  const settings = () =>
    ({
      apiEndpoint: "127.0.0.1",
      port: local.cloud.grpcPort,
      sslCreds: credentials.createInsecure(),
      projectId: "demo",
      authClient: ownerClient(),
    }) as object;
  const client = () => {
    const one = new v2.CloudTasksClient({ ...settings() });
    clients.push(one);
    return one;
  };

  beforeEach(async () => {
    local = await startClientCloud();
    await local.rest(`POST /v2/${LOCATION}/queues`, { name: QUEUE });
  });
  afterEach(async () => {
    for (const one of clients.splice(0)) await one.close();
    await local[Symbol.asyncDispose]();
  });

  it("knows the caller by its token, and refuses what the caller may not do", async () => {
    const email = "producer@demo.iam.gserviceaccount.com";
    const account = `/v1/projects/demo/serviceAccounts`;
    await local.rest(`POST ${account}`, { accountId: "producer" });
    const { accessToken } = (await local.rest(`POST ${account}/${email}:generateAccessToken`, {
      scope: ["https://www.googleapis.com/auth/cloud-platform"],
    })) as { accessToken: string };
    await local.rest(`POST /v2/${QUEUE}:setIamPolicy`, {
      policy: {
        bindings: [{ role: "roles/cloudtasks.enqueuer", members: [`serviceAccount:${email}`] }],
      },
    });
    const asProducer = { otherArgs: { headers: { authorization: `Bearer ${accessToken}` } } };
    const task = { httpRequest: { url: local.workerUrl } };
    const denied = local.event("denied");

    const [created] = await client().createTask({ parent: QUEUE, task }, asProducer);
    expect(created.name).toMatch(/\/tasks\/\d{20}$/);
    await expect(client().getQueue({ name: QUEUE }, asProducer)).rejects.toMatchObject({
      code: 7,
      details: `The principal (user or service account) lacks IAM permission "cloudtasks.queues.get" for the resource "${QUEUE}" (or the resource may not exist).`,
    });
    expect(await denied).toEqual({
      member: `serviceAccount:${email}`,
      permission: "cloudtasks.queues.get",
      resource: QUEUE,
    });
  });

  it("refuses a token for plain http, as over REST", async () => {
    const url = "http://worker.example/x";
    const serviceAccountEmail = "invoker@demo.iam.gserviceaccount.com";
    const task = { httpRequest: { url, oidcToken: { serviceAccountEmail } } };

    await expect(client().createTask({ parent: QUEUE, task })).rejects.toMatchObject({
      code: 3,
      details:
        "HttpRequest.url must start with 'https://' for request with HttpRequest.authorization_header",
    });
  });

  it("refuses a task without a payload, and a fraction below nothing, in Cloud Tasks' words", async () => {
    await expect(client().createTask({ parent: QUEUE, task: {} })).rejects.toMatchObject({
      code: 3,
      details: "Task.payload_type is not set.",
    });
    const queue = {
      name: `${LOCATION}/queues/negative`,
      retryConfig: { minBackoff: { seconds: 0, nanos: -1_000_000 } },
    };
    await expect(client().createQueue({ parent: LOCATION, queue })).rejects.toMatchObject({
      code: 3,
      details: "RetryConfig.minBackoff cannot be negative.",
    });
  });

  it("lists the locations", async () => {
    const location = {
      name: LOCATION,
      locationId: "europe-west1",
      labels: { "cloud.googleapis.com/region": "europe-west1" },
    };
    const locations: unknown[] = [];
    for await (const one of client().listLocationsAsync({ name: "projects/demo" })) {
      locations.push(one);
    }

    expect(locations).toMatchObject([location]);
    // It says that it gives the location itself, and gives a list.
    const answer: unknown = await client().getLocation({ name: LOCATION });
    expect(answer).toMatchObject([location, null, null]);
  });

  it("is there in v2beta3 too, with its stats, targets of queues and retries of tasks", async () => {
    const beta = new v2beta3.CloudTasksClient({ ...settings() });
    clients.push(beta);
    const name = `${LOCATION}/queues/beta`;

    const [queue] = await beta.createQueue({
      parent: LOCATION,
      queue: {
        name,
        rateLimits: { maxBurstSize: 7 },
        tombstoneTtl: { seconds: 7200 },
        httpTarget: { uriOverride: { host: "127.0.0.1", port: 8080 }, httpMethod: "PUT" },
      },
    });
    await beta.pauseQueue({ name });
    const [task] = await beta.createTask({
      parent: name,
      task: { httpRequest: { url: "https://a.invalid/" }, retryConfig: { maxAttempts: 2 } },
    });
    const [read] = await beta.getQueue({ name, readMask: { paths: ["stats"] } });

    expect(queue).toMatchObject({
      rateLimits: { maxBurstSize: 7 },
      tombstoneTtl: { seconds: "7200" },
      type: "PUSH",
      httpTarget: { uriOverride: { host: "127.0.0.1", port: "8080" }, httpMethod: "PUT" },
    });
    expect(task.retryConfig).toMatchObject({ maxAttempts: 2 });
    expect(read.name).toBe("");
    expect(read.stats).toMatchObject({ tasksCount: "1", effectiveExecutionRate: 500 });
    await expect(beta.getCmekConfig({ name: `${LOCATION}/cmekConfig` })).rejects.toMatchObject({
      code: 12,
    });
  });
});
