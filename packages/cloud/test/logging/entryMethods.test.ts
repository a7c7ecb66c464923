import { NOW } from "../support/localApi.ts";
import { LIST, RESOURCE, startLogging, WRITE } from "./localLogging.ts";

const OWN = { resourceNames: ["projects/demo"] };

describe("ListLogEntries", () => {
  it("shows an entry with what Cloud Logging adds to it", async () => {
    const { list, say } = startLogging();
    say({ textPayload: "hello", severity: "INFO" }, "run.googleapis.com/stdout");

    expect(await list("")).toEqual({
      entries: [
        {
          logName: "projects/demo/logs/run.googleapis.com%2Fstdout",
          resource: RESOURCE,
          timestamp: "2026-11-24T12:00:00Z",
          receiveTimestamp: "2026-11-24T12:00:00Z",
          insertId: "000000000000",
          severity: "INFO",
          textPayload: "hello",
        },
      ],
    });
    expect(await list("no such text")).toEqual({});
  });

  it("sorts by time, and those of one time by their coming, either way", async () => {
    const { found, say } = startLogging();
    say({ textPayload: "b" });
    say({ textPayload: "c" });
    say({ textPayload: "a", timestamp: "2026-11-24T11:59:59.999999Z" });

    expect(await found("")).toEqual(["a", "b", "c"]);
    expect(await found("", { orderBy: "timestamp asc" })).toEqual(["a", "b", "c"]);
    expect(await found("", { orderBy: "timestamp desc" })).toEqual(["c", "b", "a"]);
  });

  it.each(["timestamp asc", "timestamp desc"])(
    "turns pages, '%s', past what is written meanwhile",
    async (orderBy) => {
      const { list, found, say } = startLogging();
      for (const textPayload of ["1", "2", "3", "4", "5"]) say({ textPayload });
      const all = await found("", { orderBy });

      const seen: string[] = [];
      for (let pageToken = ""; ;) {
        const page = await list("", { orderBy, pageSize: 2, pageToken });
        seen.push(...page.entries.map(({ textPayload }: { textPayload: string }) => textPayload));
        if (page.nextPageToken === undefined) break;
        pageToken = page.nextPageToken;
        if (orderBy.endsWith("desc")) say({ textPayload: "late" });
      }

      expect(seen).toEqual(all);
    },
  );

  it("has pages of 50, and of 1000 at most", async () => {
    const { list, say } = startLogging();
    for (let i = 0; i < 1001; i++) say({ textPayload: String(i) });

    const sizes = [0, 2000].map(async (pageSize) => (await list("", { pageSize })).entries.length);
    expect(await Promise.all(sizes)).toEqual([50, 1000]);
  });

  it.each([
    [{}, 400, "At least one resource name must be given."],
    [{ resourceNames: ["demo"] }, 400, "Resource name 'demo' is not valid."],
    [{ resourceNames: ["projects/other"] }, 403, "Permission denied on resource project other."],
    [
      { ...OWN, orderBy: "severity" },
      400,
      "Invalid order_by 'severity': it must be 'timestamp asc' or 'timestamp desc'.",
    ],
    [{ ...OWN, pageSize: -1 }, 400, "Page size '-1' is not valid."],
    [{ ...OWN, pageToken: "x" }, 400, "The page token is not valid, or no longer."],
  ])("refuses %j", async (body, code, message) => {
    const { refusal } = startLogging();

    expect(await refusal(LIST, body)).toMatchObject({ code, message });
  });

  it("does not emulate the logs of an organization", async () => {
    const { call } = startLogging();

    expect((await call(LIST, { resourceNames: ["organizations/1"] })).status).toBe(501);
  });

  it("reads through a view of a bucket, and by the project's number", async () => {
    const { ok, say } = startLogging();
    say({ textPayload: "hello" });

    for (const name of [
      "projects/123456789012",
      "projects/demo/locations/global/buckets/_Default/views/_AllLogs",
    ]) {
      expect((await ok(LIST, { resourceNames: [name] })).entries).toHaveLength(1);
    }
  });
});

