import { HTTP_METHODS } from "../cloudtasks/messages.ts";
import type { MessageType } from "../protoJson.ts";

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
  pubsubTarget: "struct",
  appEngineHttpTarget: "struct",
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
  status: "struct",
  scheduleTime: "timestamp",
  lastAttemptTime: "timestamp",
  satisfiesPzs: "bool",
} as const satisfies MessageType;
