import { CloudTasksError, NoAnswerError } from "../../../../tasks/client/cloudTasksError.ts";
import { diagnose, diagnoseRefusal } from "../../smoke/diagnosePing.ts";

const answered = (code: number, message: string) => ({
  responseTime: "2026-11-24T12:00:00Z",
  responseStatus: { code, message },
});

describe("diagnose", () => {
  it.each([
    [undefined, "not dispatched", "Cloud Tasks has not sent it yet."],
    [{ responseStatus: { code: 0, message: "" } }, "no answer", "The worker was not reached"],
    [answered(16, "UNAUTHENTICATED(16): HTTP status code 401"), "401", "Audience:"],
    [answered(7, "PERMISSION_DENIED(7): HTTP status code 403"), "403", "Grant:"],
    [answered(5, "NOT_FOUND(5): HTTP status code 404"), "404", "Ingress:"],
    [answered(9, "FAILED_PRECONDITION(9): HTTP status code 422"), "422", "Handler:"],
    [answered(8, "RESOURCE_EXHAUSTED(8): HTTP status code 429"), "429", "Instances:"],
    [answered(13, "INTERNAL(13): HTTP status code 500"), "500", "Worker: it crashed"],
    [answered(14, "UNAVAILABLE(14): HTTP status code 503"), "503", "Worker: no revision"],
    [answered(4, "DEADLINE_EXCEEDED(4): HTTP status code 504"), "504", "Worker: it gave no answer"],
    [answered(3, "INVALID_ARGUMENT(3): HTTP status code 418"), "418", "The worker, or something"],
  ])("says of %j: %s, %s", (attempt, status, beginning) => {
    const diagnosis = diagnose(attempt);

    expect(diagnosis.status).toBe(status);
    expect(diagnosis.meaning.slice(0, beginning.length)).toBe(beginning);
  });

  it.each([
    [16, "401"],
    [7, "403"],
    [5, "404"],
    [8, "429"],
    [13, "500"],
    [14, "503"],
    [4, "504"],
    [2, "no answer"],
    [99, "code 99"],
  ])("goes by the code, %i, where Google words the status another way: %s", (code, status) => {
    expect(diagnose(answered(code, "What Google says.")).status).toBe(status);
  });
});

describe("diagnoseRefusal", () => {
  const refusal = (code: number, status: string, detail: string) =>
    diagnoseRefusal(new CloudTasksError("POST …/tasks", code, status, detail));

  it("tells a queue that is not ready", () => {
    expect(refusal(404, "NOT_FOUND", "Queue does not exist.")).toEqual({
      status: "NOT_FOUND",
      meaning:
        "Queue: it is not there. One that is new, or was idle for 30 days, needs a few minutes; " +
        "otherwise the stack's outputs are older than its queues. Google: Queue does not exist.",
    });
  });

  it("tells a caller who may not enqueue from one who may not act as the invoker", () => {
    const actAs =
      'The principal lacks IAM permission "iam.serviceAccounts.actAs" for the resource "a@b".';

    expect(refusal(403, "PERMISSION_DENIED", actAs)).toEqual({
      status: "PERMISSION_DENIED",
      meaning:
        "Caller: you may not act as the invoker. Creating a task on this queue asks for " +
        `roles/iam.serviceAccountUser on it. Google: ${actAs}`,
    });
    expect(refusal(403, "PERMISSION_DENIED", "No.").meaning).toBe(
      "Caller: you may not do this on the queue. A smoke test needs roles/cloudtasks.enqueuer, " +
        "cloudtasks.taskDeleter and cloudtasks.viewer. Google: No.",
    );
  });

  it("gives Google's own words for the rest", () => {
    expect(refusal(429, "RESOURCE_EXHAUSTED", "Quota exceeded.")).toEqual({
      status: "RESOURCE_EXHAUSTED",
      meaning: "Quota exceeded.",
    });
  });

  it("tells that nobody answered", () => {
    const error = new NoAnswerError("Cloud Tasks at 'http://127.0.0.1:1'", new Error("refused"));

    expect(diagnoseRefusal(error)).toEqual({
      status: "no API",
      meaning:
        "Cloud Tasks was not reached. Cloud Tasks at 'http://127.0.0.1:1' gave no answer: refused",
    });
  });
});
