import type { MessageType } from "../api/protoJson.ts";
import { HTTP_METHODS } from "../target/httpMethods.ts";
import { oauthToken, oidcToken, ONE_TOKEN } from "../target/token.ts";
import { decode } from "../api/decoded.ts";

/*
 * The messages of Cloud Tasks v2, and what v2beta3 has besides, field by field.
 * https://cloud.google.com/tasks/docs/reference/rest/v2/projects.locations.queues
 */

export const retryConfigMessage = {
  maxAttempts: "int32",
  maxRetryDuration: "duration",
  minBackoff: "duration",
  maxBackoff: "duration",
  maxDoublings: "int32",
} as const satisfies MessageType;

export const httpTargetMessage = {
  uriOverride: {
    message: {
      scheme: { enum: ["SCHEME_UNSPECIFIED", "HTTP", "HTTPS"] },
      host: "string",
      port: "int64",
      pathOverride: { message: { path: "string" } },
      queryOverride: { message: { queryParams: "string" } },
      uriOverrideEnforceMode: {
        enum: ["URI_OVERRIDE_ENFORCE_MODE_UNSPECIFIED", "IF_NOT_EXISTS", "ALWAYS"],
      },
    },
  },
  httpMethod: { enum: HTTP_METHODS },
  headerOverrides: {
    repeated: { message: { header: { message: { key: "string", value: "string" } } } },
  },
  oauthToken,
  oidcToken,
} as const satisfies MessageType;

export const queueMessage = {
  name: "string",
  appEngineRoutingOverride: {
    message: { service: "string", version: "string", instance: "string", host: "string" },
  },
  httpTarget: { message: httpTargetMessage, oneofs: ONE_TOKEN },
  rateLimits: {
    message: {
      maxDispatchesPerSecond: "double",
      maxBurstSize: "int32",
      maxConcurrentDispatches: "int32",
    },
  },
  retryConfig: { message: retryConfigMessage },
  state: { enum: ["STATE_UNSPECIFIED", "RUNNING", "PAUSED", "DISABLED"] },
  purgeTime: "timestamp",
  stackdriverLoggingConfig: { message: { samplingRatio: "double" } },
} as const satisfies MessageType;

const { appEngineRoutingOverride, ...sharedFields } = queueMessage;

/** https://cloud.google.com/tasks/docs/reference/rest/v2beta3/projects.locations.queues */
export const betaQueueMessage = {
  ...sharedFields,
  appEngineHttpQueue: { message: { appEngineRoutingOverride } },
  taskTtl: "duration",
  tombstoneTtl: "duration",
  type: { enum: ["TYPE_UNSPECIFIED", "PULL", "PUSH"] },
  stats: {
    message: {
      tasksCount: "int64",
      oldestEstimatedArrivalTime: "timestamp",
      executedLastMinuteCount: "int64",
      concurrentDispatchesCount: "int64",
      effectiveExecutionRate: "double",
    },
  },
} as const satisfies MessageType;

const attempt = {
  message: {
    scheduleTime: "timestamp",
    dispatchTime: "timestamp",
    responseTime: "timestamp",
    responseStatus: {
      message: { code: "int32", message: "string", details: { repeated: "struct" } },
    },
  },
} as const;

const VIEWS = ["VIEW_UNSPECIFIED", "BASIC", "FULL"] as const;

export const taskMessage = {
  name: "string",
  httpRequest: {
    message: {
      url: "string",
      httpMethod: { enum: HTTP_METHODS },
      headers: { map: "string" },
      body: "bytes",
      oauthToken,
      oidcToken,
    },
    oneofs: ONE_TOKEN,
  },
  appEngineHttpRequest: "struct",
  scheduleTime: "timestamp",
  createTime: "timestamp",
  dispatchDeadline: "duration",
  dispatchCount: "int32",
  responseCount: "int32",
  firstAttempt: attempt,
  lastAttempt: attempt,
  view: { enum: VIEWS },
  retryConfig: { message: retryConfigMessage },
} as const satisfies MessageType;

/** The names of path and body are one message: `parent` may be in both. */
export const createTaskMessage = {
  parent: "string",
  task: {
    message: taskMessage,
    oneofs: { message_type: ["appEngineHttpRequest", "httpRequest"] },
  },
  responseView: { enum: VIEWS },
} as const satisfies MessageType;

export const runTaskMessage = {
  name: "string",
  responseView: { enum: VIEWS },
} as const satisfies MessageType;

/** How much of a task an answer holds: all, or all but its body. */
export type View = (typeof VIEWS)[number];

/** The view that a query parameter names, as a name or as a number. */
export function viewOf(text: string | null): View {
  const number = Number(text);
  const json = text !== null && Number.isInteger(number) ? number : text;
  const { responseView = "BASIC" } = decode(runTaskMessage, { responseView: json });
  return responseView;
}
