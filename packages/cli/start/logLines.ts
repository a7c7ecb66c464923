/** A log line as a person reads it: severity and message of a structured one, others as they are. */
export function logText(line: string): string {
  const entry = parseLog(line);
  if (!entry) return line;
  return `${severityOf(entry).padEnd(7)} ${String(entry["message"])}`;
}

/** The id of the task that a log line belongs to. */
export function logTaskId(line: string): string | undefined {
  const labels = parseLog(line)?.["logging.googleapis.com/labels"];
  if (typeof labels !== "object" || labels === null || !("taskId" in labels)) return undefined;
  return typeof labels.taskId === "string" ? labels.taskId : undefined;
}

/** Whether a log line says anything that is not said anyway. */
export function isTold(line: string): boolean {
  const entry = parseLog(line);
  if (!entry) return !NODE_HINT.test(line);
  const severity = severityOf(entry);
  // That a delivery succeeded is told by the line of the delivery.
  return severity !== "DEBUG" && !(severity === "INFO" && entry["outcome"] === "done");
}

/** Whether a log line tells of an error that no other line tells of. */
export function logTone(line: string): "plain" | "bad" {
  const entry = parseLog(line);
  // A dead letter has a line of its own.
  if (!entry || entry["outcome"] === "dead-letter") return "plain";
  return ERRORS.has(severityOf(entry)) ? "bad" : "plain";
}

/** Where Node's debugger listens, if the line says so. */
export function debuggerAddress(line: string): string | undefined {
  return /^Debugger listening on ws:\/\/([^/]+)\//.exec(line)?.[1];
}

const ERRORS = new Set(["ERROR", "CRITICAL", "ALERT", "EMERGENCY"]);

/** What Node says beside the address of its debugger. */
const NODE_HINT = /^For help, see: https:\/\/nodejs\.org\//;

function severityOf(entry: Readonly<Record<string, unknown>>): string {
  const severity = entry["severity"];
  return typeof severity === "string" ? severity : "DEFAULT";
}

function parseLog(line: string): Record<string, unknown> | undefined {
  if (!line.startsWith("{")) return undefined;
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    // A line that only looks like JSON is shown as it is.
    return undefined;
  }
}
