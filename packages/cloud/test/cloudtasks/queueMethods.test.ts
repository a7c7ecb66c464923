import { LOCATION, QUEUE, startTasks } from "./tasksCloud.ts";

const DEFAULTS = {
  name: QUEUE,
  rateLimits: {
    maxDispatchesPerSecond: 500,
    maxBurstSize: 100,
    maxConcurrentDispatches: 1000,
  },
  retryConfig: { maxAttempts: 100, minBackoff: "0.100s", maxBackoff: "3600s", maxDoublings: 16 },
  state: "RUNNING",
};
const INVOKER = "invoker@demo.iam.gserviceaccount.com";
const DAY = 86_400_000;

describe("A queue", () => {
  it("reads back with Google's defaults (G 1.3)", async () => {
    const cloud = startTasks();

    expect(await cloud.createQueue()).toEqual(DEFAULTS);
    expect(await cloud.call("GetQueue", QUEUE)).toEqual(DEFAULTS);
    expect(cloud.queueExists(QUEUE)).toBe(true);
    expect(cloud.queueExists(`${QUEUE}2`)).toBe(false);
  });

  it("reads back as it was set, output-only fields ignored (G 1.3)", async () => {
    const settings = {
      httpTarget: {
        uriOverride: { scheme: "HTTPS", host: "w.run.app", uriOverrideEnforceMode: "ALWAYS" },
        oidcToken: { serviceAccountEmail: INVOKER, audience: "https://w.run.app" },
      },
      stackdriverLoggingConfig: { samplingRatio: 1 },
      retryConfig: {
        maxAttempts: 5,
        maxRetryDuration: "3600s",
        minBackoff: "1s",
        maxBackoff: "60s",
        maxDoublings: 4,
      },
    };
    const cloud = startTasks();

    const queue = await cloud.createQueue({
      ...settings,
      rateLimits: { maxDispatchesPerSecond: 5, maxBurstSize: -7, maxConcurrentDispatches: 3 },
      state: "PAUSED",
      purgeTime: "2026-01-01T00:00:00Z",
    });

    expect(queue).toEqual({
      name: QUEUE,
      ...settings,
      rateLimits: { maxDispatchesPerSecond: 5, maxBurstSize: 10, maxConcurrentDispatches: 3 },
      state: "RUNNING",
    });
  });

  it("takes enums by number and a negative maxAttempts of -1 (G 1.1, 1.8)", async () => {
    const cloud = startTasks();

    const queue = await cloud.createQueue({
      httpTarget: { uriOverride: { scheme: 2, host: "x" }, httpMethod: 4 },
      retryConfig: { maxAttempts: -1 },
    });

    expect(queue["httpTarget"]).toEqual({
      uriOverride: { scheme: "HTTPS", host: "x" },
      httpMethod: "PUT",
    });
    expect(queue["retryConfig"]["maxAttempts"]).toBe(-1);
  });
});

describe("UpdateQueue (G 1.2)", () => {
  it("changes what the mask names and nothing else", async () => {
    const cloud = startTasks();
    await cloud.createQueue({
      rateLimits: { maxDispatchesPerSecond: 5, maxConcurrentDispatches: 3 },
      retryConfig: { maxAttempts: 7 },
    });

    const queue = await cloud.call(
      "UpdateQueue",
      QUEUE,
      { name: QUEUE, rateLimits: { maxDispatchesPerSecond: 7 }, retryConfig: { maxAttempts: 9 } },
      { updateMask: "rate_limits.max_dispatches_per_second" },
    );

    expect(queue["rateLimits"]).toEqual({
      maxDispatchesPerSecond: 7,
      maxBurstSize: 10,
      maxConcurrentDispatches: 3,
    });
    expect(queue["retryConfig"]["maxAttempts"]).toBe(7);
  });

  it("sets every field where there is no mask, but not the state", async () => {
    const cloud = startTasks();
    await cloud.createQueue({ rateLimits: { maxDispatchesPerSecond: 5 } });
    await cloud.call("PauseQueue", QUEUE, {});

    const queue = await cloud.call("UpdateQueue", QUEUE, { state: "RUNNING" });

    expect(queue).toEqual({ ...DEFAULTS, state: "PAUSED" });
  });

  it("creates a queue that is not there, with the permission to", async () => {
    const open = startTasks();
    const closed = startTasks({ refused: ["cloudtasks.queues.create"] });

    expect(await open.call("UpdateQueue", QUEUE, {})).toEqual(DEFAULTS);
    await expect(closed.call("UpdateQueue", QUEUE, {})).rejects.toMatchObject({
      code: "PERMISSION_DENIED",
    });
    expect(closed.queueExists(QUEUE)).toBe(false);
  });

  it("changes nothing where it is refused", async () => {
    const cloud = startTasks();
    await cloud.createQueue();

    await expect(
      cloud.call("UpdateQueue", QUEUE, { rateLimits: { maxDispatchesPerSecond: 501 } }),
    ).rejects.toThrow("RateLimits.maxDispatchesPerSecond must be less than or equal to 500.");
    await expect(
      cloud.call("UpdateQueue", QUEUE, {}, { updateMask: "rateLimits.fast" }),
    ).rejects.toThrow("Invalid path 'rateLimits.fast' in the update mask: no such field.");

    expect(await cloud.call("GetQueue", QUEUE)).toEqual(DEFAULTS);
  });
});

