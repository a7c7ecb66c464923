import { LOCATION } from "../cloudtasks/tasksCloud.ts";
import { JOB, startScheduler, URI } from "./schedulerCloud.ts";

const MB = 1_048_576;
const uriOf = (length: number): string => `https://worker.example/${"a".repeat(length - 23)}`;

/** The largest values that are taken, and the smallest that are not. */
const LIMITS = [
  {
    what: "an id",
    taken: { name: `${LOCATION}/jobs/${"a".repeat(500)}` },
    refused: { name: `${LOCATION}/jobs/${"a".repeat(501)}` },
  },
  {
    what: "the characters of an id",
    taken: { name: `${LOCATION}/jobs/aZ09_-` },
    refused: { name: `${LOCATION}/jobs/a.b` },
  },
  {
    what: "a description",
    taken: { description: "d".repeat(500) },
    refused: { description: "d".repeat(501) },
  },
  {
    what: "a URI",
    taken: { httpTarget: { uri: uriOf(2083) } },
    refused: { httpTarget: { uri: uriOf(2084) } },
  },
  {
    what: "a URI's scheme",
    taken: { httpTarget: { uri: "http://worker.example/" } },
    refused: { httpTarget: { uri: "worker.example/" } },
  },
  {
    // The User-Agent that is added has 32 bytes.
    what: "the headers",
    taken: { httpTarget: { uri: URI, headers: { A: "a".repeat(80 * 1024 - 34) } } },
    refused: { httpTarget: { uri: URI, headers: { A: "a".repeat(80 * 1024 - 33) } } },
  },
  {
    what: "retryCount",
    taken: { retryConfig: { retryCount: 5 } },
    refused: { retryConfig: { retryCount: 6 } },
  },
  {
    what: "the least retryCount",
    taken: { retryConfig: { retryCount: 0 } },
    refused: { retryConfig: { retryCount: -1 } },
  },
  {
    what: "a short attemptDeadline",
    taken: { attemptDeadline: "15s" },
    refused: { attemptDeadline: "14.999s" },
  },
  {
    what: "a long attemptDeadline",
    taken: { attemptDeadline: "1800s" },
    refused: { attemptDeadline: "1800.001s" },
  },
  {
    what: "the kinds of token",
    taken: { httpTarget: { uri: URI, oidcToken: { serviceAccountEmail: "a@b" } } },
    refused: {
      httpTarget: {
        uri: URI,
        oidcToken: { serviceAccountEmail: "a@b" },
        oauthToken: { serviceAccountEmail: "a@b" },
      },
    },
  },
  {
    what: "a token's account",
    taken: { httpTarget: { uri: URI, oauthToken: { serviceAccountEmail: "a@b" } } },
    refused: { httpTarget: { uri: URI, oauthToken: { scope: "https://scope" } } },
  },
];

