import { never } from "../cloudtasks/tasksCloud.ts";
import { JOB, startScheduler, URI } from "./schedulerCloud.ts";

const HOUR = 3_600_000;
const ACCOUNT = "scheduler@demo.iam.gserviceaccount.com";

describe("A job's request (G 6.2)", () => {
  it("carries Scheduler's headers, and a content type where there is a body", async () => {
    const cloud = startScheduler();
    await cloud.createJob({
      httpTarget: { uri: URI, body: "aGVsbG8=", headers: { "X-Own": "1" } },
    });

    await cloud.clock.advance(HOUR);

    const [request] = cloud.requests;
    expect(request).toMatchObject({ method: "POST", origin: { internal: true, project: "demo" } });
    expect(request!.url.href).toBe(URI);
    expect(Buffer.from(request!.body!).toString()).toBe("hello");
    expect(request!.headers).toEqual({
      "X-Own": "1",
      "Content-Type": "application/octet-stream",
      "User-Agent": "Google-Cloud-Scheduler",
      "X-CloudScheduler": "true",
      "X-CloudScheduler-JobName": "nightly",
      "X-CloudScheduler-ScheduleTime": "2026-11-24T13:00:00Z",
    });
  });

  it.each([
    {
      token: { oidcToken: { serviceAccountEmail: ACCOUNT } },
      carries: `Bearer id:${ACCOUNT}:${URI}`,
    },
    {
      token: { oidcToken: { serviceAccountEmail: ACCOUNT, audience: "https://aud" } },
      carries: `Bearer id:${ACCOUNT}:https://aud`,
    },
    {
      token: { oauthToken: { serviceAccountEmail: ACCOUNT } },
      carries: `Bearer access:${ACCOUNT}`,
    },
    { token: {}, carries: undefined },
  ])("carries '$carries'", async ({ token, carries }) => {
    const cloud = startScheduler();
    await cloud.createJob({ httpTarget: { uri: URI, httpMethod: "GET", ...token } });

    await cloud.clock.advance(HOUR);

    expect(cloud.requests[0]!.headers["Authorization"]).toBe(carries);
    expect(cloud.requests[0]!.headers).not.toHaveProperty("Content-Type");
  });
});

