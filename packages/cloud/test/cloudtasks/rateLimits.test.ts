import { LOCATION, never, QUEUE, startTasks } from "./tasksCloud.ts";

/** When the tasks of a queue with these limits are dispatched, that were all there when it began. */
async function timesOf(rateLimits: Record<string, number>, count: number): Promise<number[]> {
  const cloud = startTasks();
  await cloud.createQueue({ rateLimits });
  await cloud.call("PauseQueue", QUEUE, {});
  for (let i = 0; i < count; i++) await cloud.createTask();
  await cloud.call("ResumeQueue", QUEUE, {});
  await cloud.clock.advance(3_600_000);
  return cloud.times();
}

const rounded = (seconds: number): number => Math.round(seconds * 1e6) / 1e6;

describe("A queue's rate (G 3)", () => {
  it.each([
    { rate: 500, burst: 100, everySeconds: 0.002 },
    { rate: 1, burst: 10, everySeconds: 1 },
    { rate: 0.1, burst: 10, everySeconds: 10 },
    { rate: 0.4, burst: 10, everySeconds: 2.5 },
  ])("of $rate/s dispatches its burst, then one in $everySeconds s", async (row) => {
    const { rate, burst, everySeconds } = row;

    const times = await timesOf({ maxDispatchesPerSecond: rate }, burst + 5);

    expect(times.map(rounded)).toEqual([
      ...Array<number>(burst).fill(0),
      ...[1, 2, 3, 4, 5].map((n) => rounded(n * everySeconds)),
    ]);
  });

  it("lets no window of time have more than its burst and what the rate adds", async () => {
    const times = await timesOf({ maxDispatchesPerSecond: 3 }, 100);

    const excess = times.flatMap((from, first) =>
      times.slice(first).map((to, held) => held + 1 - (10 + 3 * (to - from))),
    );
    expect(Math.max(...excess)).toBeLessThan(1e-3);
  });

  it("fills an idle queue's bucket up to its burst, and goes on from there", async () => {
    const cloud = startTasks();
    await cloud.createQueue({ rateLimits: { maxDispatchesPerSecond: 0.5 } });
    for (let i = 0; i < 10; i++) await cloud.createTask();
    await cloud.clock.advance(6_000);

    for (let i = 0; i < 5; i++) await cloud.createTask();
    await cloud.clock.advance(60_000);

    // Three tokens have come in six seconds.
    expect(cloud.times().slice(10)).toEqual([6, 6, 6, 8, 10]);
  });

  it("that is changed through the API brings the burst of the new one", async () => {
    const cloud = startTasks();
    await cloud.createQueue();

    const { rateLimits } = await cloud.call(
      "UpdateQueue",
      QUEUE,
      { rateLimits: { maxDispatchesPerSecond: 1 } },
      { updateMask: "rateLimits.maxDispatchesPerSecond" },
    );

    expect(rateLimits).toEqual({
      maxDispatchesPerSecond: 1,
      maxBurstSize: 10,
      maxConcurrentDispatches: 1000,
    });
  });
});

describe("A queue's concurrency (G 3)", () => {
  it("bounds what is under way, even where there are tokens", async () => {
    const cloud = startTasks({ answer: never });
    await cloud.createQueue({ rateLimits: { maxConcurrentDispatches: 3 } });
    for (let i = 0; i < 10; i++) await cloud.createTask({ dispatchDeadline: "15s" });

    await cloud.clock.advance(14_999);
    expect(cloud.times()).toEqual([0, 0, 0]);
    await cloud.clock.advance(1);

    // The deadline frees their slots, for those that have waited longest.
    expect(cloud.times()).toEqual([0, 0, 0, 15, 15, 15]);
  });

  it("is each queue's own", async () => {
    const cloud = startTasks({ answer: never });
    for (const id of ["a", "b"]) {
      await cloud.createQueue({ rateLimits: { maxConcurrentDispatches: 1 } }, id);
      for (let i = 0; i < 2; i++) await cloud.createTask({}, `${LOCATION}/queues/${id}`);
    }
    await cloud.settle();

    expect(cloud.requests.map(({ headers }) => headers["X-CloudTasks-QueueName"])).toEqual([
      "a",
      "b",
    ]);
  });
});

describe("The depth of a queue (G 8.2)", () => {
  it("counts tasks that are scheduled for later, wait or are under way", async () => {
    const cloud = startTasks({ answer: (...all) => (all[1] === 1 ? 500 : never(...all)) });
    await cloud.createQueue({ retryConfig: { minBackoff: "100s" } });
    await cloud.createTask();
    await cloud.settle();
    await cloud.createTask();
    await cloud.createTask({ scheduleTime: "2026-12-24T12:00:00Z" });

    expect([...cloud.depths()]).toEqual([[QUEUE, 3]]);
  });
});
