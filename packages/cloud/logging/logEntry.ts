import type { MessageType } from "../api/protoJson.ts";
import type { LogFields } from "../api/logs.ts";
import { keepNewest } from "../data/keepNewest.ts";

/** An entry of a log, as the API shows it. */
export interface LogEntry extends LogFields {
  readonly logName: string;
  readonly timestamp: string;
  readonly receiveTimestamp: string;
  readonly insertId: string;
}

/** By their numbers: https://cloud.google.com/logging/docs/reference/v2/rest/v2/LogEntry#LogSeverity */
export const SEVERITIES: readonly string[] = numbered(
  "DEFAULT DEBUG INFO NOTICE WARNING ERROR CRITICAL ALERT EMERGENCY",
);

function numbered(names: string): string[] {
  const list: string[] = [];
  for (const [index, name] of names.split(" ").entries()) list[index * 100] = name;
  return list;
}

const httpRequestMessage = {
  requestMethod: "string",
  requestUrl: "string",
  requestSize: "int64",
  status: "int32",
  responseSize: "int64",
  userAgent: "string",
  remoteIp: "string",
  serverIp: "string",
  referer: "string",
  latency: "duration",
  cacheLookup: "bool",
  cacheHit: "bool",
  cacheValidatedWithOriginServer: "bool",
  cacheFillBytes: "int64",
  protocol: "string",
} as const satisfies MessageType;

/** https://cloud.google.com/logging/docs/reference/v2/rest/v2/LogEntry */
export const logEntryMessage = {
  logName: "string",
  resource: { message: { type: "string", labels: { map: "string" } } },
  timestamp: "timestamp",
  receiveTimestamp: "timestamp",
  severity: { enum: SEVERITIES },
  insertId: "string",
  httpRequest: { message: httpRequestMessage },
  labels: { map: "string" },
  operation: { message: { id: "string", producer: "string", first: "bool", last: "bool" } },
  trace: "string",
  spanId: "string",
  traceSampled: "bool",
  sourceLocation: { message: { file: "string", line: "int64", function: "string" } },
  textPayload: "string",
  jsonPayload: "struct",
  protoPayload: "struct",
} as const satisfies MessageType;

/** The id in a log's name, `run.googleapis.com/stdout` of `projects/P/logs/run.googleapis.com%2Fstdout`. */
export function logIdOf(logName: string): string {
  let id = ids.get(logName);
  if (id === undefined) {
    id = decodedId(logName);
    ids.set(logName, id);
    keepNewest(ids, MAX_IDS);
  }
  return id;
}

/** The ids in names that were asked for: of many entries, most are of a few logs. */
const ids = new Map<string, string>();
const MAX_IDS = 100;

function decodedId(logName: string): string {
  const id = logName.slice(logName.lastIndexOf("/") + 1);
  try {
    return decodeURIComponent(id);
  } catch {
    return id; // A per cent sign that escapes nothing is one.
  }
}

/** The name of a log of a project, by its id. */
export function logNameOf(project: string, id: string): string {
  return `projects/${project}/logs/${encodeURIComponent(id)}`;
}
