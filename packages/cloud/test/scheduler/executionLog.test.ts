import { JOB, startScheduler, URI } from "./schedulerCloud.ts";

// google-cloud.md 6.2
describe("The log of executions (G 6.2)", () => {
  it("has the start and the end of an attempt", async () => {
    const { createJob, clock, logged } = startScheduler();
    await createJob();

    await clock.advanceTo(Date.parse("2026-11-24T13:00:00Z"));

    const about = { jobName: JOB, targetType: "HTTP", url: URI };
    const type = "type.googleapis.com/google.cloud.scheduler.logging";
    const resource = {
      type: "cloud_scheduler_job",
      labels: { project_id: "demo", location: "europe-west1", job_id: "nightly" },
    };
    expect(logged.map(({ log, fields }) => [log, fields()])).toEqual([
      [
        "cloudscheduler.googleapis.com/executions",
        {
          resource,
          severity: "INFO",
          jsonPayload: {
            "@type": `${type}.AttemptStarted`,
            ...about,
            scheduledTime: "2026-11-24T13:00:00Z",
          },
        },
      ],
      [
        "cloudscheduler.googleapis.com/executions",
        {
          resource,
          severity: "INFO",
          httpRequest: { status: 200 },
          jsonPayload: {
            "@type": `${type}.AttemptFinished`,
            ...about,
            debugInfo: "URL_CRAWLED. Original HTTP response code number = 200",
          },
        },
      ],
    ]);
  });

  it.each([
    [401, "UNAUTHENTICATED", "URL_ERROR-ERROR_AUTHENTICATION"],
    [403, "PERMISSION_DENIED", "URL_ERROR-ERROR_OTHER"],
    [404, "NOT_FOUND", "URL_ERROR-ERROR_NOT_FOUND"],
    [429, "INTERNAL", "URL_UNREACHABLE-UNREACHABLE_5xx"],
    [500, "INTERNAL", "URL_UNREACHABLE-UNREACHABLE_5xx"],
  ])("says of a %i %s and %s", async (code, status, what) => {
    const { createJob, clock, logged } = startScheduler({ answer: () => code });
    await createJob();

    await clock.advanceTo(Date.parse("2026-11-24T13:00:00Z"));

    expect(logged.at(-1)!.fields()).toMatchObject({
      severity: "ERROR",
      httpRequest: { status: code },
      jsonPayload: { status, debugInfo: `${what}. Original HTTP response code number = ${code}` },
    });
  });

  it("says why there was no answer", async () => {
    const answer = () => Promise.reject(new Error("No such host."));
    const { createJob, clock, logged } = startScheduler({ answer });
    await createJob();

    await clock.advanceTo(Date.parse("2026-11-24T13:00:00Z"));

    const last = logged.at(-1)!.fields();
    expect(last).toMatchObject({
      severity: "ERROR",
      jsonPayload: { status: "UNKNOWN", debugInfo: "No such host." },
    });
    expect(last).not.toHaveProperty("httpRequest");
  });
});
