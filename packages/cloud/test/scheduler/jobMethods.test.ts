import type { Json } from "../../api/parseJson.ts";
import { localApi } from "../support/localApi.ts";
import { LOCATION } from "../cloudtasks/tasksCloud.ts";
import { JOB, startScheduler, URI } from "./schedulerCloud.ts";

const ACCOUNT = "scheduler@demo.iam.gserviceaccount.com";

describe("A job", () => {
  it("reads back with Google's defaults, audience among them (G 6.1)", async () => {
    const cloud = startScheduler();

    const job = await cloud.createJob({
      httpTarget: { uri: URI, oidcToken: { serviceAccountEmail: ACCOUNT } },
    });

    expect(job).toEqual({
      name: JOB,
      schedule: "0 * * * *",
      timeZone: "Etc/UTC",
      state: "ENABLED",
      userUpdateTime: "2026-11-24T12:00:30Z",
      scheduleTime: "2026-11-24T13:00:00Z",
      attemptDeadline: "180s",
      retryConfig: {
        maxRetryDuration: "0s",
        minBackoffDuration: "5s",
        maxBackoffDuration: "3600s",
        maxDoublings: 5,
      },
      httpTarget: {
        uri: URI,
        httpMethod: "POST",
        headers: { "User-Agent": "Google-Cloud-Scheduler" },
        oidcToken: { serviceAccountEmail: ACCOUNT, audience: URI },
      },
    });
    expect(await cloud.call("GetJob", JOB)).toEqual(job);
  });

  it("reads back the default scope of an access token (G 6.1)", async () => {
    const cloud = startScheduler();

    const job = await cloud.createJob({
      httpTarget: { uri: URI, oauthToken: { serviceAccountEmail: ACCOUNT } },
    });

    expect(job["httpTarget"]["oauthToken"]).toEqual({
      serviceAccountEmail: ACCOUNT,
      scope: "https://www.googleapis.com/auth/cloud-platform",
    });
  });

  it("without a name gets one", async () => {
    const cloud = startScheduler();

    const job = await cloud.createJob({ name: "" });

    expect(job["name"]).toMatch(new RegExp(`^${LOCATION}/jobs/\\d{15}$`));
  });

  it.each([
    {
      fields: { schedule: "61 * * * *" },
      says: "Schedule or time zone is invalid: schedule '61 * * * *': minute 61 is outside 0-59.",
    },
    {
      fields: { timeZone: "IST" },
      says: "Schedule or time zone is invalid: time zone 'IST' is not in the time zone database.",
    },
    {
      fields: { retryConfig: { retryCount: 6 } },
      says: "RetryConfig.retryCount 6 must be between [0, 5].",
    },
    {
      fields: { retryConfig: { retryCount: -1 } },
      says: "RetryConfig.retryCount -1 must be between [0, 5].",
    },
    {
      fields: { retryConfig: { minBackoffDuration: "-1s" } },
      says: "RetryConfig.minBackoffDuration cannot be negative.",
    },
    { fields: { attemptDeadline: "14s" }, says: "Job.attemptDeadline must be between [15s, 30m]." },
    {
      fields: { attemptDeadline: "1801s" },
      says: "Job.attemptDeadline must be between [15s, 30m].",
    },
    {
      fields: { description: "d".repeat(501) },
      says: "Job.description has 501 characters; at most 500 are allowed.",
    },
    {
      fields: { httpTarget: { uri: "ftp://x/" } },
      says: "HttpTarget.uri 'ftp://x/' must be a URL that starts with 'http://' or 'https://'.",
    },
    {
      fields: { httpTarget: { uri: URI, httpMethod: "GET", body: "AA==" } },
      says: "HttpTarget.body is not allowed for HTTP method GET.",
    },
    {
      fields: { httpTarget: { uri: URI, headers: { "X-Google-A": "b" } } },
      says: "HttpTarget.headers: Header 'X-Google-A' is reserved.",
    },
    {
      fields: { appEngineHttpTarget: {} },
      says: "A job has one of httpTarget, pubsubTarget and appEngineHttpTarget.",
    },
    {
      fields: { name: `${LOCATION}/jobs/a.b` },
      says: `Job name '${LOCATION}/jobs/a.b' must be formatted: "${LOCATION}/jobs/<JOB_ID>", with an id of 1 to 500 letters, digits, hyphens and underscores.`,
    },
    {
      fields: { fast: true },
      says: 'Invalid JSON payload received. Unknown name "fast": Cannot find field.',
    },
  ])("is refused: $says", async ({ fields, says }) => {
    const cloud = startScheduler();

    await expect(cloud.createJob(fields)).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
      message: says,
    });
    expect(await cloud.call("ListJobs", LOCATION)).toEqual({});
  });

  it("of a name that is taken is refused, and one that is not there not found", async () => {
    const cloud = startScheduler();
    await expect(cloud.call("GetJob", JOB)).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(cloud.call("UpdateJob", JOB, {})).rejects.toMatchObject({ code: "NOT_FOUND" });
    await cloud.createJob();

    await expect(cloud.createJob()).rejects.toMatchObject({ code: "ALREADY_EXISTS" });
    expect(await cloud.call("DeleteJob", JOB)).toEqual({});
    await cloud.clock.advance(2 * 3_600_000);
    expect(cloud.requests).toEqual([]);
    expect(await cloud.createJob()).toMatchObject({ name: JOB });
  });

  it("with a token needs actAs of who creates or updates it (G 4.2)", async () => {
    const cloud = startScheduler({ refused: [ACCOUNT] });
    const httpTarget = { uri: URI, oauthToken: { serviceAccountEmail: ACCOUNT } };
    const refusal = { code: "PERMISSION_DENIED" };

    await expect(cloud.createJob({ httpTarget })).rejects.toMatchObject(refusal);
    await cloud.createJob();
    await expect(
      cloud.call("UpdateJob", JOB, { httpTarget, schedule: "0 * * * *" }),
    ).rejects.toMatchObject(refusal);
  });
});

