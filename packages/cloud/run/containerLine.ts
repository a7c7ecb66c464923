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
  const rest: Fields = { ...given };
  const take = (name: string): unknown => {
    const value = rest[name];
    // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- a copy, of which the rest is kept
    delete rest[name];
    return value;
  };
  const special = (name: string): unknown => take(`logging.googleapis.com/${name}`);
  return {
    resource,
    ...defined({
      timestamp: timeIn(take),
      severity: severityOf(take("severity")),
      httpRequest: objectOf(take("httpRequest")),
      labels: textsOf(special("labels")),
      trace: textOf(special("trace")),
      spanId: textOf(special("spanId")),
      traceSampled: special("trace_sampled") === true ? true : undefined,
      insertId: textOf(special("insertId")),
      operation: objectOf(special("operation")),
      sourceLocation: objectOf(special("sourceLocation")),
    }),
    jsonPayload: rest,
  };
}

/** What is undefined is not there. */
function defined<T extends object>(fields: T): Partial<T> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  ) as Partial<T>; // the same, with less in it
}

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
    ? { ...value }
    : undefined;
}

function objectOf(value: unknown): object | undefined {
  return fieldsOf(value);
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** Labels are texts: what is none is left out. */
function textsOf(value: unknown): Record<string, string> | undefined {
  const given = fieldsOf(value);
  return (
    given &&
    Object.fromEntries(
      Object.entries(given).flatMap(([key, one]) => (typeof one === "string" ? [[key, one]] : [])),
    )
  );
}

const SEVERITIES = "DEFAULT DEBUG INFO NOTICE WARNING ERROR CRITICAL ALERT EMERGENCY".split(" ");

function severityOf(value: unknown): string | undefined {
  const name = textOf(value)?.toUpperCase();
  return name !== undefined && SEVERITIES.includes(name) ? name : undefined;
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/;

/** The time that the line gives, as `time`, as `timestamp`, or as two numbers. */
function timeIn(take: (name: string) => unknown): string | undefined {
  const time = textOf(take("time"));
  const timestamp = fieldsOf(take("timestamp"));
  const seconds = take("timestampSeconds") ?? timestamp?.["seconds"];
  const nanos = take("timestampNanos") ?? timestamp?.["nanos"];
  if (time !== undefined && TIME.test(time) && !Number.isNaN(Date.parse(time))) return time;
  const ms = Number(seconds) * 1000 + Number(nanos ?? 0) / 1e6;
  return Math.abs(ms) < MAX_TIME ? msToTimestamp(ms) : undefined;
}

/** What a date can hold. */
const MAX_TIME = 8.64e15;
