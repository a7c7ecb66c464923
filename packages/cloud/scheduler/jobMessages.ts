import { HTTP_METHODS } from "../target/httpMethods.ts";
import { oauthToken, oidcToken, ONE_TOKEN } from "../target/token.ts";
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
      oauthToken,
      oidcToken,
    },
    oneofs: ONE_TOKEN,
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

/** The Job with what is one of several in it. */
export const JOB = {
  message: jobMessage,
  oneofs: { target: ["pubsubTarget", "appEngineHttpTarget", "httpTarget"] },
} as const;
