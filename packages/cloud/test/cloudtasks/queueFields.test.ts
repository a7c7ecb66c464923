import { localApi } from "../support/localApi.ts";
import { LOCATION, QUEUE, startTasks } from "./tasksCloud.ts";

const QUEUES = `POST /v2/${LOCATION}/queues`;
const INVOKER = "invoker@demo.iam.gserviceaccount.com";

function start() {
  const cloud = startTasks();
  const { ok, refusal } = localApi(cloud.methods);
  return { ...cloud, ok, refusal };
}

describe("A queue over REST (G 1.3)", () => {
  it("has Google's default for all that is 0 or not set (G 2)", async () => {
    const { ok } = start();

    const queue = await ok(QUEUES, {
      name: QUEUE,
      rateLimits: { maxDispatchesPerSecond: 0, maxBurstSize: 0, maxConcurrentDispatches: 0 },
      retryConfig: {
        maxAttempts: 0,
        maxRetryDuration: "0s",
        minBackoff: "0s",
        maxBackoff: "0s",
        maxDoublings: 0,
      },
      stackdriverLoggingConfig: {},
    });

    expect(queue).toEqual({
      name: QUEUE,
      rateLimits: {
        maxDispatchesPerSecond: 500,
        maxBurstSize: 100,
        maxConcurrentDispatches: 1000,
      },
      retryConfig: {
        maxAttempts: 100,
        minBackoff: "0.100s",
        maxBackoff: "3600s",
        maxDoublings: 16,
      },
      state: "RUNNING",
      stackdriverLoggingConfig: {},
    });
  });

  it("needs a name", async () => {
    expect(await start().refusal(QUEUES, { rateLimits: {} })).toMatchObject({
      status: "INVALID_ARGUMENT",
      message: expect.stringMatching(/^Queue name must be formatted/),
    });
  });

  it("takes the most that Google takes (G 3)", async () => {
    const { ok } = start();
    const rateLimits = { maxDispatchesPerSecond: 500, maxConcurrentDispatches: 5000 };

    expect((await ok(QUEUES, { name: QUEUE, rateLimits })).rateLimits).toEqual({
      ...rateLimits,
      maxBurstSize: 100,
    });
  });

  it.each([0, 0.1, 1])("logs a share of %s of its tasks (G 8.3)", async (samplingRatio) => {
    const stackdriverLoggingConfig = { samplingRatio };

    expect(await start().ok(QUEUES, { name: QUEUE, stackdriverLoggingConfig })).toMatchObject({
      stackdriverLoggingConfig,
    });
  });

  it.each([-0.01, 1.01])("logs no share of %s (G 8.3)", async (samplingRatio) => {
    const queue = { name: QUEUE, stackdriverLoggingConfig: { samplingRatio } };

    expect(await start().refusal(QUEUES, queue)).toEqual({
      code: 400,
      message: "StackdriverLoggingConfig.samplingRatio must be between [0.0, 1.0].",
      status: "INVALID_ARGUMENT",
    });
  });

  it("routes App Engine tasks, of whose host it tells and is not told", async () => {
    const { ok } = start();
    const routing = { service: "s", version: "v", instance: "i" };

    const queue = await ok(QUEUES, {
      name: QUEUE,
      appEngineRoutingOverride: { ...routing, host: "evil.example" },
    });
    const beta = await ok(`POST /v2beta3/${LOCATION}/queues`, {
      name: `${QUEUE}-beta`,
      appEngineHttpQueue: { appEngineRoutingOverride: { service: "s", host: "evil.example" } },
    });

    expect(queue.appEngineRoutingOverride).toEqual(routing);
    expect(beta.appEngineHttpQueue).toEqual({ appEngineRoutingOverride: { service: "s" } });
  });

  it("keeps every field of its target, the port as text", async () => {
    const { ok } = start();
    const httpTarget = {
      uriOverride: {
        scheme: "HTTP",
        host: "worker.example",
        port: "8080",
        pathOverride: { path: "/a" },
        queryOverride: { queryParams: "b=c" },
        uriOverrideEnforceMode: "IF_NOT_EXISTS",
      },
      httpMethod: "PATCH",
      headerOverrides: [{ header: { key: "X-Own", value: "1" } }],
      oauthToken: { serviceAccountEmail: INVOKER, scope: "https://scope.example" },
    };
    const asNumbers = {
      ...httpTarget,
      uriOverride: {
        ...httpTarget.uriOverride,
        scheme: 1,
        port: 8080,
        uriOverrideEnforceMode: 1,
      },
      httpMethod: 6,
    };

    expect((await ok(QUEUES, { name: QUEUE, httpTarget: asNumbers })).httpTarget).toEqual(
      httpTarget,
    );
    expect((await ok(`GET /v2/${QUEUE}`)).httpTarget).toEqual(httpTarget);
  });

  it.each([
    {
      httpTarget: { oidcToken: { audience: "https://w" } },
      says: "HttpTarget.oidcToken requires serviceAccountEmail and audience.",
    },
    {
      httpTarget: { oauthToken: { serviceAccountEmail: INVOKER } },
      says: "HttpTarget.oauthToken requires serviceAccountEmail and scope.",
    },
    {
      httpTarget: { uriOverride: { host: "" } },
      says: "HttpTarget.uriOverride.host '' is not a host name.",
    },
  ])("is refused a target: $says", async ({ httpTarget, says }) => {
    expect(await start().refusal(QUEUES, { name: QUEUE, httpTarget })).toEqual({
      code: 400,
      message: says,
      status: "INVALID_ARGUMENT",
    });
  });
});