describe("A job of another kind of target (G 6.1)", () => {
  it("is kept and shown as it was set", async () => {
    const cloud = startScheduler();
    const pubsubTarget = {
      topicName: "projects/demo/topics/t",
      data: "aGk=",
      attributes: { a: "b" },
    };

    expect(await cloud.createJob({ pubsubTarget })).toMatchObject({ pubsubTarget });

    const appEngineHttpTarget = { httpMethod: "PUT", relativeUri: "/a", body: "aGk=" };
    expect(
      await cloud.call("UpdateJob", JOB, { schedule: "* * * * *", appEngineHttpTarget }),
    ).toMatchObject({ appEngineHttpTarget });
  });

  it("has the deadlines of App Engine, or none that matter for a topic", async () => {
    const cloud = startScheduler();
    const update = (fields: Record<string, Json>) =>
      cloud.call("UpdateJob", JOB, { schedule: "* * * * *", ...fields });
    await cloud.createJob();

    expect(await update({ appEngineHttpTarget: {}, attemptDeadline: "86415s" })).toMatchObject({
      attemptDeadline: "86415s",
    });
    await expect(update({ appEngineHttpTarget: {}, attemptDeadline: "86416s" })).rejects.toThrow(
      "Job.attemptDeadline must be between [15s, 24h15s].",
    );
    expect(await update({ pubsubTarget: {}, attemptDeadline: "1s" })).toMatchObject({
      attemptDeadline: "1s",
    });
  });

  it("refuses a field that its target does not have", async () => {
    const cloud = startScheduler();

    await expect(cloud.createJob({ pubsubTarget: { topic: "t" } })).rejects.toThrow(
      "Invalid JSON payload received. Unknown name \"topic\" at 'pubsub_target': Cannot find field.",
    );
  });
});

