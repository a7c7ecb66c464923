import { never, QUEUE, START, startTasks, type Answer } from "./tasksCloud.ts";

type Cloud = ReturnType<typeof startTasks>;

const fill = async (cloud: Cloud, count: number, id = "t") => {
  for (let i = 0; i < count; i++) await cloud.createTask({ name: `${QUEUE}/tasks/${id}${i}` });
};

describe("A queue's limits (G 3)", () => {
  it("dispatch half a task a second at a rate of 0.5", async () => {
    const cloud = startTasks();
    await cloud.createQueue({ rateLimits: { maxDispatchesPerSecond: 0.5 } });
    await cloud.call("PauseQueue", QUEUE, {});
    await fill(cloud, 14);
    await cloud.call("ResumeQueue", QUEUE, {});

    await cloud.clock.advance(60_000);

    // A burst of ten, then one every two seconds.
    expect(cloud.times()).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 4, 6, 8]);
  });

  it("refill the bucket by elapsed time, and never above the burst", async () => {
    const cloud = startTasks();
    await cloud.createQueue({ rateLimits: { maxDispatchesPerSecond: 1 } });
    await fill(cloud, 10);
    await cloud.clock.advance(3_600_000);

    await fill(cloud, 12, "second");
    await cloud.clock.advance(60_000);

    expect(cloud.times().slice(10)).toEqual([...Array<number>(10).fill(3600), 3601, 3602]);
  });

  it("keep at most maxConcurrentDispatches under way", async () => {
    const answers: (() => void)[] = [];
    const answer: Answer = () =>
      new Promise((resolve) =>
        answers.push(() => {
          resolve(200);
        }),
      );
    const cloud = startTasks({ answer });
    await cloud.createQueue({ rateLimits: { maxConcurrentDispatches: 2 } });
    await fill(cloud, 5);
    await cloud.settle();
    expect(cloud.requests).toHaveLength(2);

    answers[0]!();
    await cloud.settle();

    expect(cloud.requests).toHaveLength(3);
  });

  it("hold no slot for a task that waits for its retry", async () => {
    const cloud = startTasks({
      answer: ({ headers }) => (headers["X-CloudTasks-TaskName"] === "t0" ? 500 : 200),
    });
    await cloud.createQueue({
      rateLimits: { maxConcurrentDispatches: 1 },
      retryConfig: { minBackoff: "100s" },
    });

    await fill(cloud, 3);
    await cloud.settle();

    expect(cloud.requests.map(({ headers }) => headers["X-CloudTasks-TaskName"])).toEqual([
      "t0",
      "t1",
      "t2",
    ]);
  });

  it("apply to tasks that are there when they change", async () => {
    const cloud = startTasks({ answer: never });
    await cloud.createQueue({ rateLimits: { maxConcurrentDispatches: 1 } });
    await fill(cloud, 5);

    const rateLimits = { maxConcurrentDispatches: 4 };
    await cloud.call("UpdateQueue", QUEUE, { rateLimits }, { updateMask: "rateLimits" });
    await cloud.settle();

    expect(cloud.requests).toHaveLength(4);
  });
});

describe("A paused queue", () => {
  it("takes tasks and dispatches none until it is resumed, then in order (G 3)", async () => {
    const cloud = startTasks();
    await cloud.createQueue();
    expect((await cloud.call("PauseQueue", QUEUE, {}))["state"]).toBe("PAUSED");
    await fill(cloud, 3);
    await cloud.clock.advance(60_000);
    expect(cloud.requests).toEqual([]);

    expect((await cloud.call("ResumeQueue", QUEUE, {}))["state"]).toBe("RUNNING");
    await cloud.settle();

    expect(cloud.requests.map(({ headers }) => headers["X-CloudTasks-TaskName"])).toEqual([
      "t0",
      "t1",
      "t2",
    ]);
  });
});

describe("RunTask (G 1.9)", () => {
  it("dispatches past pause, schedule and concurrency", async () => {
    const cloud = startTasks({ answer: never });
    await cloud.createQueue({ rateLimits: { maxConcurrentDispatches: 1 } });
    await fill(cloud, 2);
    await cloud.createTask({ name: `${QUEUE}/tasks/later`, scheduleTime: "2026-11-25T12:00:00Z" });
    await cloud.call("PauseQueue", QUEUE, {});

    await cloud.call("RunTask", `${QUEUE}/tasks/t1`, {});
    const later = await cloud.call("RunTask", `${QUEUE}/tasks/later`, {});
    await cloud.settle();

    expect(later["dispatchCount"]).toBe(1);
    expect(cloud.requests.map(({ headers }) => headers["X-CloudTasks-TaskName"])).toEqual([
      "t0",
      "t1",
      "later",
    ]);
  });

  it("counts a failure's wait from its call", async () => {
    const cloud = startTasks({
      answer: () =>
        new Promise((resolve) => {
          cloud.clock.at(cloud.clock.now() + 4_000, () => {
            resolve(500);
          });
        }),
    });
    const deliveries = cloud.record("deliveryFinished");
    await cloud.createQueue({ retryConfig: { minBackoff: "10s" } });
    await cloud.createTask({ name: `${QUEUE}/tasks/t`, scheduleTime: "2026-11-25T12:00:00Z" });

    await cloud.call("RunTask", `${QUEUE}/tasks/t`, {});
    await cloud.clock.advance(5_000);

    expect(deliveries[0]!.retryTime).toBe(START + 10_000);
  });

  it("may run a task beside a delivery that is under way; the task ends once", async () => {
    const answers: ((status: number) => void)[] = [];
    const cloud = startTasks({ answer: () => new Promise((resolve) => answers.push(resolve)) });
    const deliveries = cloud.record("deliveryFinished");
    await cloud.createQueue();
    await fill(cloud, 1);
    await cloud.call("RunTask", `${QUEUE}/tasks/t0`, {});
    await cloud.settle();

    answers[1]!(200);
    await cloud.settle();
    answers[0]!(500);
    await cloud.clock.advance(3_600_000);

    expect(cloud.requests).toHaveLength(2);
    expect(
      deliveries.map(({ dispatchCount, status, end }) => [dispatchCount, status, end]),
    ).toEqual([
      [2, 200, "done"],
      [1, 500, undefined],
    ]);
  });
});

describe("PurgeQueue", () => {
  it("takes every task away, and says when", async () => {
    const cloud = startTasks();
    await cloud.createQueue();
    await cloud.call("PauseQueue", QUEUE, {});
    await fill(cloud, 3);

    const queue = await cloud.call("PurgeQueue", QUEUE, {});
    await cloud.call("ResumeQueue", QUEUE, {});
    await cloud.clock.advance(60_000);

    expect(queue["purgeTime"]).toBe("2026-11-24T12:00:00Z");
    expect(cloud.requests).toEqual([]);
    expect(await cloud.call("ListTasks", QUEUE)).toEqual({});
  });
});
