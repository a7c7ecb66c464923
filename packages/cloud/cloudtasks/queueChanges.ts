import { GoogleError } from "../api/googleError.ts";
import type { Call } from "../api/method.ts";
import type { ApiVersion } from "./apiVersion.ts";
import { accountOf, tokenOf } from "../target/token.ts";
import { configureQueue, createQueue, type Queue } from "./queue.ts";
import { decodeQueue, hiddenSettings, settingsOf } from "./queueResource.ts";
import type { QueueSettings } from "./queueSettings.ts";
import { locationName, parseQueueName, queueName } from "../api/resourceNames.ts";
import { requireProject, type Service } from "./service.ts";
import { applyMask, parseMask } from "../api/updateMask.ts";

/** Creates the queue that a call of CreateQueue asks for. */
export function createFrom(call: Call, service: Service, version: ApiVersion): Queue {
  const fields = decodeQueue(call.body, version);
  const name = fields.name ?? "";
  const { parent } = parseQueueName(name);
  requireProject(call, service.project);
  if (parent !== locationName(call)) {
    throw new GoogleError(
      "INVALID_ARGUMENT",
      `Queue '${name}' is not in '${locationName(call)}', the parent of the request.`,
    );
  }
  return add(service, name, settingsOf(fields, version), call.member);
}

/** Puts in force what a call of UpdateQueue asks for. */
export function updateFrom(call: Call, service: Service, version: ApiVersion): Queue {
  const { project, queues, dispatcher, clock, authority, taskTombstoneMs } = service;
  requireProject(call, project);
  const name = queueName(call);
  const fresh = settingsOf(decodeQueue(call.body, version), version);
  const mask = parseMask(call.query.get("updateMask"), version.queueMessage);
  const queue = queues.find(name);
  if (!queue) {
    // An update of a queue that is not there creates it, and needs the permission to.
    authority.require(call.member, "cloudtasks.queues.create", locationName(call));
    return add(service, name, fresh, call.member);
  }
  const settings = merged(queue.settings, fresh, mask, version);
  if (!mask || mask.some(([field]) => field === "httpTarget")) {
    requireActAs(service, settings, call.member);
  }
  configureQueue(queue, settings, taskTombstoneMs, clock.now());
  queues.changed(queue);
  dispatcher.pump(queue);
  return queue;
}

/** The settings after an update. What the version does not know stays as it is. */
function merged(
  old: QueueSettings,
  fresh: QueueSettings,
  mask: string[][] | undefined,
  version: ApiVersion,
): QueueSettings {
  if (mask === undefined) return { ...hiddenSettings(old, version), ...fresh };
  // Another rate has another burst, unless that is set too.
  const isRate = mask.some((path) => path.join(".") === "rateLimits.maxDispatchesPerSecond");
  const paths = isRate ? [...mask, ["rateLimits", "maxBurstSize"]] : mask;
  return applyMask(old, fresh, paths, { message: version.queueMessage });
}

function add(service: Service, name: string, settings: QueueSettings, member: string): Queue {
  const now = service.clock.now();
  const queue = createQueue(name, settings, service.taskTombstoneMs, now);
  service.queues.requireFree(name, now);
  requireActAs(service, settings, member);
  service.queues.add(queue);
  return queue;
}

/** Who sets a token on a queue must be allowed to act as its account (google-cloud.md 4.2). */
function requireActAs({ authority }: Service, { httpTarget }: QueueSettings, member: string): void {
  const token = httpTarget && tokenOf(httpTarget);
  if (token) authority.requireActAs(member, accountOf(token));
}
