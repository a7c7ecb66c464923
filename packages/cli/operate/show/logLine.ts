import { TASK_ID } from "../calls/taskId.ts";

/*
 * A line of a container's log, as whoever shows it reads it: the terminal, and the console's page in a browser.
 */

export interface LogLine {
  /** Of Cloud Logging; `DEFAULT` where the line has none. */
  readonly severity: string;
  /** What it says; of a line without the worker's structure, the line. */
  readonly message: string;
  /** What its writer gave it beside the message. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** The stack of the error that it tells of. */
  readonly stack?: string;
  /** The task that it belongs to: the logical name of its queue, and its id, which is one in its queue alone. */
  readonly task?: { readonly queue: string; readonly id: string };
  /** What became of a delivery, on the one line that says so. */
  readonly outcome?: string;
  /** Whether the line has the worker's structure; another is shown as it is. */
  readonly isStructured: boolean;
}

/** Reads a line of a container's log. What somebody wrote into it is not made safe to show on a terminal. */
export function readLogLine(line: string): LogLine {
  const entry = parseLog(line);
  if (!entry) {
    const message = line.slice(0, MAX_RAW);
    return { severity: "DEFAULT", message, fields: {}, isStructured: false };
  }
  const { severity, message, outcome, stack_trace: stack } = entry;
  const { taskId, queue } = labelsOf(entry);
  return {
    severity: typeof severity === "string" ? severity : "DEFAULT",
    message: typeof message === "string" ? message : JSON.stringify(message),
    fields: fieldsOf(entry),
    isStructured: true,
    ...(typeof stack === "string" && { stack }),
    ...(typeof taskId === "string" &&
      TASK_ID.test(taskId) && {
        task: { queue: typeof queue === "string" ? queue : "", id: taskId },
      }),
    ...(typeof outcome === "string" && { outcome }),
  };
}

/** Whether a log line says anything that is not said anyway. */
export function isTold({ severity, message, outcome, isStructured }: LogLine): boolean {
  if (!isStructured) return !NODE_HINT.test(message);
  // That a delivery succeeded is told by the line of the delivery.
  return severity !== "DEBUG" && !(severity === "INFO" && outcome === "done");
}

/** Whether a log line tells of an error that no other line tells of. */
export function logTone({ severity, outcome }: LogLine): "plain" | "bad" {
  // A dead letter has a line of its own.
  if (outcome === "dead-letter") return "plain";
  return ERRORS.has(severity) ? "bad" : "plain";
}

/** Characters, at most, of a line without structure: the worker's own lines are bounded by itself. */
const MAX_RAW = 4096;

const ERRORS = new Set(["ERROR", "CRITICAL", "ALERT", "EMERGENCY"]);

/** What Node says beside the address of its debugger. */
const NODE_HINT = /^For help, see: https:\/\/nodejs\.org\//;

/** What a line has beside what its writer gave it, and what is told in another way. */
const OWN = new Set([
  ...["severity", "time", "message", "outcome", "status", "service", "revision"],
  ...["stack_trace", "error"],
]);

/** The fields of `log.info({ … }, "…")`. */
function fieldsOf(entry: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(entry).filter(
      ([name]) => !OWN.has(name) && !name.startsWith("logging.googleapis.com/"),
    ),
  );
}

function labelsOf(entry: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const labels = entry["logging.googleapis.com/labels"];
  return typeof labels === "object" && labels !== null ? { ...labels } : {};
}

function parseLog(line: string): Record<string, unknown> | undefined {
  if (!line.startsWith("{")) return undefined;
  try {
    const entry: unknown = JSON.parse(line);
    return typeof entry === "object" && entry !== null && "message" in entry
      ? { ...entry }
      : undefined;
  } catch {
    // A line that only looks like JSON is shown as it is.
    return undefined;
  }
}
