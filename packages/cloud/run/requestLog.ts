import type { LogResource, WriteLog } from "../api/logs.ts";
import { msToDuration, msToTimestamp } from "../api/protoTime.ts";
import type { NetworkRequest } from "../network/network.ts";

/** The monitored resource of a revision. It is empty where a request was refused before there was one. */
export function revisionResource(service: string, revision: string): LogResource {
  const [, project = "", , location = "", , id = ""] = service.split("/");
  return {
    type: "cloud_run_revision",
    labels: {
      project_id: project,
      location,
      service_name: id,
      configuration_name: id,
      revision_name: revision,
    },
  };
}

/** A request that was answered, or refused. */
export interface AnsweredRequest {
  readonly request: NetworkRequest;
  /** What it was answered by. */
  readonly resource: LogResource;
  readonly startTime: number;
  readonly endTime: number;
  readonly status: number;
  readonly responseSize: number;
  /** Why it was refused; `undefined` where a container answered. */
  readonly reason: string | undefined;
  readonly traceparent: string | undefined;
}

/** Writes a request to the request log (google-cloud.md 8.3). */
export function logRequest(write: WriteLog, answered: AnsweredRequest): void {
  const { request, resource, startTime, endTime, traceparent } = answered;
  const { status, responseSize, reason } = answered;
  const { method, url, body } = request;
  const requestUrl = url.href;
  const requestSize = body?.length ?? 0;
  const userAgent = headerOf(request.headers, "user-agent");
  write({
    log: "run.googleapis.com/requests",
    bytes: requestUrl.length + (userAgent?.length ?? 0) + (reason?.length ?? 0) + ENTRY_BYTES,
    fields() {
      const [, traceId, spanId] = traceparent?.split("-") ?? NO_TRACE;
      const trace = traceId && `projects/${resource.labels["project_id"] ?? ""}/traces/${traceId}`;
      // What is undefined is not there; to take it out would cost half as much again.
      return {
        resource,
        timestamp: msToTimestamp(startTime),
        severity: status >= 500 ? "ERROR" : status >= 400 ? "WARNING" : "INFO",
        textPayload: reason,
        trace,
        spanId,
        httpRequest: {
          requestMethod: method,
          requestUrl,
          requestSize: String(requestSize),
          status,
          responseSize: String(responseSize),
          userAgent,
          remoteIp: "127.0.0.1",
          protocol: "HTTP/1.1",
          latency: msToDuration(endTime - startTime),
        },
      };
    },
  });
}

const NO_TRACE: readonly string[] = [];

/** A few numbers, and the names of service and revision. */
const ENTRY_BYTES = 300;

function headerOf(headers: Readonly<Record<string, string>>, wanted: string): string | undefined {
  for (const name in headers) if (name.toLowerCase() === wanted) return headers[name];
  return undefined;
}
