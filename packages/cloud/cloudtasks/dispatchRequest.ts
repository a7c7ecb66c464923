import { setHeader } from "../target/headers.ts";
import type { HttpTarget } from "./httpTarget.ts";
import type { Delivery, HttpRequest } from "./task.ts";
import { USER_AGENT } from "./taskResource.ts";

/*
 * What the worker sees of a delivery: google-cloud.md 1.9.
 */

/** Headers of the caller that are replaced or ignored, and those that belong to the connection. */
const IGNORED =
  /^(?:host|content-length|user-agent|x-google-.*|x-appengine-.*|x-cloudtasks-.*|connection|keep-alive|te|trailer|transfer-encoding|upgrade|expect)$/i;

/** The headers of a delivery, but for `Authorization` from a token. */
export function dispatchHeaders(
  queueId: string,
  { task, dispatchCount, executionCount, scheduleTime, previousStatus }: Delivery,
  target: HttpTarget | undefined,
): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const name in task.request.headers) {
    const value = task.request.headers[name];
    if (value !== undefined && !IGNORED.test(name)) headers[name] = value;
  }
  for (const { header } of target?.headerOverrides ?? []) {
    const { key = "", value = "" } = header ?? {};
    if (!IGNORED.test(key)) setHeader(headers, key, value);
  }
  headers["User-Agent"] = USER_AGENT;
  headers["X-CloudTasks-QueueName"] = queueId;
  headers["X-CloudTasks-TaskName"] = task.id;
  headers["X-CloudTasks-TaskRetryCount"] = String(dispatchCount - 1);
  headers["X-CloudTasks-TaskExecutionCount"] = String(executionCount);
  headers["X-CloudTasks-TaskETA"] = (scheduleTime / 1000).toFixed(6);
  if (previousStatus !== undefined) {
    headers["X-CloudTasks-TaskPreviousResponse"] = String(previousStatus);
    // Empty for HTTP targets, in every capture of the real service.
    headers["X-CloudTasks-TaskRetryReason"] = "";
  }
  return headers;
}

/** The verb of a delivery, and its body where that verb has one. */
export function dispatchContent(
  { httpMethod, body }: HttpRequest,
  target: HttpTarget | undefined,
): { method: string; body?: Buffer } {
  const override = target?.httpMethod ?? "HTTP_METHOD_UNSPECIFIED";
  const method = override === "HTTP_METHOD_UNSPECIFIED" ? httpMethod : override;
  const carriesBody = method === "POST" || method === "PUT" || method === "PATCH";
  if (body === undefined || !carriesBody) return { method };
  return { method, body: Buffer.from(body, "base64") };
}
