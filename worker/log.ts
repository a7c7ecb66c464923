import { traceIdOf } from "../tasks/client/traceContext.ts";
import { HIDDEN } from "../tasks/contract/sensitive.ts";
import type { Hide } from "./hiding.ts";
import type { LogOutput } from "./logOutput.ts";
import type { TaskRequest } from "./taskRequest.ts";
import { cut, describeError, isError, show, stackOf } from "./thrown.ts";

type Write = (fields: object, message: string) => void;

/**
 * Writes lines of JSON as Cloud Logging reads them. A line's fields may be an error: it is told with its
 * stack. What has no JSON is written as text, and what would be too much for an entry is cut.
 */
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
  /** @param hide takes out of all that is told through it what nobody may read. @default - all is told */
  child(fields: object, hide?: Hide): Log;
}

/**
 * Makes a log whose lines all have `bound` among their fields. The severities are Cloud Logging's.
 * https://cloud.google.com/logging/docs/reference/v2/rest/v2/LogEntry#LogSeverity
 */
export function makeLog(
  output: Pick<LogOutput, "write">,
  bound: object = {},
  hide?: Hide,
): WorkerLog {
  const own = { severity: "", time: "", ...bound };
  const ofBound = fieldsJson(bound);
  const writer =
    (severity: string): LogLine =>
    // Who has no compiler may give anything, in any order.
    (first: unknown, second?: unknown) => {
      const [given, text] = typeof first === "string" ? [second, first] : [first, second];
      const told = fieldsOf(given, own);
      const fields = hide ? hiddenFields(told, hide) : told;
      const whole = messageOf(text, given);
      const message = cut(hide ? hide(whole) : whole, MAX_MESSAGE);
      const start = `{"severity":"${severity}","time":"${timeNow()}"${ofBound}`;
      output.write(`${toJson(start, fields, message)}\n`);
    };
  return {
    debug: writer("DEBUG"),
    info: writer("INFO"),
    warn: writer("WARNING"),
    error: writer("ERROR"),
    fatal: writer("CRITICAL"),
    child: (fields, hidden) => makeLog(output, { ...bound, ...fields }, hidden ?? hide),
  };
}

/**
 * The fields that tie a line to a delivery and to its trace. Cloud Logging moves them out of the line's
 * payload, into the entry. https://cloud.google.com/logging/docs/agent/logging/configuration#special-fields
 */
export function deliveryFields(
  { task, queue, taskId, executionCount, traceparent }: TaskRequest,
  durationMs?: number,
  labels: Readonly<Record<string, string | undefined>> = {},
): object {
  const traceId = traceIdOf(traceparent);
  // What is undefined is not written.
  return {
    "logging.googleapis.com/trace":
      traceId && `projects/${projectOf(queue.name)}/traces/${traceId}`,
    // A label's value is a string.
    "logging.googleapis.com/labels": {
      task: task && cut(task, MAX_LABEL),
      queue: queue.logicalName,
      taskId: cut(taskId, MAX_LABEL),
      attempt: String(executionCount + 1),
      durationMs: durationMs === undefined ? undefined : String(Math.round(durationMs)),
      ...labels,
    },
  };
}

function projectOf(queueName: string): string {
  return queueName.split("/", 2)[1] ?? "";
}

const MAX_LABEL = 500;

/** Bytes, at most, of a line. An entry holds 256 KiB. https://cloud.google.com/logging/quotas */
const MAX_LINE_BYTES = 64 * 1024;
const MAX_MESSAGE = 8192;

/** What a line is given beside its message, as fields that hide none of its own. */
function fieldsOf(given: unknown, own: object): object {
  if (given === undefined || given === null) return {};
  if (isError(given)) return { error: describeError(given), ...stackOf(given) };
  try {
    return isFields(given, own) ? { ...given } : { fields: given };
  } catch {
    return { fields: show(given) };
  }
}

/** The same fields, as their JSON has them, without what nobody may read. */
function hiddenFields(fields: object, hide: Hide): object {
  try {
    return JSON.parse(JSON.stringify(fields, toJsonValue), (_, value: unknown) => {
      if (typeof value === "string") return hide(value);
      return typeof value === "number" && hide(String(value)) === HIDDEN ? HIDDEN : value;
    }) as object;
  } catch {
    return { fields: hide(show(fields)) };
  }
}

/** Whether a value's fields may stand beside a line's own, and are all that there is of it. */
function isFields(given: unknown, own: object): given is object {
  if (typeof given !== "object" || given === null || Array.isArray(given)) return false;
  const names = Object.keys(given);
  const isEmpty = names.length === 0 && Object.getPrototypeOf(given) !== Object.prototype;
  return !isEmpty && !names.some((name) => HIDING.includes(name) || Object.hasOwn(own, name));
}

/** A field of the line's own, and the method by which an object says what its JSON is. */
const HIDING: readonly string[] = ["message", "toJSON"];

function messageOf(text: unknown, given: unknown): string {
  if (typeof text === "string") return text;
  if (text !== undefined) return show(text);
  return isError(given) ? describeError(given) : show(given);
}

/**
 * A line's JSON, of its parts: an object that joins them costs more than its JSON does. What has none, as a cycle or
 * an error, is shown as Node would show it.
 */
function toJson(start: string, fields: object, message: string): string {
  const shown = (): object =>
    Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, shortJson(value)]));
  const end = `,"message":${JSON.stringify(message)}}`;
  return (
    shortLine(start, fields, end) ??
    shortLine(start, shown(), end) ??
    `${start}${fieldsJson({ fields: show(fields) })}${end}`
  );
}

/** The JSON of a line that has one, and not too long a one. */
function shortLine(start: string, fields: object, end: string): string | undefined {
  try {
    const json = `${start}${fieldsJson(fields)}${end}`;
    return fits(json, MAX_LINE_BYTES) ? json : undefined;
  } catch {
    // A handler may log anything, and must not fail for it.
    return undefined;
  }
}

/** What fields add to the JSON of an object that has some already: `,"status":204`. */
function fieldsJson(fields: object): string {
  const json = JSON.stringify(fields, toJsonValue);
  return json === "{}" ? "" : `,${json.slice(1, -1)}`;
}

let lastMs = 0;
let lastTime = "";

/** The time, whose text serves all lines of a millisecond. */
function timeNow(): string {
  const ms = Date.now();
  if (ms !== lastMs) {
    lastMs = ms;
    lastTime = new Date(ms).toISOString();
  }
  return lastTime;
}

/** Whether a text has so few bytes. A character has three at the most. */
function fits(text: string, bytes: number): boolean {
  return text.length * 3 <= bytes || Buffer.byteLength(text) <= bytes;
}

/** A value that JSON would leave out or make empty, as text. */
function toJsonValue(this: unknown, _: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null) {
    return typeof value === "bigint" || typeof value === "symbol" ? show(value) : value;
  }
  return isError(value) || value instanceof Map || value instanceof Set ? show(value) : value;
}

/** A value that has a short JSON; any other as text. */
function shortJson(value: unknown): unknown {
  try {
    const json = JSON.stringify(value, toJsonValue) as string | undefined;
    if (json === undefined || fits(json, MAX_MESSAGE)) return value;
  } catch {
    // As above.
  }
  return show(value);
}
