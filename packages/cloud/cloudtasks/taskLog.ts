import type { WriteLog } from "../api/logs.ts";
import { msToDuration, msToTimestamp } from "../api/protoTime.ts";
import { statusName } from "../target/responseStatus.ts";
import type { Queue } from "./queue.ts";
import type { Outcome, Verdict } from "./queueCore.ts";
import type { Delivery, Task } from "./task.ts";

/**
 * Writes the operations log of tasks, as large a part of it as each queue's `samplingRatio` asks for
 * (google-cloud.md 8.3). Without anything to write to it does nothing.
 */
export class TaskLog {
  readonly #write: WriteLog | undefined;
  readonly #random: () => number;

  constructor(write: WriteLog | undefined, random: () => number) {
    this.#write = write;
    this.#random = random;
  }

  /** Whether the log has anything of a queue. */
  hears({ settings }: Queue): boolean {
    return this.#write !== undefined && ratioOf(settings) > 0;
  }

  created(queue: Queue, { id, dueTime, request: { httpMethod } }: Task, url: string): void {
    this.#log(queue, id, "OK", () => ({
      taskCreationLog: {
        scheduleTime: msToTimestamp(dueTime),
        status: "OK",
        ...target(httpMethod, url),
      },
    }));
  }

  dispatched(queue: Queue, delivery: Delivery, url: string): void {
    const { dispatchCount, scheduleTime, task } = delivery;
    const { httpMethod } = task.request;
    const { maxAttempts } = task.retry ?? queue.state.limits.retry;
    this.#log(queue, task.id, "OK", () => ({
      attemptDispatchLog: {
        dispatchCount: String(dispatchCount),
        maxAttempts,
        scheduleTime: msToTimestamp(scheduleTime),
        ...target(httpMethod, url),
      },
    }));
  }

  answered(
    queue: Queue,
    { delivery, url }: { readonly delivery: Delivery; readonly url: string },
    { status, timedOut = false }: Outcome,
    verdict: Verdict,
    now: number,
  ): void {
    const { dispatchCount, scheduleTime, dispatchTime, task } = delivery;
    const { httpMethod } = task.request;
    const { responseCount } = task;
    const { maxAttempts } = task.retry ?? queue.state.limits.retry;
    const name = statusName(timedOut ? 504 : status);
    this.#log(queue, task.id, name, () => ({
      attemptResponseLog: {
        attemptDuration: msToDuration(now - dispatchTime),
        dispatchCount: String(dispatchCount),
        maxAttempts,
        responseCount: String(responseCount),
        ...("retryTime" in verdict && { retryTime: msToTimestamp(verdict.retryTime) }),
        scheduleTime: msToTimestamp(scheduleTime),
        status: name,
        ...target(httpMethod, url),
      },
    }));
  }

  #log({ name, settings }: Queue, task: string, status: string, content: () => object): void {
    const ratio = ratioOf(settings);
    if (ratio === 0 || this.#write === undefined) return;
    if (ratio < 1 && this.#random() >= ratio) return;
    const [, project = "", , location = "", , queue = ""] = name.split("/");
    this.#write({
      log: "cloudtasks.googleapis.com/task_operations_log",
      bytes: ENTRY_BYTES,
      fields: () => ({
        resource: {
          type: "cloud_tasks_queue",
          labels: { project_id: project, location, queue_id: queue, target_type: "HTTP" },
        },
        severity: status === "OK" ? "INFO" : "ERROR",
        jsonPayload: {
          "@type": "type.googleapis.com/google.cloud.tasks.logging.v1.TaskActivityLog",
          task: `${name}/tasks/${task}`,
          ...content(),
        },
      }),
    });
  }
}

function ratioOf({ stackdriverLoggingConfig }: Queue["settings"]): number {
  return stackdriverLoggingConfig?.samplingRatio ?? 0;
}

/** A name, an address and a few numbers. */
const ENTRY_BYTES = 300;

function target(httpMethod: string, url: string): object {
  return { targetAddress: `${httpMethod} ${url}`, targetType: "HTTP" };
}
