import { startLogging } from "./localLogging.ts";

function startWithEntries() {
  const logging = startLogging();
  logging.say(
    {
      textPayload: "one",
      severity: "INFO",
      resource: { type: "cloud_run_revision", labels: { service_name: "worker" } },
      timestamp: "2026-11-24T11:00:00Z",
      labels: { taskId: "t-1", "a.b/c": "Quoted" },
      trace: "projects/demo/traces/abc",
    },
    "run.googleapis.com/stdout",
  );
  logging.say(
    {
      textPayload: "two",
      severity: "ERROR",
      resource: { type: "cloud_tasks_queue", labels: { queue_id: "email" } },
      timestamp: "2026-11-24T12:00:00Z",
      httpRequest: { status: 503, latency: "1.5s", userAgent: "Google-Cloud-Tasks" },
      jsonPayload: {
        outcome: "dead-letter",
        attempts: 8,
        "@type": "a/TaskActivityLog",
        attemptResponseLog: { dispatchCount: "8" },
        list: [{ of: "x" }, { of: "y" }],
        isLast: true,
      },
    },
    "cloudtasks.googleapis.com/task_operations_log",
  );
  logging.say({ textPayload: "three", timestamp: "2026-11-24T13:00:00Z" });
  return logging;
}

describe("The filter of a list of entries", () => {
  it.each([
    ["", "one two three"],
    ["  -- a comment, and no more", "one two three"],
    ['resource.type="cloud_run_revision" AND labels.taskId="t-1"', "one"],
    ['resource.type="cloud_tasks_queue" AND resource.labels.queue_id="email"', "two"],
    ["resource.type=cloud_tasks_queue\nresource.labels.queue_id=email -- both", "two"],
    ['labels."a.b/c"="quoted"', "one"],
    ['logName="projects/demo/logs/run.googleapis.com%2Fstdout"', "one"],
    ['log_name:"stdout"', "one"],
    ['log_id("run.googleapis.com/stdout") OR log_id("test")', "one three"],
    ["severity>=WARNING", "two"],
    ["severity=default", "three"],
    ["severity<300", "one three"],
    ['timestamp>="2026-11-24T12:00:00Z" timestamp<"2026-11-24T13:00:00+00:00"', "two"],
    ['timestamp>"2026-11-25"', ""],
    ["httpRequest.status>=500", "two"],
    // A field of the entry's own is there, as its default, where it is not set.
    ["httpRequest.status!=503", "one three"],
    ['httpRequest.latency>"1s"', "two"],
    ['http_request.user_agent="google-cloud-tasks"', "two"],
    ['jsonPayload.outcome="dead-letter"', "two"],
    ["jsonPayload.attempts>7 AND jsonPayload.attempts<=8", "two"],
    ['jsonPayload.attemptResponseLog.dispatchCount="8"', "two"],
    ['jsonPayload."@type"="a/TaskActivityLog"', "two"],
    ["jsonPayload.isLast=true", "two"],
    ['jsonPayload.list.of="y"', "two"],
    // One in a payload, or a label, is missing: no comparison with it holds.
    ['jsonPayload.outcome!="done"', "two"],
    ['NOT jsonPayload.outcome="done"', "one two three"],
    ['-labels.taskId="t-1"', "two three"],
    ["labels.taskId:*", "one"],
    ["NOT trace:*", "two three"],
    ['textPayload:"TH"', "three"],
    ['textPayload=("one" OR "three")', "one three"],
    ['textPayload=~"^t"', "two three"],
    ['textPayload=~"(?i)^T.o"', "two"],
    ['textPayload!~"o"', "three"],
    ['jsonPayload.outcome!~"done"', "two"],
    ['"dead-letter"', "two"],
    ["worker", "one"],
    ["worker OR email", "one two"],
    // OR goes before AND.
    ["severity=ERROR OR severity=INFO AND textPayload:one", "one"],
    ['NOT (textPayload="one" OR textPayload="two")', "three"],
  ])("%j finds '%s'", async (filter, found) => {
    const logging = startWithEntries();

    expect((await logging.found(filter)).join(" ")).toBe(found);
  });

  it.each([
    ["severity=", "Unparseable filter: the end is where a value belongs"],
    ["(severity=INFO", "Unparseable filter: a parenthesis is not closed"],
    ['textPayload:"open', `Unparseable filter: '"open' cannot be read`],
    ["severity=LOUD", "Unparseable filter: 'LOUD' is no value of the field 'severity'"],
    ["timestamp>yesterday", "Unparseable filter: 'yesterday' is no value of the field 'timestamp'"],
    ["thud=1", "Field not found: 'thud'."],
    ["operation.thud=1", "Field not found: 'operation.thud'."],
    ["textPayload.thud=1", "Field not found: 'textPayload.thud'."],
    ["constructor=1", "Field not found: 'constructor'."],
    ['textPayload=~"("', "Unparseable filter: The regular expression is not valid."],
    ['textPayload=~"(?=a)"', "Unparseable filter: RE2 has no look-around and no back-references."],
    ["a".repeat(20_001), "Unparseable filter: it has 20001 characters, and may have 20000"],
  ])("%j is refused", async (filter, message) => {
    const { refusal } = startWithEntries();

    expect(
      await refusal("POST /v2/entries:list", { resourceNames: ["projects/demo"], filter }),
    ).toEqual({ code: 400, status: "INVALID_ARGUMENT", message });
  });

  it("says of a function what is emulated", async () => {
    const { call } = startWithEntries();

    const { status, body } = await call("POST /v2/entries:list", {
      resourceNames: ["projects/demo"],
      filter: "sample(insertId, 0.5)",
    });

    expect([status, body.error.message]).toEqual([501, expect.stringContaining("log_id()")]);
  });

  it("gives up an expression that takes too long", async () => {
    const logging = startLogging();
    logging.say({ textPayload: `${"a".repeat(50)}!` });

    const { message } = await logging.refusal("POST /v2/entries:list", {
      resourceNames: ["projects/demo"],
      filter: 'textPayload=~"^(a+)+$"',
    });

    expect(message).toBe("Unparseable filter: The regular expression takes too long.");
  });
});
