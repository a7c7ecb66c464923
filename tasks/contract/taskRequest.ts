import { PLACEHOLDER_HOST } from "@background-tasks/google/placeholderHost.ts";
import type { Duration } from "./contract.ts";

/** The headers that a task carries from its producer to the worker. */
export const taskHeaders = {
  contentType: "Content-Type",
  /** One value per call to `enqueue`, kept over its retries. */
  enqueueId: "Enqueue-Id",
  /** What a handler may use to recognise work it has already done: the caller's `id`, else the task id. */
  idempotencyKey: "Idempotency-Key",
  /** The task's own `dispatchDeadline`, which Cloud Tasks does not tell: the handler's time is within it. */
  dispatchDeadline: "Dispatch-Deadline",
  /** W3C trace context. */
  traceparent: "traceparent",
  /** Of a task that was redriven: its earlier lives, as `writeHistory` writes them. */
  redriveHistory: "Redrive-History",
} as const;

/** Whether a task may be called so: its name is part of a URL's path, as it is. */
export function isTaskName(name: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(name);
}

/** Says why a task may not be called so. */
export function taskNameProblem(name: string): string {
  return (
    `tasks/tasks.ts: task ${JSON.stringify(name.slice(0, 100))} has a name that its URL cannot hold; give it 1 to ` +
    "100 letters, digits, '-', '_' and '.', the first a letter or a digit."
  );
}

/**
 * The URL of a task. The queue puts the worker's host in its place; a queue whose target is not in force
 * yet sends nothing anywhere, since `.invalid` never resolves (RFC 2606).
 */
export function taskUrl(task: string): string {
  return `https://${PLACEHOLDER_HOST}/tasks/${task}`;
}

/** A Task of the Cloud Tasks API, as far as this project sets it. Its `body` is base64. */
export interface TaskResource {
  readonly name?: string;
  readonly scheduleTime?: string;
  readonly dispatchDeadline?: Duration;
  readonly httpRequest: {
    readonly url: string;
    readonly httpMethod: "POST";
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
  };
}

/** The task that delivers `json`, a payload already serialised, to the handler of `task`. */
export function taskResource(
  task: string,
  json: string,
  settings: {
    readonly dispatchDeadline: Duration;
    readonly name?: string;
    readonly scheduleTime?: Date;
    readonly headers?: Readonly<Record<string, string>>;
  },
): TaskResource {
  return {
    ...(settings.name !== undefined && { name: settings.name }),
    ...(settings.scheduleTime && { scheduleTime: settings.scheduleTime.toISOString() }),
    dispatchDeadline: settings.dispatchDeadline,
    httpRequest: {
      url: taskUrl(task),
      httpMethod: "POST",
      headers: {
        [taskHeaders.contentType]: "application/json",
        [taskHeaders.dispatchDeadline]: settings.dispatchDeadline,
        ...settings.headers,
      },
      body: Buffer.from(json).toString("base64"),
    },
  };
}
