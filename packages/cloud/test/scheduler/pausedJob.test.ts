import { JOB, startScheduler } from "./schedulerCloud.ts";

const HOUR = 3_600_000;

// A convention of the local cloud: google-cloud.md 6.2.
describe("A paused job", () => {
  const retryConfig = { retryCount: 3, minBackoffDuration: "10s", maxBackoffDuration: "10s" };
  const forcedAt = "2026-11-24T12:00:30Z";

  it("does not retry what was under way when it was paused, whoever began it", async () => {
    const answers: ((status: number) => void)[] = [];
    const cloud = startScheduler({ answer: () => new Promise((r) => answers.push(r)) });
    await cloud.createJob({ retryConfig });
    await cloud.clock.advance(HOUR);
    await cloud.call("RunJob", JOB, {});
    await cloud.settle();

    await cloud.call("PauseJob", JOB, {});
    for (const answer of answers) answer(500);
    await cloud.clock.advance(HOUR);

    expect(cloud.requests.map((r) => r.headers["X-CloudScheduler-ScheduleTime"])).toEqual([
      "2026-11-24T13:00:00Z",
      "2026-11-24T13:00:30Z",
    ]);
  });

  it("retries what was under way where it is resumed before that ends", async () => {
    const answers: ((status: number) => void)[] = [];
    const cloud = startScheduler({ answer: () => new Promise((r) => answers.push(r)) });
    await cloud.createJob({ retryConfig });
    await cloud.call("RunJob", JOB, {});
    await cloud.call("PauseJob", JOB, {});
    await cloud.call("ResumeJob", JOB, {});
    await cloud.settle();

    answers[0]!(500);
    await cloud.clock.advance(10_000);

    expect(cloud.requests).toHaveLength(2);
  });

  it("drops the retry that RunJob's run waits for", async () => {
    const cloud = startScheduler({ answer: () => 500 });
    await cloud.createJob({ retryConfig });
    await cloud.call("RunJob", JOB, {});
    await cloud.clock.advance(10_000);
    expect(cloud.requests).toHaveLength(2);

    await cloud.call("PauseJob", JOB, {});
    await cloud.clock.advance(HOUR);

    expect(cloud.requests).toHaveLength(2);
  });

  it("makes one attempt where RunJob asks for a run, and more once it is resumed", async () => {
    const cloud = startScheduler({ answer: () => 500 });
    await cloud.createJob({ retryConfig });
    await cloud.call("PauseJob", JOB, {});
    await cloud.call("RunJob", JOB, {});
    await cloud.clock.advance(60_000);
    expect(cloud.requests.map((r) => r.headers["X-CloudScheduler-ScheduleTime"])).toEqual([
      forcedAt,
    ]);

    await cloud.call("ResumeJob", JOB, {});
    await cloud.call("RunJob", JOB, {});
    await cloud.clock.advance(60_000);

    expect(cloud.requests).toHaveLength(5);
  });
});
