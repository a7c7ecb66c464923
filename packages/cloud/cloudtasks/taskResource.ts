import { isLoopback } from "@background-tasks/google/loopback.ts";
import { GoogleError } from "../api/googleError.ts";
import { NotEmulatedError } from "../api/notEmulated.ts";
import type { Decoded } from "../api/decoded.ts";
import { headerProblem, headersSize, MAX_HEADERS_SIZE, setHeader } from "../target/headers.ts";
import { tokenOf } from "../target/token.ts";
import type { taskMessage, View } from "./messages.ts";
import { durationToMs, msToDuration, msToTimestamp, timestampToMs } from "../api/protoTime.ts";
import { pacificTime } from "./pacificTime.ts";
import { responseStatus } from "../target/responseStatus.ts";
import { renderRetryConfig, retryConfigOf } from "./retryConfig.ts";
import { SharedValues } from "./sharedValues.ts";
import type { HttpRequest, LastAttempt, Task } from "./task.ts";

export type TaskFields = Decoded<typeof taskMessage>;

/** The User-Agent of every dispatched request, stored among the task's headers (google-cloud.md 1.4). */
export const USER_AGENT = "Google-Cloud-Tasks";

const METHODS_WITH_BODY = ["POST", "PUT", "PATCH"];
const MAX_URL_LENGTH = 2083;
const DEFAULT_DEADLINE_MS = 600_000;
const MIN_DEADLINE_MS = 15_000;
const MAX_DEADLINE_MS = 1_800_000;
const MAX_DELAY_MS = 720 * 3_600_000;

/** What a caller may set of a task. */
export interface TaskSettings extends Pick<Task, "request" | "dispatchDeadlineMs" | "retry"> {
  readonly scheduleTime: number;
}

/** What a caller may set of a task, checked as Google checks it (google-cloud.md 1.4, 1.5, 1.8). */
export function taskSettings(fields: TaskFields, now: number): TaskSettings {
  if (fields.appEngineHttpRequest) throw new NotEmulatedError("Task.appEngineHttpRequest");
  if (!fields.httpRequest) throw invalid("Task.payload_type is not set.");
  const request = httpRequestOf(fields.httpRequest);
  const dispatchDeadlineMs =
    fields.dispatchDeadline === undefined
      ? DEFAULT_DEADLINE_MS
      : Math.trunc(durationToMs(fields.dispatchDeadline));
  if (dispatchDeadlineMs < MIN_DEADLINE_MS || dispatchDeadlineMs > MAX_DEADLINE_MS) {
    throw invalid("Task.dispatchDeadline must be between [15s, 30m].");
  }
  const asked = fields.scheduleTime === undefined ? now : timestampToMs(fields.scheduleTime);
  if (asked > now + MAX_DELAY_MS) {
    throw invalid(
      `The Task.scheduleTime, ${pacificTime(asked)}, is too far in the future. Schedule time must be no more than 720h in the future.`,
    );
  }
  return {
    request,
    dispatchDeadlineMs,
    retry: fields.retryConfig && retryConfigOf(fields.retryConfig),
    scheduleTime: Math.max(asked, now),
  };
}

/** A task as the API returns it: BASIC holds all but the body. */
export function renderTask(queueName: string, task: Task, view: View): object {
  const { url, httpMethod, headers, body, token } = task.request;
  const { dispatchCount, responseCount, firstDispatchTime, lastAttempt } = task;
  const full = view === "FULL";
  return {
    name: `${queueName}/tasks/${task.id}`,
    httpRequest: {
      url,
      httpMethod,
      headers,
      ...(full && body !== undefined && { body }),
      ...token,
    },
    scheduleTime: msToTimestamp(task.dueTime),
    createTime: msToTimestamp(Math.floor(task.createTime / 1000) * 1000),
    dispatchDeadline: msToDuration(task.dispatchDeadlineMs),
    ...(task.retry && { retryConfig: renderRetryConfig(task.retry) }),
    // proto3 JSON leaves out what is 0.
    ...(dispatchCount > 0 && { dispatchCount }),
    ...(responseCount > 0 && { responseCount }),
    ...(firstDispatchTime !== undefined && {
      firstAttempt: { dispatchTime: msToTimestamp(firstDispatchTime) },
    }),
    ...(lastAttempt && { lastAttempt: renderAttempt(lastAttempt) }),
    view: full ? "FULL" : "BASIC",
  };
}

