import { never } from "../cloudtasks/tasksCloud.ts";
import { JOB, startScheduler, URI } from "./schedulerCloud.ts";

const HOUR = 3_600_000;
const ACCOUNT = "scheduler@demo.iam.gserviceaccount.com";

/** What a job sends that was created with this target. */
async function sent(httpTarget: object) {
  const cloud = startScheduler();
  await cloud.createJob({ httpTarget: { uri: URI, ...httpTarget } });
  await cloud.clock.advance(HOUR);
  return cloud.requests[0]!;
}

const OWN_HEADERS = {
  "User-Agent": "Google-Cloud-Scheduler",
  "X-CloudScheduler": "true",
  "X-CloudScheduler-JobName": "nightly",
  "X-CloudScheduler-ScheduleTime": "2026-11-24T13:00:00Z",
};

describe("The headers of a job's request (G 6.2)", () => {
  it.each(["GET", "HEAD", "DELETE", "OPTIONS", "POST", "PUT", "PATCH"])(
    "hold no content type where there is no body: %s",
    async (httpMethod) => {
      const { method, headers, body } = await sent({ httpMethod });

      expect({ method, headers, body }).toEqual({
        method: httpMethod,
        headers: OWN_HEADERS,
        body: undefined,
      });
    },
  );

  it.each(["POST", "PUT", "PATCH"])("hold a content type where there is one: %s", async (verb) => {
    const { headers } = await sent({ httpMethod: verb, body: "aGk=" });

    expect(headers).toEqual({ ...OWN_HEADERS, "Content-Type": "application/octet-stream" });
  });

  it("keep the caller's content type, as it is written", async () => {
    const given = { "content-type": "application/json" };

    const { headers } = await sent({ body: "e30=", headers: given });

    expect(headers).toEqual({ ...OWN_HEADERS, ...given });
  });

  it("replace those of the caller that are Scheduler's own", async () => {
    const { headers } = await sent({
      headers: {
        "user-agent": "mine",
        "x-cloudscheduler": "false",
        "x-cloudscheduler-jobname": "other",
        "x-cloudscheduler-scheduletime": "now",
      },
    });

    expect(headers).toEqual(OWN_HEADERS);
  });

  it("leave the host and the length to the request", async () => {
    const { headers } = await sent({
      headers: { Host: "other.example", "content-length": "7", Connection: "close", TE: "x" },
    });

    expect(headers).toEqual(OWN_HEADERS);
  });

  it("may hold a list of values, commas and all", async () => {
    const { headers } = await sent({ headers: { Accept: "text/plain, text/html" } });

    expect(headers).toEqual({ ...OWN_HEADERS, Accept: "text/plain, text/html" });
  });

  it("name the job by its id alone, and the time of the schedule, however late the run", async () => {
    const answers: ((status: number) => void)[] = [];
    const cloud = startScheduler({ answer: () => new Promise((r) => answers.push(r)) });
    await cloud.createJob({ schedule: "* * * * *", attemptDeadline: "600s" });
    await cloud.clock.advance(90_000);

    answers[0]!(200);
    await cloud.settle();

    expect(cloud.requests[1]!.headers).toMatchObject({
      "X-CloudScheduler-JobName": "nightly",
      "X-CloudScheduler-ScheduleTime": "2026-11-24T12:02:00Z",
    });
  });
});

describe("The token of a job's request (G 4.1)", () => {
  it("takes the place of a header of the caller's, whatever its case", async () => {
    const { headers } = await sent({
      headers: { authorization: "Basic abc" },
      oidcToken: { serviceAccountEmail: ACCOUNT },
    });

    expect(headers).toEqual({ ...OWN_HEADERS, Authorization: `Bearer id:${ACCOUNT}:${URI}` });
  });

  it("leaves the caller's header alone where there is none", async () => {
    const { headers } = await sent({ headers: { authorization: "Basic abc" } });

    expect(headers).toEqual({ ...OWN_HEADERS, authorization: "Basic abc" });
  });

  it.each(["https://Worker.Example", "https://worker.example/", "https://worker.example/a?b=c#d"])(
    "has for its audience the URI as it is written: %s",
    async (uri) => {
      const { headers } = await sent({ uri, oidcToken: { serviceAccountEmail: ACCOUNT } });

      expect(headers["Authorization"]).toBe(`Bearer id:${ACCOUNT}:${uri}`);
    },
  );
});

describe("The status of a job after an attempt (G 6.2)", () => {
  it.each([
    { answer: 200, status: {} },
    { answer: 204, status: {} },
    { answer: 401, status: { code: 16, name: "UNAUTHENTICATED" } },
    { answer: 403, status: { code: 7, name: "PERMISSION_DENIED" } },
    { answer: 404, status: { code: 5, name: "NOT_FOUND" } },
    { answer: 429, status: { code: 13, name: "INTERNAL" } },
    { answer: 500, status: { code: 13, name: "INTERNAL" } },
    { answer: 502, status: { code: 13, name: "INTERNAL" } },
    { answer: 503, status: { code: 13, name: "INTERNAL" } },
    { answer: 504, status: { code: 13, name: "INTERNAL" } },
  ])("that was answered $answer is $status.code", async ({ answer, status: { code, name } }) => {
    const cloud = startScheduler({ answer: () => answer });
    await cloud.createJob();

    await cloud.clock.advance(HOUR);

    expect((await cloud.call("GetJob", JOB))["status"]).toEqual(
      code === undefined ? {} : { code, message: `${name}(${code}): HTTP status code ${answer}` },
    );
  });

  it("that outlasted its deadline is DEADLINE_EXCEEDED (G 6.1)", async () => {
    const cloud = startScheduler({ answer: never });
    await cloud.createJob({ attemptDeadline: "15s" });

    await cloud.clock.advance(HOUR);

    expect((await cloud.call("GetJob", JOB))["status"]).toMatchObject({ code: 4 });
  });

  it("is there only once there was one, and is the last one's", async () => {
    const cloud = startScheduler({ answer: (_, number) => (number === 1 ? 500 : 200) });
    expect(await cloud.createJob()).not.toHaveProperty("status");

    await cloud.clock.advance(HOUR);
    expect((await cloud.call("GetJob", JOB))["status"]["code"]).toBe(13);

    await cloud.clock.advance(HOUR);
    expect((await cloud.call("GetJob", JOB))["status"]).toEqual({});
  });
});