describe("A job's runs (G 6.2)", () => {
  it("come at its times, and a failed one is not retried by default", async () => {
    const cloud = startScheduler({ answer: () => 500 });
    const finished = cloud.record("jobFinished");
    await cloud.createJob();

    await cloud.clock.advance(3 * HOUR);

    expect(cloud.times()).toEqual([
      "2026-11-24T13:00:00.000Z",
      "2026-11-24T14:00:00.000Z",
      "2026-11-24T15:00:00.000Z",
    ]);
    expect(finished[0]).toEqual({
      job: JOB,
      scheduleTime: Date.parse("2026-11-24T13:00:00Z"),
      status: 500,
    });
    expect(await cloud.call("GetJob", JOB)).toMatchObject({
      status: { code: 13, message: "INTERNAL(13): HTTP status code 500" },
      scheduleTime: "2026-11-24T16:00:00Z",
      lastAttemptTime: "2026-11-24T15:00:00Z",
    });
  });

  it("are retried retryCount times with the back-off, under the same schedule time", async () => {
    const cloud = startScheduler({ answer: () => 503 });
    const finished = cloud.record("jobFinished");
    await cloud.createJob({
      schedule: "0 0 * * *",
      retryConfig: {
        retryCount: 5,
        minBackoffDuration: "10s",
        maxBackoffDuration: "50s",
        maxDoublings: 1,
      },
    });

    await cloud.clock.advance(24 * HOUR);

    expect(cloud.times().map((time) => time.slice(11, 19))).toEqual([
      "00:00:00",
      "00:00:10",
      "00:00:30",
      "00:01:10",
      "00:02:00",
      "00:02:50",
    ]);
    expect(new Set(cloud.requests.map((r) => r.headers["X-CloudScheduler-ScheduleTime"]))).toEqual(
      new Set(["2026-11-25T00:00:00Z"]),
    );
    expect(finished[0]!.retryTime).toBe(Date.parse("2026-11-25T00:00:10Z"));
    expect(finished[5]).not.toHaveProperty("retryTime");
  });

  it("are retried until both limits are reached", async () => {
    const cloud = startScheduler({ answer: () => 503 });
    await cloud.createJob({
      schedule: "0 0 * * *",
      retryConfig: {
        retryCount: 1,
        maxRetryDuration: "60s",
        minBackoffDuration: "20s",
        maxBackoffDuration: "20s",
      },
    });

    await cloud.clock.advance(24 * HOUR);

    expect(cloud.times().map((time) => time.slice(14, 19))).toEqual([
      "00:00",
      "00:20",
      "00:40",
      "01:00",
    ]);
  });

  it("stop retrying at the next scheduled time", async () => {
    const cloud = startScheduler({ answer: () => 503 });
    const finished = cloud.record("jobFinished");
    await cloud.createJob({
      schedule: "* * * * *",
      retryConfig: { retryCount: 5, minBackoffDuration: "25s", maxBackoffDuration: "25s" },
    });

    await cloud.clock.advance(90_000);

    expect(cloud.times().map((time) => time.slice(11, 19))).toEqual([
      "12:01:00",
      "12:01:25",
      "12:01:50",
      "12:02:00",
    ]);
    expect(finished.map(({ retryTime }) => retryTime !== undefined)).toEqual([
      true,
      true,
      false,
      true,
    ]);
  });

  it("stop retrying at the next scheduled time of a schedule that was changed meanwhile", async () => {
    const cloud = startScheduler({ answer: () => 503 });
    const retryConfig = { retryCount: 5, minBackoffDuration: "600s", maxBackoffDuration: "600s" };
    await cloud.createJob({ retryConfig });
    await cloud.clock.advance(HOUR);

    await cloud.call("UpdateJob", JOB, { schedule: "5 * * * *" }, { updateMask: "schedule" });
    await cloud.clock.advance(10 * 60_000);

    expect(cloud.times().map((time) => time.slice(11, 19))).toEqual(["13:00:00", "13:05:00"]);
  });

  it("go on until maxRetryDuration ends where retryCount is 0 (G 6.1)", async () => {
    const cloud = startScheduler({ answer: () => 503 });
    await cloud.createJob({
      schedule: "0 0 * * *",
      retryConfig: {
        retryCount: 0,
        maxRetryDuration: "50s",
        minBackoffDuration: "20s",
        maxBackoffDuration: "20s",
      },
    });

    await cloud.clock.advance(24 * HOUR);

    expect(cloud.times().map((time) => time.slice(14, 19))).toEqual([
      "00:00",
      "00:20",
      "00:40",
      "01:00",
    ]);
  });

  it("are never retried where both limits are 0, and come again at the next time (G 6.1)", async () => {
    const cloud = startScheduler({ answer: () => 503 });
    await cloud.createJob({ retryConfig: { retryCount: 0, maxRetryDuration: "0s" } });

    await cloud.clock.advance(2 * HOUR);

    expect(cloud.times().map((time) => time.slice(11, 19))).toEqual(["13:00:00", "14:00:00"]);
  });

  it("do not overlap: one that is due meanwhile starts late, when the one before ends", async () => {
    const answers: ((status: number) => void)[] = [];
    const cloud = startScheduler({ answer: () => new Promise((r) => answers.push(r)) });
    await cloud.createJob({ schedule: "*/10 * * * *", attemptDeadline: "1800s" });
    await cloud.clock.advance(25 * 60_000);
    expect(cloud.requests).toHaveLength(1);

    answers[0]!(500);
    await cloud.clock.advance(60_000);
    answers[1]!(200);
    await cloud.clock.advance(5 * 60_000);

    expect(cloud.times().map((time) => time.slice(11, 19))).toEqual([
      "12:10:00",
      "12:25:30",
      "12:30:00",
    ]);
    expect(cloud.requests.map((r) => r.headers["X-CloudScheduler-ScheduleTime"])).toEqual([
      "2026-11-24T12:10:00Z",
      "2026-11-24T12:20:00Z",
      "2026-11-24T12:30:00Z",
    ]);
  });

  it("end at the attempt deadline, 180 s by default", async () => {
    const cloud = startScheduler({ answer: never });
    const finished = cloud.record("jobFinished");
    await cloud.createJob();

    await cloud.clock.advance(HOUR + 180_000);

    expect(cloud.requests[0]!.signal.aborted).toBe(true);
    expect(finished[0]).toMatchObject({
      status: 0,
      error: "No answer within the attempt deadline of 180 s.",
    });
    expect((await cloud.call("GetJob", JOB))["status"]["code"]).toBe(4);
  });
});