describe("The limits of a job (G 6.1)", () => {
  it.each(LIMITS)("let through what is just within, and no more: $what", async (limit) => {
    const cloud = startScheduler();

    await expect(cloud.createJob(limit.refused)).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
    });
    expect(await cloud.createJob(limit.taken)).toMatchObject({ state: "ENABLED" });
  });

  it("are those of an update as well, which then changes nothing", async () => {
    for (const { refused } of LIMITS.filter(({ taken }) => !("name" in taken))) {
      const cloud = startScheduler();
      const job = await cloud.createJob();

      await expect(
        cloud.call("UpdateJob", JOB, {
          schedule: "0 * * * *",
          httpTarget: { uri: URI },
          ...refused,
        }),
      ).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
      expect(await cloud.call("GetJob", JOB)).toEqual(job);
    }
  });

  it("are 1 MB for the whole job", async () => {
    const cloud = startScheduler();
    const rest = { name: JOB, schedule: "0 * * * *", httpTarget: { uri: URI, body: "" } };
    const room = MB - Buffer.byteLength(JSON.stringify(rest));
    const withBody = (length: number) => ({
      ...rest,
      httpTarget: { uri: URI, body: "A".repeat(length) },
    });
    const largest = Math.floor(room / 4) * 4;

    await expect(cloud.call("CreateJob", LOCATION, withBody(largest + 4))).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
      message: `The job takes ${MB - room + largest + 4} bytes; at most 1 MB is allowed.`,
    });
    expect(await cloud.call("CreateJob", LOCATION, withBody(largest))).toMatchObject({ name: JOB });
  });

  it.each(["GET", "HEAD", "DELETE", "OPTIONS"])("allow no body with %s", async (httpMethod) => {
    const httpTarget = { uri: URI, httpMethod, body: "aGk=" };

    await expect(startScheduler().createJob({ httpTarget })).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
      message: `HttpTarget.body is not allowed for HTTP method ${httpMethod}.`,
    });
  });

  it.each(["X-Google-Trace", "x-google-trace", "X-AppEngine-Country", "x-appengine-country"])(
    "reserve the header %s",
    async (name) => {
      const httpTarget = { uri: URI, headers: { [name]: "a" } };

      await expect(startScheduler().createJob({ httpTarget })).rejects.toMatchObject({
        code: "INVALID_ARGUMENT",
        message: `HttpTarget.headers: Header '${name}' is reserved.`,
      });
    },
  );
});

describe("What the caller cannot set of a job (G 6.1)", () => {
  it("is ignored", async () => {
    const cloud = startScheduler();
    const outputs = {
      userUpdateTime: "2020-01-01T00:00:00Z",
      state: "PAUSED",
      status: { code: 13 },
      scheduleTime: "2020-01-01T00:00:00Z",
      lastAttemptTime: "2020-01-01T00:00:00Z",
    };

    const job = await cloud.createJob(outputs);

    expect(job).toMatchObject({
      state: "ENABLED",
      userUpdateTime: "2026-11-24T12:00:30Z",
      scheduleTime: "2026-11-24T13:00:00Z",
    });
    expect(job).not.toHaveProperty("status");
    expect(job).not.toHaveProperty("lastAttemptTime");
    expect(
      await cloud.call("UpdateJob", JOB, {
        schedule: "0 * * * *",
        httpTarget: { uri: URI },
        ...outputs,
      }),
    ).toEqual(job);
  });
});

describe("A job's scheduleTime (G 6.1)", () => {
  it("is that of its retry while it waits for one", async () => {
    const cloud = startScheduler({ answer: () => 500 });
    await cloud.createJob({ retryConfig: { retryCount: 1, minBackoffDuration: "10s" } });

    await cloud.clock.advance(3_600_000 - 30_000);

    expect(await cloud.call("GetJob", JOB)).toMatchObject({
      scheduleTime: "2026-11-24T13:00:10Z",
      lastAttemptTime: "2026-11-24T13:00:00Z",
    });
    await cloud.clock.advance(10_000);
    expect(await cloud.call("GetJob", JOB)).toMatchObject({
      scheduleTime: "2026-11-24T14:00:00Z",
      lastAttemptTime: "2026-11-24T13:00:10Z",
    });
  });
});

describe("ListJobs (G 6.1)", () => {
  it("gives 500 jobs a page at most, and its token for two hours", async () => {
    const cloud = startScheduler();
    for (let i = 0; i < 501; i++) {
      await cloud.createJob({ name: `${LOCATION}/jobs/j${i}`, schedule: "0 0 1 1 *" });
    }

    const { jobs, nextPageToken: pageToken } = await cloud.call("ListJobs", LOCATION, undefined, {
      pageSize: "1000",
    });

    expect(jobs).toHaveLength(500);
    await cloud.clock.advance(7_200_000 - 1);
    const rest = await cloud.call("ListJobs", LOCATION, undefined, { pageToken });
    expect(rest["jobs"]).toHaveLength(1);
    expect(rest).not.toHaveProperty("nextPageToken");
    await cloud.clock.advance(2);
    await expect(cloud.call("ListJobs", LOCATION, undefined, { pageToken })).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
    });
  });
});
