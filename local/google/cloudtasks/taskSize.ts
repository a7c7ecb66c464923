import { GoogleError } from "../googleError.ts";
import { accountOf } from "./httpTarget.ts";
import { shortId } from "./resourceNames.ts";
import type { HttpRequest } from "./task.ts";

/** The largest task that Cloud Tasks stores, measured on the real service (google-cloud.md 1.5). */
const MAX_TASK_SIZE = 1_048_569;

/** Throws INVALID_ARGUMENT for a task whose stored form, a Task in protobuf, would be too large. */
export function checkTaskSize(name: string, request: HttpRequest): void {
  const size = taskSize(name, request);
  if (size <= MAX_TASK_SIZE) return;
  throw new GoogleError(
    "INVALID_ARGUMENT",
    `Task size too large: task '${shortId(name)}' takes ${size} bytes, and at most ${MAX_TASK_SIZE} are allowed.`,
  );
}

/** The size of a stored task in bytes, as protobuf encodes it. */
export function taskSize(name: string, { url, headers, body, token }: HttpRequest): number {
  let request = field(Buffer.byteLength(url)) + ENUM;
  for (const [key, value] of Object.entries(headers)) {
    request += field(field(Buffer.byteLength(key)) + field(Buffer.byteLength(value)));
  }
  if (body !== undefined) request += field(Buffer.byteLength(body, "base64"));
  if (token) {
    const scope = "oidcToken" in token ? token.oidcToken.audience : token.oauthToken.scope;
    request += field(field(Buffer.byteLength(accountOf(token))) + field((scope ?? "").length));
  }
  return field(Buffer.byteLength(name)) + field(request) + TIMES;
}

/** A tag and an enum. */
const ENUM = 2;
/** Schedule time, create time and dispatch deadline: a tag, a length, seconds and nanoseconds each. */
const TIMES = 14 + 8 + 5;

/** A length-delimited field: its tag, its length as a varint, and its content. */
function field(length: number): number {
  return 1 + (length < 2 ** 7 ? 1 : length < 2 ** 14 ? 2 : length < 2 ** 21 ? 3 : 4) + length;
}
