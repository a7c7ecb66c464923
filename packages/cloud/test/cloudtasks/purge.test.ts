import { localApi } from "../support/localApi.ts";
import { QUEUE, START, startTasks } from "./tasksCloud.ts";

const TASK = `${QUEUE}/tasks/t`;
const taken = { code: "ALREADY_EXISTS", message: "Requested entity already exists" };

describe("PurgeQueue (G 1.2, 1.3)", () => {
  it("answers with the queue and the time, to the microsecond", async () => {
    const cloud = startTasks();
    const { ok } = localApi(cloud.methods);
    const created = await cloud.createQueue();
    await cloud.clock.advanceTo(START + 1.234);

    const purged = await ok(`POST /v2/${QUEUE}:purge`, {});

    expect(created).not.toHaveProperty("purgeTime");
    expect(purged).toEqual({ ...created, purgeTime: "2026-11-24T12:00:00.001234Z" });
    expect(await ok(`GET /v2/${QUEUE}`)).toEqual(purged);
  });

  it("leaves a delivery under way alone, whose failure is not retried", async () => {
    const answers: ((status: number) => void)[] = [];
    const cloud = startTasks({ answer: () => new Promise((resolve) => answers.push(resolve)) });
    const deliveries = cloud.record("deliveryFinished");
    await cloud.createQueue();
    await cloud.createTask({ name: TASK });
    await cloud.settle();

    await cloud.call("PurgeQueue", QUEUE, {});
    expect(cloud.requests[0]?.signal.aborted).toBe(false);
    answers[0]?.(500);
    await cloud.clock.advance(3_600_000);

    expect(cloud.requests).toHaveLength(1);
    expect(deliveries).toMatchObject([{ task: TASK, status: 500 }]);
    expect(deliveries[0]).not.toHaveProperty("retryTime");
  });

  it("takes tasks that are created within its window too: answered, and gone", async () => {
    const cloud = startTasks({ purgeWindowMs: () => 5_000 });
    const deleted = cloud.record("taskDeleted");
    await cloud.createQueue();
    await cloud.createTask({ name: `${QUEUE}/tasks/before` });
    await cloud.call("PurgeQueue", QUEUE, {});

    await cloud.clock.advance(4_999);
    const created = await cloud.createTask({ name: TASK });
    await cloud.settle();

    expect(created).toMatchObject({ name: TASK, dispatchDeadline: "600s" });
    expect(cloud.requests).toHaveLength(1);
    expect(deleted).toEqual([{ queue: QUEUE, task: TASK }]);
    await expect(cloud.createTask({ name: TASK })).rejects.toMatchObject(taken);

    await cloud.clock.advance(1);
    await cloud.createTask({ name: `${QUEUE}/tasks/after` });
    await cloud.settle();
    expect(cloud.requests.map(({ headers }) => headers["X-CloudTasks-TaskName"])).toEqual([
      "before",
      "after",
    ]);
  });
});
