import { GoogleError } from "../api/googleError.ts";
import { accountOf } from "../target/token.ts";
import type { RetryConfig } from "../target/retryConfig.ts";
import type { HttpRequest } from "./task.ts";
import type { TaskSettings } from "./taskResource.ts";

/** The largest task that Cloud Tasks stores, measured on the real service (google-cloud.md 1.5). */
const MAX_TASK_SIZE = 1_048_569;

/** Throws INVALID_ARGUMENT for a task whose stored form, a Task in protobuf, would be too large. */
export function checkTaskSize(name: string, settings: TaskSettings, createTime: number): void {
  if (taskSize(name, settings, createTime) <= MAX_TASK_SIZE) return;
  throw new GoogleError("INVALID_ARGUMENT", "Task size too large");
}

/** The size of a stored task in bytes, as protobuf encodes it. */
function taskSize(
  name: string,
  { request, scheduleTime, dispatchDeadlineMs, retry }: TaskSettings,
  createTime: number,
): number {
  return (
    text(name) +
    field(requestSize(request)) +
    field(timeSize(scheduleTime)) +
    // It is stored to the second.
    field(timeSize(Math.floor(createTime / 1000) * 1000)) +
    field(timeSize(dispatchDeadlineMs)) +
    (retry ? field(retrySize(retry)) : 0)
  );
}

function requestSize({ url, headers, body, token }: HttpRequest): number {
  // Every method is a number of one byte.
  let size = text(url) + number(1);
  for (const [key, value] of Object.entries(headers)) {
    // The parts of a map's entry are there when they are empty, too.
    size += field(field(Buffer.byteLength(key)) + field(Buffer.byteLength(value)));
  }
  if (body !== undefined) size += field(Buffer.byteLength(body, "base64"));
  if (token) {
    const scope = "oidcToken" in token ? token.oidcToken.audience : token.oauthToken.scope;
    size += field(text(accountOf(token)) + text(scope ?? ""));
  }
  return size;
}

function retrySize(config: RetryConfig): number {
  const { maxAttempts, maxRetryDurationMs, minBackoffMs, maxBackoffMs, maxDoublings } = config;
  const durations = [maxRetryDurationMs, minBackoffMs, maxBackoffMs].filter((ms) => ms > 0);
  return durations.reduce(
    (size, ms) => size + field(timeSize(ms)),
    number(maxAttempts) + number(maxDoublings),
  );
}

/** A Timestamp or a Duration, which have the same fields: seconds and nanoseconds. */
function timeSize(ms: number): number {
  const micros = Math.round(ms * 1000);
  return number(Math.floor(micros / 1e6)) + number((micros % 1e6) * 1000);
}

/** A field with text; one that is empty is left out. */
function text(value: string): number {
  return value === "" ? 0 : field(Buffer.byteLength(value));
}

/** A field with a number; 0 is left out. */
function number(value: number): number {
  return value === 0 ? 0 : 1 + varint(value);
}

/** A length-delimited field: its tag, its length and its content. */
function field(length: number): number {
  return 1 + varint(length) + length;
}

/** The bytes of a number, seven bits in each; a negative one takes all ten. */
function varint(value: number): number {
  if (value < 0) return 10;
  let size = 1;
  for (let rest = value; rest >= 128; rest /= 128) size++;
  return size;
}