describe("An update of a queue (G 1.2, 1.3)", () => {
  it.each(["", "?updateMask=", "?updateMask=*", "?updateMask=state,purgeTime,name"])(
    "changes no output-only field, and no name: '%s'",
    async (query) => {
      const { ok } = start();
      await ok(QUEUES, { name: QUEUE });
      const paused = await ok(`POST /v2/${QUEUE}:pause`);

      const updated = await ok(`PATCH /v2/${QUEUE}${query}`, {
        name: `${QUEUE}-other`,
        state: "DISABLED",
        purgeTime: "2020-01-01T00:00:00Z",
        rateLimits: { maxBurstSize: 7 },
      });

      expect(updated).toEqual(paused);
      expect(await ok(`GET /v2/${LOCATION}/queues`)).toEqual({ queues: [paused] });
    },
  );

  it.each(["", "?updateMask="])("without a mask sets all fields: '%s'", async (query) => {
    const { ok } = start();
    await ok(QUEUES, {
      name: QUEUE,
      retryConfig: { maxAttempts: 3 },
      stackdriverLoggingConfig: { samplingRatio: 1 },
    });

    const updated = await ok(`PATCH /v2/${QUEUE}${query}`, {
      rateLimits: { maxDispatchesPerSecond: 1 },
    });

    expect(updated.rateLimits).toEqual({
      maxDispatchesPerSecond: 1,
      maxBurstSize: 10,
      maxConcurrentDispatches: 1000,
    });
    expect(updated.retryConfig.maxAttempts).toBe(100);
    expect(updated).not.toHaveProperty("stackdriverLoggingConfig");
  });
});

describe("A queue in v2beta3 over REST (G 1.3)", () => {
  const BETA = `POST /v2beta3/${LOCATION}/queues`;

  it.each([
    { taskTtl: "864000s" },
    { taskTtl: "315360000s" },
    { tombstoneTtl: "3600s" },
    { tombstoneTtl: "777600s" },
    { type: "PUSH" },
  ])("takes the least and the most: %j", async (fields) => {
    expect(await start().ok(BETA, { name: QUEUE, ...fields })).toMatchObject(fields);
  });

  it.each([
    { taskTtl: "863999.999s" },
    { taskTtl: "315360000.001s" },
    { tombstoneTtl: "3599.999s" },
    { tombstoneTtl: "777600.001s" },
  ])("takes no less and no more: %j", async (fields) => {
    expect(await start().refusal(BETA, { name: QUEUE, ...fields })).toMatchObject({
      status: "INVALID_ARGUMENT",
    });
  });

  it("takes the burst that it is given, up to 500 (G 3)", async () => {
    const rateLimits = { maxDispatchesPerSecond: 1, maxBurstSize: 500 };

    expect(await start().ok(BETA, { name: QUEUE, rateLimits })).toMatchObject({ rateLimits });
  });
});
