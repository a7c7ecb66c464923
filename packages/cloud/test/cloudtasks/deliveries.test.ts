import { never, QUEUE, START, startTasks, type Answer } from "./tasksCloud.ts";

const TASK = `${QUEUE}/tasks/t`;

describe("The deliveries of a task (G 1.9)", () => {
  it("tell of those before them: 5xx, timeout, 4xx, no answer, redirect", async () => {
    const answers: readonly Answer[] = [
      () => 503,
      never,
      () => 404,
      () => Promise.reject(new Error("connect ECONNREFUSED")),
      () => 302,
      () => 429,
      () => 599,
      () => 200,
    ];
    const cloud = startTasks({ answer: (...all) => answers[all[1] - 1]!(...all) });
    await cloud.createQueue({ retryConfig: { minBackoff: "10s", maxBackoff: "10s" } });
    await cloud.createTask({ name: TASK, dispatchDeadline: "15s" });

    await cloud.clock.advance(3_600_000);

    const told = cloud.requests.map(({ headers }) =>
      ["RetryCount", "ExecutionCount", "ETA", "PreviousResponse", "RetryReason"].map(
        (name) => headers[`X-CloudTasks-Task${name}`],
      ),
    );
    const eta = (seconds: number): string => `${START / 1000 + seconds}.000000`;
    // Retries so far; answers outside 5xx; when it was due; the answer before; nothing.
    expect(told).toEqual([
      ["0", "0", eta(0), undefined, undefined],
      ["1", "0", eta(10), "503", ""],
      ["2", "0", eta(35), "504", ""],
      ["3", "1", eta(45), "404", ""],
      ["4", "1", eta(55), "0", ""],
      ["5", "2", eta(65), "302", ""],
      ["6", "3", eta(75), "429", ""],
      ["7", "3", eta(85), "599", ""],
    ]);
    for (const { headers } of cloud.requests) {
      expect(headers).toMatchObject({
        "X-CloudTasks-QueueName": "email",
        "X-CloudTasks-TaskName": "t",
        "User-Agent": "Google-Cloud-Tasks",
      });
    }
  });

  it.each([200, 201, 202, 204, 226, 299])("end with %s", async (status) => {
    const cloud = startTasks({ answer: () => status });
    const deliveries = cloud.record("deliveryFinished");
    await cloud.createQueue();
    await cloud.createTask();

    await cloud.clock.advance(3_600_000);

    expect(deliveries).toMatchObject([{ status, end: "done" }]);
  });

  it.each([100, 199, 300, 302, 304, 400, 401, 403, 404, 410, 422, 429, 500, 503, 504])(
    "go on after %s",
    async (status) => {
      const cloud = startTasks({ answer: (_, number) => (number === 1 ? status : 200) });
      await cloud.createQueue({ retryConfig: { minBackoff: "10s" } });
      await cloud.createTask();

      await cloud.clock.advance(3_600_000);

      expect(cloud.times()).toEqual([0, 10]);
    },
  );

  it("are counted while they are under way (G 1.4)", async () => {
    const cloud = startTasks({ answer: never });
    await cloud.createQueue();
    await cloud.createTask({ name: TASK });
    await cloud.settle();

    const task = await cloud.call("GetTask", TASK);

    expect(task["dispatchCount"]).toBe(1);
    expect(task).not.toHaveProperty("responseCount");
  });

  it("have ten minutes to answer in, unless the task says otherwise (G 1.4)", async () => {
    const cloud = startTasks({ answer: never });
    await cloud.createQueue({ retryConfig: { minBackoff: "10s" } });
    await cloud.createTask();

    await cloud.clock.advance(609_999);
    expect(cloud.times()).toEqual([0]);
    await cloud.clock.advance(1);

    expect(cloud.times()).toEqual([0, 610]);
  });
});

describe("RunTask (G 1.9, 3)", () => {
  it("passes the rate by, and takes no token of it", async () => {
    const cloud = startTasks();
    await cloud.createQueue({ rateLimits: { maxDispatchesPerSecond: 0.1 } });
    for (let i = 0; i < 11; i++) await cloud.createTask({ name: `${QUEUE}/tasks/t${i}` });
    for (let i = 0; i < 5; i++) {
      await cloud.createTask({
        name: `${QUEUE}/tasks/run${i}`,
        scheduleTime: "2026-11-25T12:00:00Z",
      });
      await cloud.call("RunTask", `${QUEUE}/tasks/run${i}`, {});
    }

    await cloud.clock.advance(60_000);

    // The burst of ten, the five that were run, and the eleventh when its token has come.
    expect(cloud.times()).toEqual([...Array<number>(15).fill(0), 10]);
    expect(cloud.requests.at(-1)?.headers["X-CloudTasks-TaskName"]).toBe("t10");
  });

  it("runs a task again that waits for its retry, with its counts (G 2)", async () => {
    const cloud = startTasks({ answer: () => 404 });
    await cloud.createQueue({ retryConfig: { minBackoff: "100s", maxAttempts: 3 } });
    await cloud.createTask({ name: TASK });
    await cloud.clock.advance(30_000);

    await cloud.call("RunTask", TASK, {});
    await cloud.clock.advance(86_400_000);

    // The second delivery's wait is counted from the call.
    expect(cloud.times()).toEqual([0, 30, 230]);
    expect(cloud.requests.map(({ headers }) => headers["X-CloudTasks-TaskExecutionCount"])).toEqual(
      ["0", "1", "2"],
    );
  });
});
