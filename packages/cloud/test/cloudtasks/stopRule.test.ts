import type { Json } from "../../api/parseJson.ts";
import { backoffMs } from "@background-tasks/google/backoff.ts";
import { QUEUE, START, startTasks } from "./tasksCloud.ts";

const TASK = `${QUEUE}/tasks/t`;
const DAY = 86_400_000;
const MINUTELY = { minBackoff: "60s", maxBackoff: "60s" };

/** When a task that always fails is tried, in minutes since the start, within ten days. */
async function minutesOf(retryConfig: Record<string, Json>): Promise<number[]> {
  const cloud = startTasks({ answer: () => 500 });
  await cloud.createQueue({ retryConfig: { ...MINUTELY, ...retryConfig } });
  await cloud.createTask();
  await cloud.clock.advance(10 * DAY);
  return cloud.times().map((seconds) => seconds / 60);
}

const upTo = (last: number): number[] => Array.from({ length: last + 1 }, (_, i) => i);

describe("The back-off (G 2)", () => {
  it.each([
    {
      example: "10 s, 300 s, 3 doublings",
      backoff: { minBackoffMs: 10_000, maxBackoffMs: 300_000, maxDoublings: 3 },
      seconds: [10, 20, 40, 80, 160, 240, 300, 300],
    },
    {
      example: "the defaults",
      backoff: { minBackoffMs: 100, maxBackoffMs: 3_600_000, maxDoublings: 16 },
      seconds: [
        0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 51.2, 102.4, 204.8, 409.6, 819.2, 1638.4,
        3276.8, 3600, 3600,
      ],
    },
    {
      example: "5 s, 60 s, no doubling",
      backoff: { minBackoffMs: 5_000, maxBackoffMs: 60_000, maxDoublings: 0 },
      seconds: [5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60, 60],
    },
  ])("is that of the worked example: $example", ({ backoff, seconds }) => {
    expect(seconds.map((_, i) => backoffMs(i + 1, backoff) / 1000)).toEqual(seconds);
  });

  it("is added to the time of the answer exactly, without jitter", async () => {
    const cloud = startTasks({ answer: () => 500 });
    const deliveries = cloud.record("deliveryFinished");
    await cloud.createQueue({ retryConfig: MINUTELY });
    await cloud.createTask({ name: TASK, scheduleTime: "2026-11-24T20:38:23.111491Z" });

    await cloud.clock.advance(Date.parse("2026-11-24T20:38:24Z") - START);

    const task = await cloud.call("GetTask", TASK);
    expect(deliveries).toHaveLength(1);
    expect(task["lastAttempt"]["responseTime"]).toBe("2026-11-24T20:38:23.111491Z");
    expect(task["scheduleTime"]).toBe("2026-11-24T20:39:23.111491Z");
  });
});

describe("A failing task is given up (G 2)", () => {
  it.each([
    { retryConfig: { maxAttempts: 1 }, minutes: [0] },
    { retryConfig: { maxAttempts: 5 }, minutes: upTo(4) },
    { retryConfig: { maxAttempts: 5, maxRetryDuration: "3600s" }, minutes: upTo(60) },
    { retryConfig: { maxAttempts: 5, maxRetryDuration: "60s" }, minutes: upTo(4) },
    { retryConfig: { maxAttempts: -1, maxRetryDuration: "3600s" }, minutes: upTo(60) },
    { retryConfig: { maxRetryDuration: "60s" }, minutes: upTo(99) },
    { retryConfig: {}, minutes: upTo(99) },
  ])("once both limits are exhausted: $retryConfig", async ({ retryConfig, minutes }) => {
    expect(await minutesOf(retryConfig)).toEqual(minutes);
  });

  it("by a duration that begins with its first delivery, not with its creation", async () => {
    const cloud = startTasks({ answer: () => 500 });
    const retryConfig = { ...MINUTELY, maxAttempts: -1, maxRetryDuration: "120s" };
    await cloud.createQueue({ retryConfig });
    await cloud.createTask({ scheduleTime: "2026-11-24T13:00:00Z" });

    await cloud.clock.advance(DAY);

    expect(cloud.times()).toEqual([3600, 3660, 3720]);
  });

  it("without a word but that of its log, and its name stays taken (G 1.6)", async () => {
    const cloud = startTasks({ answer: () => 500 });
    const deliveries = cloud.record("deliveryFinished");
    await cloud.createQueue({ retryConfig: { maxAttempts: 1 } });
    await cloud.createTask({ name: TASK });
    await cloud.settle();

    expect(deliveries).toMatchObject([{ task: TASK, status: 500, end: "dropped" }]);
    expect(cloud.requests).toHaveLength(1);
    expect(await cloud.call("ListTasks", QUEUE)).toEqual({});
    await expect(cloud.createTask({ name: TASK })).rejects.toMatchObject({
      code: "ALREADY_EXISTS",
    });
  });
});

describe("A task's own retryConfig (G 1.4, 2)", () => {
  it("replaces the queue's whole, with Google's defaults for what it leaves out", async () => {
    const cloud = startTasks({ answer: () => 500 });
    await cloud.createQueue({ retryConfig: { ...MINUTELY, maxAttempts: 2 } });

    const task = await cloud.createTask({ name: TASK, retryConfig: { maxAttempts: 4 } });
    await cloud.clock.advance(DAY);

    expect(task["retryConfig"]).toEqual({
      maxAttempts: 4,
      minBackoff: "0.100s",
      maxBackoff: "3600s",
      maxDoublings: 16,
    });
    expect(cloud.times().map((seconds) => Math.round(seconds * 1000))).toEqual([0, 100, 300, 700]);
  });

  it("is checked as the queue's is (G 1.8)", async () => {
    const cloud = startTasks();
    await cloud.createQueue();

    await expect(cloud.createTask({ retryConfig: { maxAttempts: -2 } })).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
      message: "RetryConfig.maxAttempts must be greater or equal to -1.",
    });
  });
});

describe("Retries (G 2)", () => {
  it("wait while their queue is paused, and are counted as they would be", async () => {
    const cloud = startTasks({ answer: () => 500 });
    await cloud.createQueue({ retryConfig: { ...MINUTELY, maxAttempts: 3 } });
    await cloud.createTask();
    await cloud.settle();

    await cloud.call("PauseQueue", QUEUE, {});
    await cloud.clock.advance(600_000);
    await cloud.call("ResumeQueue", QUEUE, {});
    await cloud.clock.advance(DAY);

    expect(cloud.times()).toEqual([0, 600, 660]);
    expect(cloud.requests.map(({ headers }) => headers["X-CloudTasks-TaskRetryCount"])).toEqual([
      "0",
      "1",
      "2",
    ]);
  });

  it("take a token each, like first deliveries", async () => {
    const cloud = startTasks({ answer: (_, number) => (number <= 8 ? 500 : 200) });
    await cloud.createQueue({
      rateLimits: { maxDispatchesPerSecond: 0.1 },
      retryConfig: { minBackoff: "0.001s", maxBackoff: "0.001s" },
    });
    for (let i = 0; i < 8; i++) await cloud.createTask();

    await cloud.clock.advance(DAY);

    // A burst of ten, which two of the retries still find; then one every ten seconds.
    expect(cloud.times()).toEqual([
      ...Array<number>(8).fill(0),
      0.001,
      0.001,
      10,
      20,
      30,
      40,
      50,
      60,
    ]);
  });
});
