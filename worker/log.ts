import { pino, type DestinationStream } from "pino";
import { traceIdOf } from "../tasks/traceContext.ts";
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

// https://cloud.google.com/logging/docs/reference/v2/rest/v2/LogEntry#LogSeverity
const SEVERITIES: Readonly<Record<string, string>> = {
  trace: "DEBUG",
  debug: "DEBUG",
  info: "INFO",
  warn: "WARNING",
  error: "ERROR",
  fatal: "CRITICAL",
};

/** Makes the worker's log. */
export function makeLog(destination: DestinationStream): WorkerLog {
  return pino(
    {
      level: "debug",
      messageKey: "message",
      base: null,
      timestamp: makeTimestamp(),
      formatters: { level: (label) => ({ severity: SEVERITIES[label] ?? "DEFAULT" }) },
    },
    destination,
  );
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
  return {
    ...(traceId !== undefined && {
      "logging.googleapis.com/trace": `projects/${projectOf(queue.name)}/traces/${traceId}`,
    }),
    // A label's value is a string.
    "logging.googleapis.com/labels": {
      task,
      queue: queue.logicalName,
      taskId,
      attempt: String(executionCount + 1),
      ...(durationMs !== undefined && { durationMs: String(Math.round(durationMs)) }),
    },
  };
}

/** The member of a line with the time, as text: the same for all lines of a millisecond. */
function makeTimestamp(): () => string {
  let last = 0;
  let text = "";
  return () => {
    const now = Date.now();
    if (now !== last) {
      last = now;
      text = `,"time":"${new Date(now).toISOString()}"`;
    }
    return text;
  };
}

/** The stack of an error, in the field where Error Reporting looks for it. */
export function stackOf(error: unknown): object {
  return error instanceof Error && error.stack !== undefined ? { stack_trace: error.stack } : {};
}

function projectOf(queueName: string): string {
  return queueName.split("/", 2)[1] ?? "";
}
