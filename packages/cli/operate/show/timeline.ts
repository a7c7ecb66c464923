import type { LogEntry } from "../calls/messages.ts";
import type { OperatorCalls } from "../calls/operatorCalls.ts";
import { idOf } from "../calls/ownNames.ts";

/** A line of the worker's log that belongs to a task. */
export interface TimelineLine {
  /** In milliseconds. */
  readonly time: number;
  readonly severity: string;
  /** Which attempt it was; empty where the line does not say. */
  readonly attempt: string;
  /** What became of the delivery, `done`, `retry`, `dead-letter` …; empty for a line of the handler's own. */
  readonly outcome: string;
  /** What the delivery was answered. */
  readonly status: number | undefined;
  readonly message: string;
  /** Where its error was thrown; empty where there is none. */
  readonly stack: string;
  /** The worker's revision. */
  readonly revision: string;
  /** The task's id on its queue. */
  readonly taskId: string;
  /** The task's name and the key of its queue; empty where the line does not say. */
  readonly task: string;
  readonly queue: string;
}

/** Lines that are read of one task, at the most: the first ones. */
const MOST_LINES = 1000;

/** Such an id may be the beginning of one, as a terminal shows it. */
const SHORT_ID = /^[0-9a-f]{4,15}$/;

/** Whether such an id may be the beginning of one, and is too short to be searched for. */
export function isTooShort(id: string): boolean {
  return /^[0-9a-f]{1,3}$/.test(id);
}

/** What the worker's log says of a task, the oldest first, from that time on. An id may be given by its beginning. */
export async function timelineOf(
  { operations, listLogEntries }: Pick<OperatorCalls, "operations" | "listLogEntries">,
  taskId: string,
  since: number,
): Promise<TimelineLine[]> {
  const services = operations.workers.map(
    ({ service }) => `resource.labels.service_name=${quoted(idOf(service))}`,
  );
  const isTask = SHORT_ID.test(taskId) ? `=~"^${taskId}"` : `=${quoted(taskId)}`;
  const filter =
    `log_id("run.googleapis.com/stdout") AND labels.taskId${isTask} ` +
    `AND (${services.join(" OR ")}) AND timestamp>=${quoted(new Date(since).toISOString())}`;
  const lines: TimelineLine[] = [];
  for await (const entries of listLogEntries(filter)) {
    lines.push(...entries.map(lineOf));
    if (lines.length >= MOST_LINES) break;
  }
  return lines.slice(0, MOST_LINES);
}

function lineOf({ timestamp, severity, labels, resource, jsonPayload }: LogEntry): TimelineLine {
  const { message, outcome, status, stack_trace: stack } = jsonPayload;
  return {
    time: Date.parse(timestamp),
    severity,
    attempt: labels["attempt"] ?? "",
    outcome: typeof outcome === "string" ? outcome : "",
    status: typeof status === "number" ? status : undefined,
    message: typeof message === "string" ? message : "",
    stack: typeof stack === "string" ? stack : "",
    revision: resource.labels["revision_name"] ?? "",
    taskId: labels["taskId"] ?? "",
    task: labels["task"] ?? "",
    queue: labels["queue"] ?? "",
  };
}

/** A text in a filter of Cloud Logging. */
function quoted(text: string): string {
  return JSON.stringify(text);
}
