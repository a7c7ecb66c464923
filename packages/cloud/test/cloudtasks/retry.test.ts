import { retryWaitMs } from "../../target/retryConfig.ts";
import { never, QUEUE, startTasks } from "./tasksCloud.ts";

const DAY = 86_400_000;

describe("Cloud Tasks' retries (G 2)", () => {
  it.each([
    {
      example: "10 s, 300 s, 3 doublings",
      retryConfig: { minBackoff: "10s", maxBackoff: "300s", maxDoublings: 3, maxAttempts: 9 },
      waits: [10, 20, 40, 80, 160, 240, 300, 300],
    },
    {
      example: "5 s, 60 s, 1 doubling",
      retryConfig: { minBackoff: "5s", maxBackoff: "60s", maxDoublings: 1, maxAttempts: 8 },
      waits: [5, 10, 20, 30, 40, 50, 60],
    },
    {
      example: "Google's defaults",
      retryConfig: { maxAttempts: 18 },
      waits: [
        0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 51.2, 102.4, 204.8, 409.6, 819.2, 1638.4,
        3276.8, 3600,
      ],
    },
  ])(
    "wait as Google says for $example, and stop at maxAttempts",
    async ({ retryConfig, waits }) => {
      const cloud = startTasks({ answer: () => 500 });
      await cloud.createQueue({ retryConfig });
      await cloud.createTask();

      await cloud.clock.advance(10 * DAY);

      const spacing = cloud.times().map((t, i, all) => t - (all[i - 1] ?? 0));
      expect(spacing.slice(1).map((s) => Math.round(s * 1000) / 1000)).toEqual(waits);
      expect(await cloud.call("ListTasks", QUEUE)).toEqual({});
    },
  );

  it("count the wait from the answer, not from the schedule (G 2)", async () => {
    const cloud = startTasks({
      answer: () =>
        new Promise((resolve) => {
          cloud.clock.at(cloud.clock.now() + 7_000, () => {
            resolve(503);
          });
        }),
    });
    await cloud.createQueue({ retryConfig: { minBackoff: "10s", maxAttempts: 3 } });
    await cloud.createTask();

    await cloud.clock.advance(DAY);

    expect(cloud.times()).toEqual([0, 17, 44]);
  });

  it("count the wait after a timeout from the deadline's expiry (G 2)", async () => {
    const cloud = startTasks({ answer: never });
    await cloud.createQueue({ retryConfig: { minBackoff: "10s", maxAttempts: 2 } });
    await cloud.createTask({ dispatchDeadline: "20s" });

    await cloud.clock.advance(DAY);

    expect(cloud.times()).toEqual([0, 30]);
  });

  it("use the task's own retryConfig in place of the queue's (G 2)", async () => {
    const cloud = startTasks({ answer: () => 500 });
    await cloud.createQueue({ retryConfig: { minBackoff: "10s", maxAttempts: 5 } });
    await cloud.createTask({ retryConfig: { minBackoff: "1s", maxAttempts: 3 } });

    await cloud.clock.advance(DAY);

    expect(cloud.times()).toEqual([0, 1, 3]);
  });

  const backoff = { minBackoffMs: 1000, maxBackoffMs: 1000, maxDoublings: 16 };
  it.each([
    { maxAttempts: 5, durationMs: 0, attempts: 4, elapsedMs: 1e9, goesOn: true },
    { maxAttempts: 5, durationMs: 0, attempts: 5, elapsedMs: 0, goesOn: false },
    { maxAttempts: 5, durationMs: 3_600_000, attempts: 50, elapsedMs: 3_599_999, goesOn: true },
    { maxAttempts: 5, durationMs: 3_600_000, attempts: 50, elapsedMs: 3_600_000, goesOn: false },
    { maxAttempts: 5, durationMs: 3_600_000, attempts: 4, elapsedMs: 7_200_000, goesOn: true },
    { maxAttempts: -1, durationMs: 60_000, attempts: 9, elapsedMs: 59_999, goesOn: true },
    { maxAttempts: -1, durationMs: 60_000, attempts: 1, elapsedMs: 60_000, goesOn: false },
    { maxAttempts: -1, durationMs: 0, attempts: 1e6, elapsedMs: 1e12, goesOn: true },
  ])(
    "end when both limits are exhausted: $attempts of $maxAttempts, $elapsedMs of $durationMs ms",
    ({ maxAttempts, durationMs, attempts, elapsedMs, goesOn }) => {
      const wait = retryWaitMs(attempts, elapsedMs, {
        ...backoff,
        maxAttempts,
        maxRetryDurationMs: durationMs,
      });

      expect(wait).toBe(goesOn ? 1000 : undefined);
    },
  );

  it("go on until the retention of 31 days where both limits are off (G 1.5)", async () => {
    const cloud = startTasks({ answer: () => 500 });
    await cloud.createQueue({
      retryConfig: { maxAttempts: -1, minBackoff: "86400s", maxBackoff: "86400s" },
    });
    await cloud.createTask();

    await cloud.clock.advance(40 * DAY);

    expect(cloud.requests).toHaveLength(31);
    expect(await cloud.call("ListTasks", QUEUE)).toEqual({});
  });

  it("treat every status outside 2xx as a failure, redirects included (G 1.9)", async () => {
    const statuses = [400, 404, 409, 302, 429, 500, 204];
    const cloud = startTasks({ answer: (_, number) => statuses[number - 1]! });
    const deliveries = cloud.record("deliveryFinished");
    await cloud.createQueue();
    await cloud.createTask();

    await cloud.clock.advance(DAY);

    expect(deliveries.map(({ status, end }) => [status, end])).toEqual([
      [400, undefined],
      [404, undefined],
      [409, undefined],
      [302, undefined],
      [429, undefined],
      [500, undefined],
      [204, "done"],
    ]);
  });
});
