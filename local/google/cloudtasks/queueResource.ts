import { GoogleError } from "../googleError.ts";
import type { Json } from "../method.ts";
import { decode, type Decoded } from "./decoded.ts";
import { checkHttpTarget } from "./httpTarget.ts";
import { queueMessage } from "./messages.ts";
import { msToTimestamp } from "./protoTime.ts";
import type { Queue } from "./queue.ts";
import type { QueueLimits } from "./queueCore.ts";
import { retryConfigOf, retryLawOf } from "./retryConfig.ts";
import { burstSize } from "./tokenBucket.ts";

export type QueueFields = Decoded<typeof queueMessage>;

/** What a caller may set of a queue. */
export type QueueSettings = Pick<QueueFields, (typeof SETTABLE)[number]>;

const SETTABLE = [
  "appEngineRoutingOverride",
  "httpTarget",
  "rateLimits",
  "retryConfig",
  "stackdriverLoggingConfig",
] as const;

const DEFAULT_RATE = 500;
const DEFAULT_CONCURRENCY = 1000;
const MAX_RATE = 500;
const MAX_CONCURRENCY = 5000;

/** Reads a Queue from a request. */
export function decodeQueue(body: Json | undefined): QueueFields {
  return decode(queueMessage, body);
}

/** The part of a Queue that its caller may set. The rest is output only, and ignored. */
export function settingsOf(fields: QueueFields): QueueSettings {
  return Object.fromEntries(
    SETTABLE.filter((name) => fields[name] !== undefined).map((name) => [name, fields[name]]),
  );
}

/** The limits that the settings set. Throws INVALID_ARGUMENT, in Google's words (google-cloud.md 1.8). */
export function limitsOf(settings: QueueSettings): QueueLimits {
  const { rateLimits = {}, retryConfig, httpTarget, stackdriverLoggingConfig } = settings;
  const { maxDispatchesPerSecond: rate = 0, maxConcurrentDispatches: concurrent = 0 } = rateLimits;
  checkRange("RateLimits.maxDispatchesPerSecond", rate, MAX_RATE);
  checkRange("RateLimits.maxConcurrentDispatches", concurrent, MAX_CONCURRENCY);
  const ratio = stackdriverLoggingConfig?.samplingRatio ?? 0;
  if (ratio < 0 || ratio > 1) {
    throw invalid("StackdriverLoggingConfig.samplingRatio must be between [0.0, 1.0].");
  }
  if (httpTarget) checkHttpTarget(httpTarget);
  // 0 is what is not set: proto3 knows no difference.
  const ratePerSecond = rate || DEFAULT_RATE;
  return {
    ratePerSecond,
    burst: burstSize(ratePerSecond),
    maxConcurrent: concurrent || DEFAULT_CONCURRENCY,
    retry: retryLawOf(retryConfig),
  };
}

/** A queue as the API returns it. */
export function renderQueue({ name, settings, state, purgeTime }: Queue): object {
  const { ratePerSecond, burst, maxConcurrent, retry } = state.limits;
  return {
    name,
    ...settings,
    rateLimits: {
      maxDispatchesPerSecond: ratePerSecond,
      maxBurstSize: burst,
      maxConcurrentDispatches: maxConcurrent,
    },
    retryConfig: retryConfigOf(retry),
    state: state.paused ? "PAUSED" : "RUNNING",
    ...(purgeTime !== undefined && { purgeTime: msToTimestamp(purgeTime) }),
  };
}

function checkRange(name: string, value: number, max: number): void {
  if (value < 0) throw invalid(`${name} cannot be negative.`);
  if (value > max) throw invalid(`${name} must be less than or equal to ${max}.`);
}

function invalid(message: string): GoogleError {
  return new GoogleError("INVALID_ARGUMENT", message);
}
