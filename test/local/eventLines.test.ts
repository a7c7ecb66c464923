import { eventLine, logTaskId, logText } from "../../local/eventLines.ts";

const queue = "projects/p/locations/l/queues/local-email-1a2b3c";
const queues = new Map([[queue, "email"]]);
const task = `${queue}/tasks/0123456789abcdef`;
const url = "https://set-by-the-queue.invalid/tasks/send-email";
const attempt = { queue, task, url, dispatchCount: 2, scheduleTime: 0, dispatchTime: 0 };

describe("eventLine", () => {
  it("tells an attempt by its number, queue, task, status and duration", () => {
    const line = eventLine(
      "attemptFinished",
      { ...attempt, status: 204, durationMs: 12.4, end: "done" },
      queues,
    );

    expect(line).toEqual({
      label: "attempt 2",
      text: "email  send-email 01234567  204 in 12 ms",
      tone: "good",
    });
  });

  it("tells when a failed attempt is tried again", () => {
    const retryTime = new Date(2026, 0, 2, 3, 4, 5, 6).getTime();

    const line = eventLine(
      "attemptFinished",
      { ...attempt, status: 422, durationMs: 3, retryTime },
      queues,
    );

    expect(line?.text).toBe("email  send-email 01234567  422 in 3 ms; next at 03:04:05.006");
    expect(line?.tone).toBe("warn");
  });

  it("tells that a task was dropped", () => {
    const line = eventLine(
      "attemptFinished",
      { ...attempt, status: 0, error: "connection refused", durationMs: 3, end: "dropped" },
      queues,
    );

    expect(line?.text).toBe(
      "email  send-email 01234567  connection refused in 3 ms; given up: the task is gone",
    );
    expect(line?.tone).toBe("bad");
  });

  it("tells a dead letter by the task it was, with the reason and the error", () => {
    const headers = {
      "Dead-Letter-Task": "send-email",
      "Dead-Letter-Queue": "email",
      "Dead-Letter-Task-Id": "fedcba9876543210",
      "Dead-Letter-Reason": "permanent-error",
      "Dead-Letter-Error": "550%20No%20such%20user",
    };

    const line = eventLine(
      "taskCreated",
      { queue: `${queue}-dead`, task, url, headers, scheduleTime: 0 },
      queues,
    );

    expect(line).toEqual({
      label: "dead letter",
      text: "email  send-email fedcba98  permanent-error: 550 No such user",
      tone: "bad",
    });
  });

  it("names the permission and the resource of a denial", () => {
    const line = eventLine(
      "denied",
      {
        member: "serviceAccount:w@p",
        permission: "cloudtasks.tasks.create",
        resource: "projects/p",
      },
      queues,
    );

    expect(line?.text).toBe("serviceAccount:w@p lacks cloudtasks.tasks.create on projects/p");
  });
});

describe("logText", () => {
  it.each([
    { line: '{"severity":"INFO","message":"Sent."}', text: "INFO    Sent." },
    { line: "plain output", text: "plain output" },
    { line: "{not JSON", text: "{not JSON" },
  ])("shows $line as $text", ({ line, text }) => {
    expect(logText(line)).toBe(text);
  });
});

describe("logTaskId", () => {
  it("is the label that the worker sets", () => {
    const line = '{"logging.googleapis.com/labels":{"taskId":"abc"},"message":"m"}';

    expect(logTaskId(line)).toBe("abc");
    expect(logTaskId('{"message":"m"}')).toBeUndefined();
    expect(logTaskId("text")).toBeUndefined();
  });
});
