import { BACKOFF_LIMITS } from "@background-tasks/google/backoff.ts";
import { brokenLimits } from "@background-tasks/google/jointLimits.ts";
import type { Decoded } from "../api/decoded.ts";
import { durationToMs, msToDuration, msToTimestamp } from "../api/protoTime.ts";
import type { RpcStatus } from "../target/responseStatus.ts";
import type { RetryConfig } from "../target/retryConfig.ts";
import { GoogleError } from "../api/googleError.ts";
import { nextRunTime, type JobState } from "./jobCore.ts";
import { httpTargetOf, type JobTarget } from "./jobTarget.ts";
import type { jobMessage } from "./jobMessages.ts";
import { parseSchedule, type Schedule } from "./schedule.ts";

export type JobFields = Decoded<typeof jobMessage>;

/** What a caller may set of a job. */
export type JobDeclaration = Pick<JobFields, (typeof SETTABLE)[number]>;

const SETTABLE = [
  "description",
  "httpTarget",
  "pubsubTarget",
  "appEngineHttpTarget",
  "schedule",
  "timeZone",
  "retryConfig",
  "attemptDeadline",
] as const;

/** A declaration with Google's defaults put in, ready to run. */
export interface JobSettings {
  readonly target: JobTarget;
  readonly schedule: Schedule;
  readonly retry: RetryConfig;
  readonly attemptDeadlineMs: number;
}

export interface Job {
  readonly name: string;
  readonly project: string;
  declaration: JobDeclaration;
  settings: JobSettings;
  readonly state: JobState;
  paused: boolean;
  userUpdateTime: number;
  lastAttemptTime: number | undefined;
  status: RpcStatus | undefined;
}

/** Defaults and ranges: google-cloud.md 6.1. */
const DEFAULT_TIME_ZONE = "Etc/UTC";
const DEFAULT_DEADLINE_MS = 180_000;
const MIN_DEADLINE_MS = 15_000;
const MAX_DEADLINE = [1_800_000, "30m"] as const;
const MAX_APP_ENGINE_DEADLINE = [86_415_000, "24h15s"] as const;
const MAX_DESCRIPTION_LENGTH = 500;
const MAX_RETRY_COUNT = 5;
const DEFAULT_MAX_DOUBLINGS = 5;

/** The part of a Job that its caller may set. The rest is output only, and ignored. */
export function declarationOf(fields: JobFields): JobDeclaration {
  return Object.fromEntries(
    SETTABLE.filter((name) => fields[name] !== undefined).map((name) => [name, fields[name]]),
  );
}

/** What the declaration comes to. Throws INVALID_ARGUMENT for one that Google would refuse. */
export function settingsOf(declaration: JobDeclaration): JobSettings {
  const { description = "", schedule = "", timeZone } = declaration;
  if (description.length > MAX_DESCRIPTION_LENGTH) {
    throw invalid(`Job.description has ${description.length} characters; at most 500 are allowed.`);
  }
  return {
    target: targetOf(declaration),
    schedule: parseSchedule(schedule, timeZone || DEFAULT_TIME_ZONE),
    retry: retryConfigOf(declaration.retryConfig ?? {}),
    attemptDeadlineMs: deadlineOf(declaration),
  };
}

/** A job as the API returns it. */
export function renderJob(job: Job): object {
  const { name, declaration, settings, state, lastAttemptTime } = job;
  const { retry, target, attemptDeadlineMs } = settings;
  const scheduleTime = nextRunTime(state);
  return {
    name,
    ...declaration,
    ...("httpTarget" in target && { httpTarget: target.httpTarget }),
    timeZone: declaration.timeZone || DEFAULT_TIME_ZONE,
    userUpdateTime: msToTimestamp(job.userUpdateTime),
    state: job.paused ? "PAUSED" : "ENABLED",
    ...(job.status && { status: job.status }),
    ...(scheduleTime !== undefined && { scheduleTime: msToTimestamp(scheduleTime) }),
    ...(lastAttemptTime !== undefined && { lastAttemptTime: msToTimestamp(lastAttemptTime) }),
    retryConfig: {
      ...(retry.maxAttempts > 1 && { retryCount: retry.maxAttempts - 1 }),
      maxRetryDuration: msToDuration(retry.maxRetryDurationMs),
      minBackoffDuration: msToDuration(retry.minBackoffMs),
      maxBackoffDuration: msToDuration(retry.maxBackoffMs),
      maxDoublings: retry.maxDoublings,
    },
    attemptDeadline: msToDuration(attemptDeadlineMs),
  };
}

function targetOf({ httpTarget, pubsubTarget, appEngineHttpTarget }: JobDeclaration): JobTarget {
  const given = [httpTarget, pubsubTarget, appEngineHttpTarget].filter((t) => t !== undefined);
  if (given.length !== 1) {
    throw invalid("A job has one of httpTarget, pubsubTarget and appEngineHttpTarget.");
  }
  if (httpTarget) return { httpTarget: httpTargetOf(httpTarget) };
  return { notEmulated: pubsubTarget ? "Pub/Sub" : "App Engine" };
}

/** How long an attempt may take. What publishes to a topic takes no time, whatever is set. */
function deadlineOf({
  attemptDeadline,
  pubsubTarget,
  appEngineHttpTarget,
}: JobDeclaration): number {
  const ms = msOr(attemptDeadline, DEFAULT_DEADLINE_MS);
  const [max, shown] = appEngineHttpTarget ? MAX_APP_ENGINE_DEADLINE : MAX_DEADLINE;
  if (pubsubTarget || (ms >= MIN_DEADLINE_MS && ms <= max)) return ms;
  throw invalid(`Job.attemptDeadline must be between [15s, ${shown}].`);
}

function retryConfigOf(fields: NonNullable<JobFields["retryConfig"]>): RetryConfig {
  const { retryCount = 0, maxDoublings = 0 } = fields;
  if (retryCount < 0 || retryCount > MAX_RETRY_COUNT) {
    throw invalid(`RetryConfig.retryCount ${retryCount} must be between [0, 5].`);
  }
  const config = {
    // retryCount counts the retries alone.
    maxAttempts: retryCount + 1,
    maxRetryDurationMs: msOr(fields.maxRetryDuration, 0),
    minBackoffMs: msOr(fields.minBackoffDuration, 5_000),
    maxBackoffMs: msOr(fields.maxBackoffDuration, 3_600_000),
    maxDoublings: maxDoublings || DEFAULT_MAX_DOUBLINGS,
  };
  for (const [name, value] of Object.entries(config)) {
    if (value < 0) {
      throw invalid(
        `RetryConfig.${name.replace(/(?:Duration)?Ms$/, "Duration")} cannot be negative.`,
      );
    }
  }
  if (brokenLimits(BACKOFF_LIMITS, config).length > 0) {
    throw invalid("RetryConfig.minBackoffDuration must not exceed RetryConfig.maxBackoffDuration.");
  }
  return config;
}

function msOr(duration: string | undefined, otherwise: number): number {
  return duration === undefined ? otherwise : durationToMs(duration) || otherwise;
}

function invalid(message: string): GoogleError {
  return new GoogleError("INVALID_ARGUMENT", message);
}
