import { HTTP_METHODS } from "../target/httpMethods.ts";
import type { MessageType } from "../api/protoJson.ts";

/**
 * The Job of Cloud Scheduler v1.
 * https://cloud.google.com/scheduler/docs/reference/rest/v1/projects.locations.jobs
 */
export const jobMessage = {
  name: "string",
  description: "string",
  httpTarget: {
    message: {
      uri: "string",
      httpMethod: { enum: HTTP_METHODS },
      headers: { map: "string" },
      body: "bytes",
      oauthToken: { message: { serviceAccountEmail: "string", scope: "string" } },
      oidcToken: { message: { serviceAccountEmail: "string", audience: "string" } },
    },
  },
  pubsubTarget: {
    message: { topicName: "string", data: "bytes", attributes: { map: "string" } },
  },
  appEngineHttpTarget: {
    message: {
      httpMethod: { enum: HTTP_METHODS },
      appEngineRouting: {
        message: { service: "string", version: "string", instance: "string", host: "string" },
      },
      relativeUri: "string",
      headers: { map: "string" },
      body: "bytes",
    },
  },
  schedule: "string",
  timeZone: "string",
  retryConfig: {
    message: {
      retryCount: "int32",
      maxRetryDuration: "duration",
      minBackoffDuration: "duration",
      maxBackoffDuration: "duration",
      maxDoublings: "int32",
    },
  },
  attemptDeadline: "duration",
  userUpdateTime: "timestamp",
  state: { enum: ["STATE_UNSPECIFIED", "ENABLED", "PAUSED", "DISABLED", "UPDATE_FAILED"] },
  status: { message: { code: "int32", message: "string", details: { repeated: "struct" } } },
  scheduleTime: "timestamp",
  lastAttemptTime: "timestamp",
  satisfiesPzs: "bool",
} as const satisfies MessageType;
