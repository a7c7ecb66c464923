import { inspect } from "node:util";
import { traceIdOf } from "../tasks/client/traceContext.ts";
import type { LogOutput } from "./logOutput.ts";
import type { TaskRequest } from "./taskRequest.ts";

type Write = (fields: object, message: string) => void;

/** Writes lines of JSON as Cloud Logging reads them. */
export interface Log {
  readonly debug: LogLine;
  readonly info: LogLine;
  readonly warn: LogLine;
  readonly error: LogLine;
}

type LogLine = Write & ((message: string) => void);

/** A log that also makes logs for single deliveries. */
export interface WorkerLog extends Log {
  readonly fatal: LogLine;
  child(fields: object): Log;
}

/**
 * Makes a log whose lines all have `bound` among their fields. The severities are Cloud Logging's.
 * https://cloud.google.com/logging/docs/reference/v2/rest/v2/LogEntry#LogSeverity
 */
export function makeLog(output: Pick<LogOutput, "write">, bound: object = {}): WorkerLog {
  const writer =
    (severity: string): LogLine =>
    (first: object | string, message?: string) => {
      const time = new Date().toISOString();
      const [fields, text] = typeof first === "string" ? [undefined, first] : [first, message];
      output.write(`${toJson({ severity, time, ...bound, ...fields, message: text })}\n`);
    };
  return {
    debug: writer("DEBUG"),
    info: writer("INFO"),
    warn: writer("WARNING"),
    error: writer("ERROR"),
    fatal: writer("CRITICAL"),
    child: (fields) => makeLog(output, { ...bound, ...fields }),
  };
}

/**
 * The fields that tie a line to a delivery and to its trace. Cloud Logging moves them out of the line's
 * payload, into the entry. https://cloud.google.com/logging/docs/agent/logging/configuration#special-fields
 */
export function deliveryFields(
  { task, queue, taskId, executionCount, traceparent }: Omit<TaskRequest, "body">,
  durationMs?: number,
): object {
  const traceId = traceIdOf(traceparent);
  // What is undefined is not written.
  return {
    "logging.googleapis.com/trace":
      traceId && `projects/${projectOf(queue.name)}/traces/${traceId}`,
    // A label's value is a string.
    "logging.googleapis.com/labels": {
      task,
      queue: queue.logicalName,
      taskId,
      attempt: String(executionCount + 1),
      durationMs: durationMs === undefined ? undefined : String(Math.round(durationMs)),
    },
  };
}

/** The stack of an error, in the field where Error Reporting looks for it. */
export function stackOf(error: unknown): object {
  return error instanceof Error && error.stack !== undefined ? { stack_trace: error.stack } : {};
}

function projectOf(queueName: string): string {
  return queueName.split("/", 2)[1] ?? "";
}

/** A line's JSON. What has none, as a cycle or an error, is shown as Node would show it. */
function toJson(line: object): string {
  try {
    if (!Object.values(line).some(isError)) return JSON.stringify(line);
  } catch {
    // A handler may log anything, and must not fail for it.
  }
  return JSON.stringify(
    Object.fromEntries(Object.entries(line).map(([name, value]) => [name, jsonOf(value)])),
  );
}

function jsonOf(value: unknown): unknown {
  if (isError(value)) return inspect(value);
  try {
    JSON.stringify(value);
    return value;
  } catch {
    return inspect(value);
  }
}

function isError(value: unknown): boolean {
  return value instanceof Error;
}