describe("The locations of Cloud Scheduler (G 9.2)", () => {
  it("are those that the project has jobs in", async () => {
    const cloud = startScheduler();
    const { ok, refusal } = localApi(cloud.methods);
    await cloud.createJob();
    await cloud.createJob({ name: `${LOCATION}/jobs/second` });
    const location = {
      name: LOCATION,
      locationId: "europe-west1",
      labels: { "cloud.googleapis.com/region": "europe-west1" },
    };

    expect(await ok("GET /v1/projects/demo/locations")).toEqual({ locations: [location] });
    expect(await ok(`GET /v1/${LOCATION}`)).toEqual(location);
    expect(await refusal("GET /v1/projects/demo/locations/mars")).toMatchObject({ code: 404 });
    expect(await refusal("GET /v1/projects/other/locations")).toMatchObject({ code: 403 });
  });
});

describe("UpdateJob (G 6.1)", () => {
  it("sets every field where there is no mask, and the next run with them", async () => {
    const cloud = startScheduler();
    await cloud.createJob({ description: "old", retryConfig: { retryCount: 3 } });

    const job = await cloud.call("UpdateJob", JOB, {
      schedule: "5 4 * * *",
      timeZone: "Asia/Tokyo",
      httpTarget: { uri: URI },
    });

    expect(job).toMatchObject({
      schedule: "5 4 * * *",
      timeZone: "Asia/Tokyo",
      scheduleTime: "2026-11-24T19:05:00Z",
    });
    expect(job).not.toHaveProperty("description");
    expect(job["retryConfig"]).not.toHaveProperty("retryCount");
  });

  it("changes what the mask names and nothing else", async () => {
    const cloud = startScheduler();
    const before = await cloud.createJob({ retryConfig: { retryCount: 3 } });

    const after = await cloud.call(
      "UpdateJob",
      JOB,
      { description: "new", schedule: "1 1 1 1 *" },
      { updateMask: "description" },
    );

    expect(after).toEqual({ ...before, description: "new" });
  });

  it("leaves a paused job paused", async () => {
    const cloud = startScheduler();
    await cloud.createJob();
    await cloud.call("PauseJob", JOB, {});

    await cloud.call("UpdateJob", JOB, { schedule: "* * * * *" }, { updateMask: "schedule" });
    await cloud.clock.advance(3_600_000);

    expect(cloud.requests).toEqual([]);
    expect(await cloud.call("GetJob", JOB)).toMatchObject({ state: "PAUSED" });
  });
});

describe("ListJobs", () => {
  it("returns a location's jobs page by page", async () => {
    const cloud = startScheduler();
    for (const id of ["b", "a", "c"]) await cloud.createJob({ name: `${LOCATION}/jobs/${id}` });

    const first = await cloud.call("ListJobs", LOCATION, undefined, { pageSize: "2" });
    const { nextPageToken: pageToken } = first;
    const second = await cloud.call("ListJobs", LOCATION, undefined, { pageToken });

    const names = [first, second].map(({ jobs }) => jobs.map((j: { name: string }) => j.name));
    expect(names).toEqual([[`${LOCATION}/jobs/a`, `${LOCATION}/jobs/b`], [`${LOCATION}/jobs/c`]]);
  });
});

describe("The methods of Cloud Scheduler", () => {
  it("name the permission and the resource it is needed on (G 9.2)", () => {
    const { methods } = startScheduler();
    const call = {
      params: { project: "demo", location: "europe-west1", job: "nightly" },
      query: new URLSearchParams(),
      body: undefined,
      member: "user:me",
    };

    const table = methods.map(({ name, permission }) => [
      name,
      permission?.[0],
      permission?.[1](call),
    ]);

    expect(table).toEqual([
      ["CreateJob", "cloudscheduler.jobs.create", LOCATION],
      ["GetJob", "cloudscheduler.jobs.get", JOB],
      ["ListJobs", "cloudscheduler.jobs.list", LOCATION],
      ["UpdateJob", "cloudscheduler.jobs.update", JOB],
      ["DeleteJob", "cloudscheduler.jobs.delete", JOB],
      ["PauseJob", "cloudscheduler.jobs.pause", JOB],
      ["ResumeJob", "cloudscheduler.jobs.enable", JOB],
      ["RunJob", "cloudscheduler.jobs.run", JOB],
      ["ListLocations", "cloudscheduler.locations.list", "projects/demo"],
      ["GetLocation", "cloudscheduler.locations.get", LOCATION],
    ]);
  });
});
