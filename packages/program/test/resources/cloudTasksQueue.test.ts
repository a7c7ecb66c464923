import { ApiError, type Api } from "../../resources/api.ts";
import { cloudTasksQueue } from "../../resources/cloudTasksQueue.ts";

const ID = "projects/p/locations/europe-west1/queues/email";
const inputs = { name: "email", location: "europe-west1", desiredState: "PAUSED" };

/** Cloud Tasks, with a queue that is not found until it was asked for so often. */
function cloudTasks(notFound: number) {
  const calls: string[] = [];
  const pauses: number[] = [];
  let left = notFound;
  const call =
    (verb: string) =>
    async (path: string): Promise<Record<string, unknown>> => {
      calls.push(`${verb} ${path.replace(/^.*queues/, "")}`);
      if (verb === "get" && left-- > 0) throw new ApiError(404, "Queue does not exist.");
      return { name: ID, state: "PAUSED" };
    };
  const api: Api = {
    get: call("get"),
    post: call("post"),
    put: call("put"),
    patch: call("patch"),
    delete: call("delete"),
  };
  const pause = async (ms: number): Promise<void> => {
    pauses.push(ms);
  };
  return { calls, pauses, context: { api, project: "p", region: "europe-west1", pause } };
}

// google-cloud.md 1.2
describe("A queue", () => {
  it("is waited for where it is not found at first, and only then paused", async () => {
    const { calls, pauses, context } = cloudTasks(2);

    const { id, outputs } = await cloudTasksQueue.create(inputs, context);

    expect([id, outputs["state"]]).toEqual([ID, "PAUSED"]);
    expect(calls).toEqual([
      "post ",
      "get /email",
      "get /email",
      "get /email",
      "post /email:pause",
      "get /email",
    ]);
    expect(pauses).toEqual([500, 500]);
  });

  it("is given up where it is not found in three minutes", async () => {
    const { pauses, context } = cloudTasks(Infinity);

    await expect(cloudTasksQueue.create(inputs, context)).rejects.toThrow("Queue does not exist.");

    expect(pauses).toHaveLength(360);
  });

  it("is waited for where it was created and nobody heard of it", async () => {
    const { calls, context } = cloudTasks(1);

    await cloudTasksQueue.update!({ id: ID, inputs: {}, outputs: {} }, inputs, context);

    expect(calls).toEqual([
      "get /email",
      "get /email",
      "patch /email?updateMask=appEngineRoutingOverride,rateLimits,retryConfig,stackdriverLoggingConfig,httpTarget",
      "post /email:pause",
      "get /email",
    ]);
  });

  it("that was there and is gone is not waited for", async () => {
    const { pauses, context } = cloudTasks(1);
    const old = { id: ID, inputs, outputs: { state: "PAUSED" } };

    await expect(cloudTasksQueue.update!(old, inputs, context)).rejects.toThrow(
      "Queue does not exist.",
    );

    expect(pauses).toEqual([]);
  });
});
