import { setHeader } from "../target/headers.ts";
import { msToTimestamp } from "../api/protoTime.ts";
import { shortId } from "../api/resourceNames.ts";

/** Headers of a target that are ignored: they are made from the URI and the body, or belong to the connection. */
const IGNORED =
  /^(?:host|content-length|connection|keep-alive|te|trailer|transfer-encoding|upgrade|expect)$/i;

/** The headers of an attempt, but for `Authorization` from a token: google-cloud.md 6.2. */
export function jobHeaders(
  job: string,
  scheduleTime: number,
  given: Readonly<Record<string, string>>,
): Record<string, string> {
  const headers = Object.fromEntries(Object.entries(given).filter(([name]) => !IGNORED.test(name)));
  setHeader(headers, "X-CloudScheduler", "true");
  setHeader(headers, "X-CloudScheduler-JobName", shortId(job));
  setHeader(headers, "X-CloudScheduler-ScheduleTime", msToTimestamp(scheduleTime));
  return headers;
}