describe("What is kept of the logs", () => {
  it("is the newest entries", async () => {
    const { found, say } = startLogging({ limits: { entries: 3, bytes: 1e6 } });
    for (let i = 0; i < 10; i++) say({ textPayload: String(i) });

    expect(await found("")).toEqual(["7", "8", "9"]);
  });

  it("is as many as may take so many bytes", async () => {
    const { found, write } = startLogging({ limits: { entries: 100, bytes: 3000 } });
    for (const textPayload of ["a", "b", "c", "d"]) {
      write({ log: "test", bytes: 1000, fields: () => ({ resource: RESOURCE, textPayload }) });
    }
    expect(await found("")).toEqual(["c", "d"]);

    write({ log: "test", bytes: 5000, fields: () => ({ resource: RESOURCE }) });
    expect(await found("")).toEqual([]);
  });

  it("costs an entry that nobody reads nothing", () => {
    const { write } = startLogging();
    const fields = jest.fn(() => ({ resource: RESOURCE }));

    write({ log: "test", bytes: 10, fields });

    expect(fields).not.toHaveBeenCalled();
  });
});

describe("WriteLogEntries", () => {
  it("takes entries, and for each of them what the request says of all", async () => {
    const { ok, list } = startLogging();

    const answer = await ok(WRITE, {
      logName: "projects/demo/logs/my%2Flog",
      resource: RESOURCE,
      labels: { of: "all", own: "no" },
      entries: [
        { textPayload: "a", severity: 500, labels: { own: "yes" } },
        {
          jsonPayload: { n: 1 },
          logName: "projects/demo/logs/other",
          timestamp: NOW,
          insertId: "i",
        },
      ],
    });

    expect(answer).toEqual({});
    expect((await list("")).entries).toEqual([
      expect.objectContaining({
        logName: "projects/demo/logs/my%2Flog",
        resource: RESOURCE,
        severity: "ERROR",
        labels: { of: "all", own: "yes" },
        textPayload: "a",
      }),
      expect.objectContaining({
        logName: "projects/demo/logs/other",
        insertId: "i",
        jsonPayload: { n: 1 },
      }),
    ]);
  });

  it("writes nothing on trial, and drops what is older than logs are kept", async () => {
    const { ok, found } = startLogging();
    const entry = { logName: "projects/demo/logs/a", resource: RESOURCE, textPayload: "x" };

    await ok(WRITE, { entries: [entry], dryRun: true });
    await ok(WRITE, { entries: [{ ...entry, timestamp: "2026-10-01T00:00:00Z" }] });

    expect(await found("")).toEqual([]);
  });

  const GOOD = { logName: "projects/demo/logs/a", resource: RESOURCE };
  it.each([
    [{ resource: RESOURCE }, 400, /^Log name '' is not valid; /],
    [{ ...GOOD, logName: "a" }, 400, /^Log name 'a' is not valid; /],
    [
      { ...GOOD, logName: "projects/demo/logs/a b" },
      400,
      /^Log name 'projects.*a b' is not valid; /,
    ],
    [{ ...GOOD, logName: "projects/other/logs/a" }, 403, /^Permission denied on resource/],
    [{ logName: GOOD.logName }, 400, /^A monitored resource must be specified$/],
    [
      { ...GOOD, textPayload: "x".repeat(262_144) },
      400,
      /^Log entry with size 256\.\dK exceeds maximum size of 256\.0K$/,
    ],
    [{ ...GOOD, timestamp: "2026-11-26T00:00:00Z" }, 400, /is more than a day ahead\.$/],
    [{ ...GOOD, thud: 1 }, 400, /Unknown name "thud" at 'entries\[1\]': Cannot find field\./],
  ])("refuses all entries for one like %#", async (entry, code, message) => {
    const { refusal, found } = startLogging();

    const error = await refusal(WRITE, { entries: [{ ...GOOD, textPayload: "a" }, entry] });

    expect(error).toMatchObject({ code, message: expect.stringMatching(message) });
    expect(await found("")).toEqual([]);
  });
});

describe("The logs of a project", () => {
  it("are listed by name, and deleted with their entries", async () => {
    const { ok, refusal, found, say } = startLogging();
    say({ textPayload: "a" }, "run.googleapis.com/stdout");
    say({ textPayload: "b" }, "other");

    expect(await ok("GET /v2/projects/demo/logs")).toEqual({
      logNames: ["projects/demo/logs/other", "projects/demo/logs/run.googleapis.com%2Fstdout"],
    });
    await ok("DELETE /v2/projects/demo/logs/run.googleapis.com%2Fstdout");
    expect(await found("")).toEqual(["b"]);
    expect(await refusal("DELETE /v2/projects/demo/logs/none")).toMatchObject({ code: 404 });
  });
});
