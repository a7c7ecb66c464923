import { GoogleError } from "../../api/googleError.ts";
import type { Json } from "../../api/parseJson.ts";
import { LOCATION, never, QUEUE, startTasks, type Answer } from "./tasksCloud.ts";

const BETA = "google.cloud.tasks.v2beta3.CloudTasks";
const DAY_MS = 86_400_000;

/** Cloud Tasks, with its methods on queues called in v2beta3. */
function startBeta(answer?: Answer) {
  const cloud = startTasks(answer && { answer });
  const beta = async (
    name: string,
    body?: Json,
    query: Record<string, string> = {},
    // eslint-disable-next-line @typescript-eslint/no-explicit-any -- an answer is JSON, which tests look into
  ): Promise<Record<string, any>> =>
    cloud.methods
      .find((method) => method.service === BETA && method.name === name)!
      .handle({
        params: { project: "demo", location: "europe-west1", queue: "email" },
        query: new URLSearchParams(query),
        body,
        member: "user:owner@example.com",
      });
  return { ...cloud, beta };
}

const refused = (message: string) => new GoogleError("INVALID_ARGUMENT", message);

// google-cloud.md 1.3
describe("a queue in v2beta3", () => {
  it("shows its type and the life times of tasks and tombstones, which v2 does not", async () => {
    const { beta, call } = startBeta();

    const queue = await beta("CreateQueue", { name: QUEUE });

    expect(queue).toMatchObject({ taskTtl: "2678400s", tombstoneTtl: "3600s", type: "PUSH" });
    expect(queue).not.toHaveProperty("stats");
    expect(Object.keys(await call("GetQueue", QUEUE))).toEqual([
      "name",
      "rateLimits",
      "retryConfig",
      "state",
    ]);
  });

  it("takes a burst size from its caller, which v2 ignores", async () => {
    const { beta, call } = startBeta();
    const rateLimits = { maxDispatchesPerSecond: 5, maxBurstSize: 3 };

    expect(await beta("CreateQueue", { name: QUEUE, rateLimits })).toMatchObject({ rateLimits });
    expect(await call("GetQueue", QUEUE)).toMatchObject({ rateLimits });
    expect(
      await call("CreateQueue", LOCATION, { name: `${LOCATION}/queues/v2`, rateLimits }),
    ).toMatchObject({ rateLimits: { maxDispatchesPerSecond: 5, maxBurstSize: 10 } });
  });

  it("has the burst of its new rate, unless that is set too", async () => {
    const { beta } = startBeta();
    await beta("CreateQueue", { name: QUEUE, rateLimits: { maxBurstSize: 3 } });
    const updateMask = "rateLimits.maxDispatchesPerSecond";

    const slow = await beta(
      "UpdateQueue",
      { rateLimits: { maxDispatchesPerSecond: 1 } },
      { updateMask },
    );
    expect(slow).toMatchObject({ rateLimits: { maxDispatchesPerSecond: 1, maxBurstSize: 10 } });

    const rateLimits = { maxDispatchesPerSecond: 2, maxBurstSize: 4 };
    const both = { updateMask: `${updateMask},rateLimits.maxBurstSize` };
    expect(await beta("UpdateQueue", { rateLimits }, both)).toMatchObject({ rateLimits });
  });

  it.each([
    [
      { rateLimits: { maxBurstSize: 501 } },
      "RateLimits.maxBurstSize must be less than or equal to 500.",
    ],
    [{ rateLimits: { maxBurstSize: -1 } }, "RateLimits.maxBurstSize cannot be negative."],
    [{ taskTtl: "863999s" }, "Queue.taskTtl must be between [240h, 87600h]."],
    [{ tombstoneTtl: "777601s" }, "Queue.tombstoneTtl must be between [1h, 216h]."],
  ])("refuses %j", async (fields, message) => {
    const { beta } = startBeta();

    await expect(beta("CreateQueue", { ...fields, name: QUEUE })).rejects.toEqual(refused(message));
  });

  it("is no pull queue", async () => {
    const { beta } = startBeta();

    await expect(beta("CreateQueue", { name: QUEUE, type: "PULL" })).rejects.toMatchObject({
      code: "UNIMPLEMENTED",
    });
  });

  it("keeps names of tasks for its tombstoneTtl, which an update of v2 leaves alone", async () => {
    const { beta, call, createTask, clock } = startBeta();
    await beta("CreateQueue", { name: QUEUE, tombstoneTtl: "7200s" });
    await call("UpdateQueue", QUEUE, {});
    await call("PauseQueue", QUEUE);
    const name = `${QUEUE}/tasks/a`;
    await createTask({ name });
    await call("DeleteTask", name);

    await clock.advance(7_199_000);
    await expect(createTask({ name })).rejects.toMatchObject({ code: "ALREADY_EXISTS" });
    await clock.advance(1000);
    expect(await createTask({ name })).toMatchObject({ name });
  });

  it("deletes tasks at its taskTtl, those that are there already too", async () => {
    const { beta, call, createTask, clock } = startBeta();
    await beta("CreateQueue", { name: QUEUE });
    await call("PauseQueue", QUEUE);
    const name = `${QUEUE}/tasks/a`;
    await createTask({ name });

    await beta("UpdateQueue", { taskTtl: "864000s" }, { updateMask: "task_ttl" });
    await clock.advance(10 * DAY_MS - 1);
    expect(await call("GetTask", name)).toMatchObject({ name });
    await clock.advance(1);
    await expect(call("GetTask", name)).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  it("shows its stats to those who ask for them, and nothing else then", async () => {
    const { beta, call, createTask, clock, settle } = startBeta((request, n) =>
      n === 1 ? 500 : never(request, n),
    );
    await beta("CreateQueue", { name: QUEUE, rateLimits: { maxDispatchesPerSecond: 5 } });
    await createTask();
    await createTask();
    await call("PauseQueue", QUEUE);
    await settle();

    const stats = {
      tasksCount: "2",
      oldestEstimatedArrivalTime: "2026-11-24T12:00:00.100Z",
      executedLastMinuteCount: "1",
      concurrentDispatchesCount: "1",
      effectiveExecutionRate: 5,
    };
    expect(await beta("GetQueue", undefined, { readMask: "name,stats" })).toEqual({
      name: QUEUE,
      stats,
    });
    expect(await beta("ListQueues", undefined, { readMask: "stats.tasks_count" })).toEqual({
      queues: [{ stats: { tasksCount: "2" } }],
    });
    expect(await beta("GetQueue", undefined, { readMask: "*" })).toMatchObject({
      state: "PAUSED",
      stats,
    });

    await clock.advance(60_000);
    expect(await beta("GetQueue", undefined, { readMask: "stats" })).toMatchObject({
      stats: { executedLastMinuteCount: "0" },
    });
  });
});

describe("the locations", () => {
  it("are the local cloud's region and those that the project has queues in", async () => {
    const { call, methods } = startTasks();
    const name = "projects/demo/locations/us-central1/queues/q";
    await call("CreateQueue", "projects/demo/locations/us-central1", { name });
    const list = methods.find((method) => method.name === "ListLocations")!;

    const params = { project: "demo" };
    const query = new URLSearchParams();
    expect(await list.handle({ params, query, body: undefined, member: "user:a@b.com" })).toEqual({
      locations: [
        {
          name: LOCATION,
          locationId: "europe-west1",
          labels: { "cloud.googleapis.com/region": "europe-west1" },
        },
        {
          name: "projects/demo/locations/us-central1",
          locationId: "us-central1",
          labels: { "cloud.googleapis.com/region": "us-central1" },
        },
      ],
    });
    await expect(call("GetLocation", "projects/demo/locations/mars")).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
  });
});
