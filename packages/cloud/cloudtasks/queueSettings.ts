import type { Decoded } from "../api/decoded.ts";
import { GoogleError } from "../api/googleError.ts";
import { durationToMs } from "../api/protoTime.ts";
import { checkHttpTarget } from "./httpTarget.ts";
import type { betaQueueMessage, queueMessage } from "./messages.ts";
import type { QueueLimits } from "./queueCore.ts";
import { retryConfigOf } from "./retryConfig.ts";
import { burstSize } from "./tokenBucket.ts";

/** A Queue of a request, of whichever version. */
export type QueueFields = Decoded<typeof queueMessage> & Decoded<typeof betaQueueMessage>;

/** What a caller may set of a queue, in whichever version. */
export type QueueSettings = Pick<
  QueueFields,
  | "appEngineHttpQueue"
  | "appEngineRoutingOverride"
  | "httpTarget"
  | "rateLimits"
  | "retryConfig"
  | "stackdriverLoggingConfig"
  | "taskTtl"
  | "tombstoneTtl"
>;

const DEFAULT_RATE = 500;
const DEFAULT_CONCURRENCY = 1000;
const MAX_RATE = 500;
const MAX_BURST = 500;
const MAX_CONCURRENCY = 5000;
const HOUR_MS = 3_600_000;
const DEFAULT_TASK_TTL_MS = 31 * 24 * HOUR_MS;

/** The limits that the settings set. Throws INVALID_ARGUMENT, in Google's words (google-cloud.md 1.8). */
export function limitsOf(settings: QueueSettings, defaultTombstoneMs: number): QueueLimits {
  const { rateLimits = {}, retryConfig, httpTarget, stackdriverLoggingConfig } = settings;
  const { maxDispatchesPerSecond: rate = 0, maxConcurrentDispatches: concurrent = 0 } = rateLimits;
  const { maxBurstSize: burst = 0 } = rateLimits;
  checkRange("RateLimits.maxDispatchesPerSecond", rate, MAX_RATE);
  checkRange("RateLimits.maxBurstSize", burst, MAX_BURST);
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
    burst: burst || burstSize(ratePerSecond),
    maxConcurrent: concurrent || DEFAULT_CONCURRENCY,
    retry: retryConfigOf(retryConfig),
    retentionMs:
      lifeOf("Queue.taskTtl", settings.taskTtl, [240 * HOUR_MS, 87_600 * HOUR_MS]) ??
      DEFAULT_TASK_TTL_MS,
    tombstoneMs:
      lifeOf("Queue.tombstoneTtl", settings.tombstoneTtl, [HOUR_MS, 216 * HOUR_MS]) ??
      defaultTombstoneMs,
  };
}

/** A life time in milliseconds, or `undefined` for none and for 0, which are the same in proto3. */
function lifeOf(
  name: string,
  duration: string | undefined,
  [min, max]: readonly [min: number, max: number],
): number | undefined {
  const ms = duration === undefined ? 0 : durationToMs(duration);
  if (ms === 0 || (ms >= min && ms <= max)) return ms || undefined;
  throw invalid(`${name} must be between [${min / HOUR_MS}h, ${max / HOUR_MS}h].`);
}

function checkRange(name: string, value: number, max: number): void {
  if (value < 0) throw invalid(`${name} cannot be negative.`);
  if (value > max) throw invalid(`${name} must be less than or equal to ${max}.`);
}

function invalid(message: string): GoogleError {
  return new GoogleError("INVALID_ARGUMENT", message);
}
