import type { LogFields, LogResource } from "../api/logs.ts";
import { msToTimestamp } from "../api/protoTime.ts";

/** An entry holds no more. https://cloud.google.com/logging/quotas */
const MAX_TEXT = 256 * 1024;

type Fields = Record<string, unknown>;

/**
 * The entry that a line of a container becomes: its text, or, of a JSON object, the object without the fields that
 * say something of the entry. https://cloud.google.com/logging/docs/structured-logging#structured_logging_special_fields
 */
export function containerEntry(line: string, resource: LogResource): LogFields {
  const given = objectIn(line);
  if (!given) return { resource, textPayload: line.slice(0, MAX_TEXT) };
  return {
    resource,
    ...defined({
      timestamp: timeIn(given),
      severity: severityOf(given["severity"]),
      httpRequest: fieldsOf(given["httpRequest"]),
      labels: textsOf(given[`${SPECIAL}labels`]),
      trace: textOf(given[`${SPECIAL}trace`]),
      spanId: textOf(given[`${SPECIAL}spanId`]),
      traceSampled: given[`${SPECIAL}trace_sampled`] === true ? true : undefined,
      insertId: textOf(given[`${SPECIAL}insertId`]),
      operation: fieldsOf(given[`${SPECIAL}operation`]),
      sourceLocation: fieldsOf(given[`${SPECIAL}sourceLocation`]),
    }),
    jsonPayload: chosen(given, (name) => !TAKEN.has(name)),
  };
}

const SPECIAL = "logging.googleapis.com/";

/** The fields that say something of the entry, and are no part of its payload. */
const TAKEN: ReadonlySet<string> = new Set([
  ...["time", "timestamp", "timestampSeconds", "timestampNanos", "severity", "httpRequest"],
  ...["labels", "trace", "spanId", "trace_sampled", "insertId", "operation", "sourceLocation"].map(
    (name) => SPECIAL + name,
  ),
]);

/** What is undefined is not there. */
function defined<T extends object>(fields: T): Partial<T> {
  return chosen(fields, (_name, value) => value !== undefined) as Partial<T>; // the same, with less in it
}

/** An object with some of the fields of another. */
function chosen(fields: object, isKept: (name: string, value: unknown) => boolean): Fields {
  const rest: Fields = {};
  for (const name in fields) {
    const value: unknown = Reflect.get(fields, name);
    if (!isKept(name, value)) continue;
    // To assign it would be to set the object's prototype.
    if (name === "__proto__") Object.defineProperty(rest, name, { ...PLAIN, value });
    else rest[name] = value;
  }
  return rest;
}

const PLAIN = { configurable: true, enumerable: true, writable: true };

function objectIn(line: string): Fields | undefined {
  if (!line.startsWith("{")) return undefined;
  try {
    const parsed: unknown = JSON.parse(line);
    return fieldsOf(parsed);
  } catch {
    return undefined; // A line like any other.
  }
}

function fieldsOf(value: unknown): Fields | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Fields) // an object of JSON, which is nobody else's
    : undefined;
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** Labels are texts: what is none is left out. */
function textsOf(value: unknown): Readonly<Record<string, string>> | undefined {
  const given = fieldsOf(value);
  // Each of them is one, then.
  return (
    given && (chosen(given, (_name, one) => typeof one === "string") as Record<string, string>)
  );
}

const SEVERITIES: ReadonlySet<string> = new Set(
  "DEFAULT DEBUG INFO NOTICE WARNING ERROR CRITICAL ALERT EMERGENCY".split(" "),
);

function severityOf(value: unknown): string | undefined {
  const name = textOf(value)?.toUpperCase();
  return name !== undefined && SEVERITIES.has(name) ? name : undefined;
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/;

/** The time that the line gives, as `time`, as `timestamp`, or as two numbers. */
function timeIn(given: Fields): string | undefined {
  const time = textOf(given["time"]);
  if (time !== undefined && TIME.test(time) && !Number.isNaN(Date.parse(time))) return time;
  const timestamp = fieldsOf(given["timestamp"]);
  const seconds = given["timestampSeconds"] ?? timestamp?.["seconds"];
  const nanos = given["timestampNanos"] ?? timestamp?.["nanos"];
  const ms = Number(seconds) * 1000 + Number(nanos ?? 0) / 1e6;
  return Math.abs(ms) < MAX_TIME ? msToTimestamp(ms) : undefined;
}

/** What a date can hold. */
const MAX_TIME = 8.64e15;
