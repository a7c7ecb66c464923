import { decode } from "../api/decoded.ts";
import { NotEmulatedError } from "../api/notEmulated.ts";
import type { Json } from "../api/parseJson.ts";
import { msToDuration, msToTimestamp } from "../api/protoTime.ts";
import type { ApiVersion } from "./apiVersion.ts";
import type { Queue } from "./queue.ts";
import type { QueueFields, QueueSettings } from "./queueSettings.ts";
import { renderRetryConfig } from "./retryConfig.ts";

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
    retryConfig: renderRetryConfig(retry),
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