function httpRequestOf(fields: NonNullable<TaskFields["httpRequest"]>): HttpRequest {
  const { url = "", headers: given = {}, body = "" } = fields;
  const method = fields.httpMethod ?? "POST";
  const httpMethod = method === "HTTP_METHOD_UNSPECIFIED" ? "POST" : method;
  if (url === "") throw invalid("HttpRequest.url is required.");
  if (!/^https?:\/\//i.test(url)) {
    throw invalid("HttpTarget.url must start with 'http://' or 'https://'.");
  }
  const length = encodedLength(url);
  if (length > MAX_URL_LENGTH) {
    throw invalid(
      `HttpRequest.url has ${length} characters once it is encoded; at most 2083 are allowed.`,
    );
  }
  if (body !== "" && !METHODS_WITH_BODY.includes(httpMethod)) {
    throw invalid(`HttpRequest.body is not allowed for HTTP method ${httpMethod}.`);
  }
  const token = tokenOf(fields);
  const account = fields.oidcToken ?? fields.oauthToken;
  if (account && !account.serviceAccountEmail) {
    throw invalid("HttpRequest's token requires serviceAccountEmail.");
  }
  if (account && !isSafeForToken(url)) {
    throw invalid(
      "HttpRequest.url must start with 'https://' for request with HttpRequest.authorization_header",
    );
  }
  const body64 = body === "" ? undefined : body;
  return {
    url: URLS.get(url, () => url),
    httpMethod,
    headers: HEADERS.get(JSON.stringify(given), () => storedHeaders(given)),
    body: body64,
    token,
  };
}

/** Google sends a token over https alone. What is on this machine has no certificate, and may have it all the same. */
function isSafeForToken(url: string): boolean {
  return /^https:/i.test(url) || (URL.canParse(url) && isLoopback(new URL(url).hostname));
}

/** How long a URL is as it is sent. What is escaped in it already stays as it is. */
function encodedLength(url: string): number {
  // No character takes more than three bytes, and no byte more than three characters.
  if (url.length <= MAX_URL_LENGTH / 9) return url.length;
  return encodeURI(url.toWellFormed()).replaceAll("%25", "%").length;
}

const URLS = new SharedValues<string>();
const HEADERS = new SharedValues<HttpRequest["headers"]>();

/** The headers as given, their case kept, with the User-Agent that will be sent. */
function storedHeaders(given: Readonly<Record<string, string>>): Record<string, string> {
  for (const [name, value] of Object.entries(given)) {
    const problem = headerProblem(name, value);
    if (problem !== undefined) throw invalid(`HttpRequest.headers: ${problem}`);
  }
  const headers = { ...given };
  setHeader(headers, "User-Agent", USER_AGENT);
  const size = headersSize(headers);
  if (size < MAX_HEADERS_SIZE) return headers;
  throw invalid(`HttpRequest.headers take ${size} bytes; they must take less than 80 KB.`);
}

function renderAttempt({ scheduleTime, dispatchTime, responseTime, status }: LastAttempt): object {
  return {
    scheduleTime: msToTimestamp(scheduleTime),
    dispatchTime: msToTimestamp(dispatchTime),
    ...(responseTime !== undefined && { responseTime: msToTimestamp(responseTime) }),
    ...(status !== undefined && { responseStatus: responseStatus(status) }),
  };
}

function invalid(message: string): GoogleError {
  return new GoogleError("INVALID_ARGUMENT", message);
}
