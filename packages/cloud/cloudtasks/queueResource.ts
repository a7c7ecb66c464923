import { GoogleError } from "../api/googleError.ts";
import type { Json } from "../api/method.ts";
import { NotEmulatedError } from "../api/notEmulated.ts";
import { decode, type Decoded } from "../api/decoded.ts";
import { checkHttpTarget } from "./httpTarget.ts";
import type { ApiVersion } from "./apiVersion.ts";
import type { betaQueueMessage, queueMessage } from "./messages.ts";
import { durationToMs, msToDuration, msToTimestamp } from "../api/protoTime.ts";
import type { Queue } from "./queue.ts";
import type { QueueLimits } from "./queueCore.ts";
import { retryConfigOf, retryLawOf } from "./retryConfig.ts";
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

/** Reads a Queue from a request. */
export function decodeQueue(body: Json | undefined, version: ApiVersion): QueueFields {
  return decode(version.queueMessage, body);
}

/** The part of a Queue that its caller may set. The rest is output only, and ignored. */
export function settingsOf(fields: QueueFields, version: ApiVersion): QueueSettings {
  if (fields.type === "PULL") throw new NotEmulatedError("Queue.type PULL");
  const { rateLimits, appEngineRoutingOverride, appEngineHttpQueue, ...settings } = pick(
    fields,
    version.settable,
  );
  const { maxBurstSize, ...limits } = rateLimits ?? {};
  const ownBurst = version.isBeta && maxBurstSize !== undefined;
  const routing = appEngineHttpQueue?.appEngineRoutingOverride;
  return {
    ...settings,
    ...(rateLimits && { rateLimits: { ...limits, ...(ownBurst && { maxBurstSize }) } }),
    ...(appEngineRoutingOverride && {
      appEngineRoutingOverride: withoutHost(appEngineRoutingOverride),
    }),
    ...(appEngineHttpQueue && {
      appEngineHttpQueue: { ...(routing && { appEngineRoutingOverride: withoutHost(routing) }) },
    }),
  };
}

type AppEngineRouting = NonNullable<QueueFields["appEngineRoutingOverride"]>;

/** The host is output only, and there is no App Engine here that would have one. */
function withoutHost({ service, version, instance }: AppEngineRouting): AppEngineRouting {
  return {
    ...(service !== undefined && { service }),
    ...(version !== undefined && { version }),
    ...(instance !== undefined && { instance }),
  };
}

/** The settings that a version does not show, and so does not change either. */
export function hiddenSettings(settings: QueueSettings, { settable }: ApiVersion): QueueSettings {
  return Object.fromEntries(
    Object.entries(settings).filter(([name]) => !settable.some((shown) => shown === name)),
  );
}

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
    retry: retryLawOf(retryConfig),
    retentionMs:
      lifeOf("Queue.taskTtl", settings.taskTtl, [240 * HOUR_MS, 87_600 * HOUR_MS]) ??
      DEFAULT_TASK_TTL_MS,
    tombstoneMs:
      lifeOf("Queue.tombstoneTtl", settings.tombstoneTtl, [HOUR_MS, 216 * HOUR_MS]) ??
      defaultTombstoneMs,
  };
}

/** A queue as a version of the API returns it. */
export function renderQueue(queue: Queue, version: ApiVersion): object {
  const { name, settings, state, purgeTime } = queue;
  const { ratePerSecond, burst, maxConcurrent, retry } = state.limits;
  const { retentionMs, tombstoneMs } = state.limits;
  return {
    name,
    ...pick(settings, version.settable),
    rateLimits: {
      maxDispatchesPerSecond: ratePerSecond,
      maxBurstSize: burst,
      maxConcurrentDispatches: maxConcurrent,
    },
    retryConfig: retryConfigOf(retry),
    state: state.paused ? "PAUSED" : "RUNNING",
    ...(purgeTime !== undefined && { purgeTime: msToTimestamp(purgeTime) }),
    ...(version.isBeta && {
      taskTtl: msToDuration(retentionMs),
      tombstoneTtl: msToDuration(tombstoneMs),
      type: "PUSH",
    }),
  };
}

function pick(settings: QueueSettings, names: ApiVersion["settable"]): QueueSettings {
  return Object.fromEntries(
    names.filter((name) => settings[name] !== undefined).map((name) => [name, settings[name]]),
  );
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