describe("A queue's token", () => {
  const httpTarget = { oidcToken: { serviceAccountEmail: INVOKER, audience: "https://w" } };

  it("needs actAs of who creates or updates the queue (G 4.2)", async () => {
    const cloud = startTasks({ refused: [INVOKER] });
    const refusal = { code: "PERMISSION_DENIED" };

    await expect(cloud.createQueue({ httpTarget })).rejects.toMatchObject(refusal);
    expect(cloud.queueExists(QUEUE)).toBe(false);
    await cloud.createQueue();
    await expect(cloud.call("UpdateQueue", QUEUE, { httpTarget })).rejects.toMatchObject(refusal);
    expect(await cloud.call("GetQueue", QUEUE)).toEqual(DEFAULTS);
  });
});

describe("ListQueues (G 1.2)", () => {
  it("returns a location's queues page by page, in lexicographic order", async () => {
    const cloud = startTasks();
    for (const id of ["b", "c", "a"]) await cloud.createQueue({}, id);
    await cloud.call("CreateQueue", "projects/demo/locations/us-east1", {
      name: "projects/demo/locations/us-east1/queues/elsewhere",
    });
    const page = (query: Record<string, string>) =>
      cloud.call("ListQueues", LOCATION, undefined, query);

    const first = await page({ pageSize: "2" });
    const second = await page({ pageSize: "2", pageToken: first["nextPageToken"] });

    const ids = [first, second].map(({ queues }) => queues.map((q: { name: string }) => q.name));
    expect(ids).toEqual([
      [`${LOCATION}/queues/a`, `${LOCATION}/queues/b`],
      [`${LOCATION}/queues/c`],
    ]);
    expect(second).not.toHaveProperty("nextPageToken");
  });

  it("refuses a page token that is not one, or is two hours old", async () => {
    const cloud = startTasks();
    for (const id of ["a", "b"]) await cloud.createQueue({}, id);
    const { nextPageToken } = await cloud.call("ListQueues", LOCATION, undefined, {
      pageSize: "1",
    });
    const refusal = "The page token is not valid, or no longer.";

    await expect(
      cloud.call("ListQueues", LOCATION, undefined, { pageToken: "bm9uZQ" }),
    ).rejects.toThrow(refusal);
    await cloud.clock.advance(7_200_000);
    await expect(
      cloud.call("ListQueues", LOCATION, undefined, { pageToken: nextPageToken }),
    ).rejects.toThrow(refusal);
  });
});

describe("DeleteQueue", () => {
  it("takes the tasks away with it: what was under way is not retried (G 1.2)", async () => {
    const answers: ((status: number) => void)[] = [];
    const cloud = startTasks({ answer: () => new Promise((resolve) => answers.push(resolve)) });
    await cloud.createQueue();
    await cloud.createTask();
    await cloud.createTask({ scheduleTime: "2026-11-24T12:30:00Z" });
    await cloud.settle();

    await cloud.call("DeleteQueue", QUEUE);
    answers[0]!(500);
    await cloud.clock.advance(DAY);

    expect(cloud.requests).toHaveLength(1);
    expect(cloud.clock.nextTime).toBeUndefined();
    expect(cloud.deletedQueues).toEqual([QUEUE]);
  });
});

describe("The name of a deleted queue (G 1.7)", () => {
  const refusal = {
    code: "FAILED_PRECONDITION",
    message: "The queue cannot be created because a queue with this name existed too recently.",
  };

  it("cannot be used again for seven days, by an upsert neither", async () => {
    const cloud = startTasks();
    await cloud.createQueue();
    expect(await cloud.call("DeleteQueue", QUEUE)).toEqual({});

    await cloud.clock.advance(7 * DAY - 1);
    await expect(cloud.createQueue()).rejects.toMatchObject(refusal);
    await expect(cloud.call("UpdateQueue", QUEUE, {})).rejects.toMatchObject(refusal);
    await cloud.clock.advance(1);

    expect(await cloud.createQueue()).toEqual(DEFAULTS);
  });

  it("is free as soon as the settings say", async () => {
    const cloud = startTasks({ settings: { queueTombstoneMs: 0 } });
    await cloud.createQueue();
    await cloud.call("DeleteQueue", QUEUE);

    expect(await cloud.createQueue()).toEqual(DEFAULTS);
  });
});
