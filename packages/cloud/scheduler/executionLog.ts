import type { WriteLog } from "../api/logs.ts";
import { msToTimestamp } from "../api/protoTime.ts";
import { attemptStatus } from "./attemptStatus.ts";
import type { Job } from "./jobResource.ts";

const TYPE = "type.googleapis.com/google.cloud.scheduler.logging";

/** How an attempt ended; without an answer its status is 0. */
export interface AttemptEnd {
  readonly status: number;
  readonly timedOut: boolean;
  readonly error: string | undefined;
}

/** Writes the log of executions (google-cloud.md 6.2). Without anything to write to it does nothing. */
export class ExecutionLog {
  readonly #write: WriteLog | undefined;

  constructor(write: WriteLog | undefined) {
    this.#write = write;
  }

  started(job: Job, scheduleTime: number): void {
    this.#log(job, "INFO", () => ({
      jsonPayload: {
        "@type": `${TYPE}.AttemptStarted`,
        ...about(job),
        scheduledTime: msToTimestamp(scheduleTime),
      },
    }));
  }

  finished(job: Job, { status, timedOut, error }: AttemptEnd): void {
    const isSuccess = status >= 200 && status < 300;
    const [name = ""] = attemptStatus(timedOut ? "timedOut" : status).message?.split("(") ?? [];
    this.#log(job, isSuccess ? "INFO" : "ERROR", () => ({
      ...(status > 0 && { httpRequest: { status } }),
      jsonPayload: {
        "@type": `${TYPE}.AttemptFinished`,
        ...about(job),
        ...(!isSuccess && { status: name }),
        debugInfo: status > 0 ? debugInfo(status) : (error ?? ""),
      },
    }));
  }

  #log(job: Job, severity: string, content: () => object): void {
    const [, project = "", , location = "", , id = ""] = job.name.split("/");
    this.#write?.({
      log: "cloudscheduler.googleapis.com/executions",
      bytes: ENTRY_BYTES,
      fields: () => ({
        resource: {
          type: "cloud_scheduler_job",
          labels: { project_id: project, location, job_id: id },
        },
        severity,
        ...content(),
      }),
    });
  }
}

/** A name, an address and a few words. */
const ENTRY_BYTES = 300;

function about({ name, settings: { target } }: Job): object {
  return {
    jobName: name,
    ...("httpTarget" in target && { targetType: "HTTP", url: target.httpTarget.uri }),
  };
}

/** As observed for 200, 401, 403, 404 and 5xx; others are told as 403 is (google-cloud.md 6.2). */
function debugInfo(status: number): string {
  const what =
    status >= 200 && status < 300
      ? "URL_CRAWLED"
      : status === 401
        ? "URL_ERROR-ERROR_AUTHENTICATION"
        : status === 404
          ? "URL_ERROR-ERROR_NOT_FOUND"
          : status === 429 || status >= 500
            ? "URL_UNREACHABLE-UNREACHABLE_5xx"
            : "URL_ERROR-ERROR_OTHER";
  return `${what}. Original HTTP response code number = ${status}`;
}
