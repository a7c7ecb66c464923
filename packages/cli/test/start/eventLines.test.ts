import type { CloudEvents, EventName } from "@background-tasks/cloud/api/events.ts";
import { eventLine } from "../../start/eventLines.ts";

const queue = "projects/p/locations/l/queues/local-email-1a2b3c";
const queues = new Map([[queue, "email"]]);
const task = `${queue}/tasks/0123456789abcdef`;
const url = "https://set-by-the-queue.invalid/tasks/send-email";
const delivery = { queue, task, url, dispatchCount: 2, scheduleTime: 0, dispatchTime: 0 };

/** 2026-01-02 03:04:05.006, in the machine's time zone, which is the one that lines are in. */
const now = new Date(2026, 0, 2, 3, 4, 5, 6).getTime();

function lineOf<Name extends EventName>(name: Name, event: CloudEvents[Name]) {
  return eventLine(name, event, queues, now);
}

/** What became of a task that an instance was at. */
const AGAIN = "; a task that it was at is delivered again, its budget untouched";

describe("eventLine", () => {
  it("tells a delivery by its number, queue, task, status and duration", () => {
    const line = lineOf("deliveryFinished", {
      ...delivery,
      status: 204,
      durationMs: 12.4,
      end: "done",
    });

    expect(line).toEqual({
      label: "delivery 2",
      text: "email  send-email 01234567  204 in 12 ms",
      tone: "good",
      subject: "email  send-email",
      result: "204",
    });
  });

  it("tells when a task that failed is delivered again", () => {
    const retryTime = now;

    const line = lineOf("deliveryFinished", { ...delivery, status: 422, durationMs: 3, retryTime });

    expect(line?.text).toBe("email  send-email 01234567  422 in 3 ms; next at 03:04:05.006");
    expect(line?.tone).toBe("warn");
  });

  it("tells that a task was dropped", () => {
    const line = lineOf("deliveryFinished", {
      ...delivery,
      status: 0,
      error: "connection refused",
      durationMs: 3,
      end: "dropped",
    });

    expect(line?.text).toBe(
      "email  send-email 01234567  connection refused in 3 ms; dropped: the task is gone",
    );
    expect(line?.tone).toBe("bad");
  });

  it("tells a dead letter by its id and by the task it was, with the reason and the error", () => {
    const headers = {
      "Dead-Letter-Task": "send-email",
      "Dead-Letter-Queue": "email",
      "Dead-Letter-Task-Id": "fedcba9876543210",
      "Dead-Letter-Reason": "permanent-error",
      "Dead-Letter-Error": "550%20No%20such%20user",
    };

    const line = lineOf("taskCreated", {
      queue: `${queue}-dead`,
      task,
      url,
      headers,
      scheduleTime: 0,
    });

    expect(line).toEqual({
      label: "dead letter",
      text: "email  send-email 01234567 (task fedcba98)  permanent-error: 550 No such user",
      tone: "bad",
      task: { shown: "01234567", id: "0123456789abcdef" },
    });
  });

  it("tells nothing of the claims of a redrive", () => {
    const claim = `${queue}-dead/tasks/claim-4c81f0aa`;
    const headers = { "Redrive-Claim": "2026-01-02T03:04:05.006Z ada" };

    expect(
      lineOf("taskCreated", { queue, task: claim, url, headers, scheduleTime: 0 }),
    ).toBeUndefined();
    expect(lineOf("taskDeleted", { queue, task: claim })).toBeUndefined();
  });

  it("names the permission and the resource of a denial", () => {
    const line = lineOf("denied", {
      member: "serviceAccount:w@p",
      permission: "cloudtasks.tasks.create",
      resource: "projects/p",
    });

    expect(line?.text).toBe("serviceAccount:w@p lacks cloudtasks.tasks.create on projects/p");
  });

  it.each([
    { scheduleTime: 0, due: "" },
    { scheduleTime: now + 1000, due: "" },
    { scheduleTime: now + 90_000, due: "  due 03:05:35.006" },
  ])(
    "tells of a new task when it is due only if one has to wait: '$due'",
    ({ scheduleTime, due }) => {
      const line = lineOf("taskCreated", { queue, task, url, headers: {}, scheduleTime });

      expect(line).toEqual({
        label: "enqueued",
        text: `email  send-email 01234567${due}`,
        tone: "plain",
        task: { shown: "01234567", id: "0123456789abcdef" },
      });
    },
  );

  it("tells a queue that it has no name for by its own", () => {
    const other = "projects/p/locations/l/queues/other";

    const line = lineOf("taskDeleted", { queue: other, task: `${other}/tasks/abc` });

    expect(line).toEqual({ label: "deleted", text: "other  abc", tone: "plain" });
  });

  it.each([
    { change: "paused", text: "email  its tasks wait until it is resumed" },
    { change: "resumed", text: "email" },
    { change: "purged", text: "email  the tasks that it held are gone" },
  ] as const)("tells that a queue is $change", ({ change, text }) => {
    expect(lineOf("queueChanged", { queue, change })).toEqual({
      label: change,
      text,
      tone: "warn",
    });
  });

  it.each([
    { status: 200, text: "digest  200", tone: "good" },
    { status: 403, text: "digest  403", tone: "bad" },
    { status: 0, error: "no route", text: "digest  no route", tone: "bad" },
    {
      status: 503,
      retryTime: now,
      text: "digest  503; next at 03:04:05.006",
      tone: "bad",
    },
  ])("tells a run of a schedule: $text", ({ text, tone, ...run }) => {
    const job = "projects/p/locations/l/jobs/digest";

    const line = lineOf("jobFinished", { job, scheduleTime: now, ...run });

    expect(line).toEqual({ label: "schedule", text, tone });
  });

  it("tells a request that was turned away", () => {
    const reason = "The caller is not internal.";

    const line = lineOf("refused", { host: "w.run.app", path: "/tasks/a", status: 404, reason });

    expect(line).toEqual({
      label: "refused",
      text: `404 for w.run.app/tasks/a: ${reason}`,
      tone: "bad",
    });
  });

  it.each([
    { state: "started", line: { label: "worker started", text: "w-1  ready", tone: "plain" } },
    {
      state: "crashed",
      line: { label: "worker crashed", text: `w-1  ready${AGAIN}`, tone: "bad" },
    },
    {
      state: "unhealthy",
      line: { label: "worker unhealthy", text: `w-1  ready${AGAIN}`, tone: "bad" },
    },
    { state: "stopped", line: undefined },
  ] as const)("tells that an instance $state", ({ state, line }) => {
    const event = { service: "w", revision: "w-1", state, detail: "ready" };

    expect(lineOf("instance", event)).toEqual(line);
  });

  it("tells of an alert and what it is about, and that it is over", () => {
    const alert = {
      policy: "projects/p/alertPolicies/1",
      displayName: "local: Tasks become dead letters",
      severity: "WARNING",
      labels: { task: "send-email", queue: "email" },
      openTime: now,
    };
    const text = "local: Tasks become dead letters  task send-email, queue email";

    expect(lineOf("alertOpened", alert)).toEqual({ label: "alert", text, tone: "warn" });
    expect(lineOf("alertOpened", { ...alert, severity: "CRITICAL" })).toEqual({
      ...{ label: "alert", text, tone: "bad" },
    });
    expect(lineOf("alertClosed", alert)).toEqual({ label: "alert over", text, tone: "good" });
  });

  it("tells what is not emulated", () => {
    expect(lineOf("notEmulated", { what: "Sidecars" })).toEqual({
      label: "not emulated",
      text: "Sidecars",
      tone: "warn",
    });
  });

  it.each([
    {
      what: "a line of text",
      line: "hello",
      told: { label: "log", text: "w  hello", tone: "plain" },
    },
    {
      what: "an error",
      line: '{"severity":"ERROR","message":"Broken."}',
      told: { label: "log", text: "w  ERROR   Broken.", tone: "bad" },
    },
    {
      what: "the debugger's address",
      line: "Debugger listening on ws://127.0.0.1:40333/1234-5678",
      told: {
        label: "debugger",
        text: "w  127.0.0.1:40333: add it to chrome://inspect, or attach an editor",
        tone: "good",
      },
    },
    {
      what: "a hint of Node's",
      line: "For help, see: https://nodejs.org/en/docs/inspector",
      told: undefined,
    },
    { what: "a DEBUG line", line: '{"severity":"DEBUG","message":"x"}', told: undefined },
  ])("tells $what of a worker's log", ({ line, told }) => {
    const event = { service: "w", revision: "w-1", line, stream: "stdout" } as const;

    expect(lineOf("containerLog", event)).toEqual(told);
  });
});
