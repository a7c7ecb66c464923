import { inspect } from "node:util";
import { printable } from "../command/printable.ts";

/** A line of a container's log, as it is to be told. */
export interface LogEntry {
  readonly severity: string;
  /** The message, and the fields that the line has beside it. */
  readonly text: string;
  /** The stack of the error that it tells of. */
  readonly stack?: string;
  /** The task that it belongs to: the logical name of its queue, and its id, which is one in its queue alone. */
  readonly task?: { readonly queue: string; readonly id: string };
  /** What became of a delivery, on the one line that says so. */
  readonly outcome?: string;
  /** Whether the line has the worker's structure; another is shown as it is. */
  readonly isStructured: boolean;
}

/** Reads a line of a container's log. */
export function readLog(line: string): LogEntry {
  const entry = parseLog(line);
  if (!entry) {
    return { severity: "DEFAULT", text: printable(line.slice(0, MAX_RAW)), isStructured: false };
  }
  const { severity, message, outcome, stack_trace: stack } = entry;
  const { taskId, queue } = labelsOf(entry);
  return {
    severity: typeof severity === "string" ? printable(severity) : "DEFAULT",
    text: [printable(String(message)), fieldsOf(entry)].join(" ").trim(),
    isStructured: true,
    ...(typeof stack === "string" && { stack }),
    ...(typeof taskId === "string" && {
      task: { queue: typeof queue === "string" ? queue : "", id: taskId },
    }),
    ...(typeof outcome === "string" && { outcome }),
  };
}

/** A log line as a person reads it: severity and text of a structured one, others as they are. */
export function logText({ severity, text, isStructured }: LogEntry): string {
  return isStructured ? `${severity.padEnd(7)} ${text}` : text;
}

/** Whether a log line says anything that is not said anyway. */
export function isTold({ severity, text, outcome, isStructured }: LogEntry): boolean {
  if (!isStructured) return !NODE_HINT.test(text);
  // That a delivery succeeded is told by the line of the delivery.
  return severity !== "DEBUG" && !(severity === "INFO" && outcome === "done");
}

/** Whether a log line tells of an error that no other line tells of. */
export function logTone({ severity, outcome }: LogEntry): "plain" | "bad" {
  // A dead letter has a line of its own.
  if (outcome === "dead-letter") return "plain";
  return ERRORS.has(severity) ? "bad" : "plain";
}

/** Where Node's debugger listens, if the line says so. */
export function debuggerAddress({ text }: LogEntry): string | undefined {
  return /^Debugger listening on ws:\/\/([^/]+)\//.exec(text)?.[1];
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

/** The fields of `log.info({ … }, "…")`, as Node would show them. */
function fieldsOf(entry: Readonly<Record<string, unknown>>): string {
  const fields = Object.entries(entry).filter(
    ([name]) => !OWN.has(name) && !name.startsWith("logging.googleapis.com/"),
  );
  if (fields.length === 0) return "";
  return printable(inspect(Object.fromEntries(fields), { breakLength: Infinity, depth: 4 }));
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
