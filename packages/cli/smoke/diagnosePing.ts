import type { TaskProgress } from "../../../tasks/client/cloudTasks.ts";
import { CloudTasksError } from "../../../tasks/client/cloudTasksError.ts";

/** Why a ping did not arrive. */
export interface Diagnosis {
  /** The HTTP status that its last delivery was answered with, or a word where there was none. */
  readonly status: string;
  readonly meaning: string;
}

/** What the last delivery of a ping that is still on its queue says. */
export function diagnose(lastAttempt: TaskProgress["lastAttempt"]): Diagnosis {
  const status = lastAttempt ? statusOf(lastAttempt) : "not dispatched";
  return { status, meaning: DELIVERIES[status] ?? OTHER };
}

/** Why a queue in that state sends no ping; `undefined` where it does. */
export function diagnoseState(state: string, queue: string, flags: string): Diagnosis | undefined {
  switch (state) {
    case "PAUSED":
      return {
        status: "paused",
        meaning: `The queue is paused: no ping was sent. 'npm run tasks -- resume ${queue}${flags}' resumes it.`,
      };
    case "DISABLED":
      return { status: "disabled", meaning: "Google disabled the queue: no ping was sent." };
    default:
      return undefined;
  }
}

/** What it means that Cloud Tasks refused a call for a ping: its creation, or a look at it. */
export function diagnoseRefusal(error: unknown): Diagnosis {
  if (!(error instanceof CloudTasksError)) {
    const reason = error instanceof Error ? error.message : String(error);
    return { status: "no API", meaning: `Cloud Tasks was not reached. ${reason}` };
  }
  const { status, detail } = error;
  const actAs = detail.includes("iam.serviceAccounts.actAs") ? " actAs" : "";
  const cause = REFUSALS[status + actAs];
  return { status, meaning: cause === undefined ? detail : `${cause} Google: ${detail}` };
}

const OTHER =
  "The worker, or something before it, refused. The request log of Cloud Run says more.";

const DELIVERIES: Readonly<Record<string, string>> = {
  "not dispatched":
    "Cloud Tasks has not sent it yet. The queue was paused meanwhile, or other tasks use up its rateLimits.",
  "no answer":
    "The worker was not reached, or gave no answer within the dispatch deadline. The queue's httpTarget " +
    "must have the worker's host; a change of it takes a minute.",
  "401":
    "Audience: the queue's oidcToken has an audience that is not the worker's URL. 'npm run up' sets it.",
  "403":
    "Grant: the queue's token is not the invoker's, or the invoker lacks roles/run.invoker on the worker. " +
    "New grants take minutes.",
  "404":
    "Ingress: the worker is not there for this queue. The two must be in one project, and the queue must " +
    "call the worker's run.app host.",
  "422":
    "Handler: the worker was reached and failed. It does not know the ping: its image is older than this " +
    "command.",
  "429":
    "Instances: all are busy and no more may start. Raise workerMaxInstances, or the worker's own maxInstances.",
  "500": "Worker: it crashed, it is stopping, or it has no instance. Its log says which.",
  "503": "Worker: no revision of it is ready, or it crashed. Its log says why.",
  "504": "Worker: it gave no answer within its timeout.",
};

const REFUSALS: Readonly<Record<string, string>> = {
  NOT_FOUND:
    "Queue: it is not there. One that is new, or was idle for 30 days, needs a few minutes; otherwise the " +
    "stack's outputs are older than its queues.",
  PERMISSION_DENIED:
    "Caller: you may not do this on the queue. A smoke test needs roles/cloudtasks.enqueuer, " +
    "cloudtasks.taskDeleter and cloudtasks.viewer.",
  "PERMISSION_DENIED actAs":
    "Caller: you may not act as the invoker. Creating a task on this queue asks for " +
    "roles/iam.serviceAccountUser on it.",
  UNAUTHENTICATED: "Caller: log in with 'gcloud auth application-default login'.",
};

/** Google does not say how it words an HTTP status; where no number is to be found, the code has to do. */
function statusOf({
  responseTime,
  responseStatus: { code, message },
}: NonNullable<TaskProgress["lastAttempt"]>): string {
  if (responseTime === undefined) return "no answer";
  return (
    /\bHTTP status code (\d{3})\b/.exec(message)?.[1] ?? STATUS_OF_CODE[code] ?? `code ${code}`
  );
}

/** The HTTP status that a canonical code stands for, as google/rpc/code.proto maps them. */
const STATUS_OF_CODE: Readonly<Record<number, string>> = {
  2: "no answer",
  4: "504",
  5: "404",
  7: "403",
  8: "429",
  13: "500",
  14: "503",
  16: "401",
};