describe("PauseJob and ResumeJob", () => {
  it("stop the runs and start them again, missed ones not made up for", async () => {
    const cloud = startScheduler();
    await cloud.createJob();

    const paused = await cloud.call("PauseJob", JOB, {});
    await cloud.clock.advance(3 * HOUR);
    const resumed = await cloud.call("ResumeJob", JOB, {});
    await cloud.clock.advance(HOUR);

    expect(paused["state"]).toBe("PAUSED");
    expect(paused).not.toHaveProperty("scheduleTime");
    expect(resumed).toMatchObject({ state: "ENABLED", scheduleTime: "2026-11-24T16:00:00Z" });
    expect(cloud.times()).toEqual(["2026-11-24T16:00:00.000Z"]);
  });

  it("let a job that is enabled be resumed, as the provider does (G 11.3)", async () => {
    const cloud = startScheduler();
    await cloud.createJob();

    expect(await cloud.call("ResumeJob", JOB, {})).toMatchObject({
      state: "ENABLED",
      scheduleTime: "2026-11-24T13:00:00Z",
    });
  });
});

describe("RunJob", () => {
  it("dispatches now, even while a run is under way or the job is paused", async () => {
    const cloud = startScheduler({ answer: never });
    await cloud.createJob({ attemptDeadline: "1800s" });
    await cloud.clock.advance(HOUR);
    await cloud.call("RunJob", JOB, {});
    await cloud.call("PauseJob", JOB, {});
    await cloud.call("RunJob", JOB, {});
    await cloud.settle();

    expect(cloud.times()).toEqual([
      "2026-11-24T13:00:00.000Z",
      "2026-11-24T13:00:30.000Z",
      "2026-11-24T13:00:30.000Z",
    ]);
  });
});

describe("A run that starts late", () => {
  it("waits for the one before, whatever else happens to the job meanwhile", async () => {
    const cloud = startScheduler({ answer: never });
    await cloud.createJob({ schedule: "*/10 * * * *", attemptDeadline: "1800s" });
    await cloud.clock.advance(25 * 60_000);

    await cloud.call("RunJob", JOB, {});
    await cloud.settle();

    expect(cloud.requests.map((r) => r.headers["X-CloudScheduler-ScheduleTime"])).toEqual([
      "2026-11-24T12:10:00Z",
      "2026-11-24T12:25:30Z",
    ]);
  });
});

describe("A target that is not emulated", () => {
  it("is kept, and told of when it fires", async () => {
    const cloud = startScheduler();
    const notEmulated = cloud.record("notEmulated");
    const pubsubTarget = { topicName: "projects/demo/topics/t", data: "aGVsbG8=" };

    const job = await cloud.createJob({ pubsubTarget });
    await cloud.clock.advance(HOUR);

    expect(job["pubsubTarget"]).toEqual(pubsubTarget);
    expect(notEmulated).toEqual([{ what: `Pub/Sub target of job '${JOB}'` }]);
    expect(cloud.requests).toEqual([]);
  });
});

describe("A scheduler that was stopped", () => {
  it("runs nothing more and breaks off what is under way", async () => {
    const cloud = startScheduler({ answer: never });
    await cloud.createJob();
    await cloud.clock.advance(HOUR);

    cloud.stop();
    await cloud.clock.advance(5 * HOUR);

    expect(cloud.requests).toHaveLength(1);
    expect(cloud.requests[0]!.signal.aborted).toBe(true);
    expect(cloud.clock.nextTime).toBeUndefined();
  });
});
