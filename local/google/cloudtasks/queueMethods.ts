import { GoogleError } from "../googleError.ts";
import type { Call, Method } from "../method.ts";
import { onQueue, type ApiVersion } from "./apiVersion.ts";
import { accountOf, tokenOf } from "./httpTarget.ts";
import { pageOf, tokenAfter } from "./pageToken.ts";
import { configureQueue, createQueue, type Queue } from "./queue.ts";
import { purge } from "./queueCore.ts";
import {
  decodeQueue,
  hiddenSettings,
  renderQueue,
  settingsOf,
  type QueueSettings,
} from "./queueResource.ts";
import { readQueue } from "./queueStats.ts";
import { locationName, parseQueueName, queueName } from "./resourceNames.ts";
import { requireProject, type Service } from "./service.ts";
import { applyMask, parseMask } from "./updateMask.ts";

const MAX_PAGE_SIZE = 9800;

/** A call of a method of some version of the API. */
interface VersionedCall extends Call {
  readonly version: ApiVersion;
}

/** The methods on queues, of a version of the API. */
export function queueMethods(service: Service, version: ApiVersion): Method[] {
  const { queues, dispatcher, clock } = service;
  const { location, queue: path } = version;
  const withQueue = (handle: (queue: Queue, call: Call) => object) => (call: Call) => {
    requireProject(call, service.project);
    return handle(queues.get(queueName(call)), call);
  };

  return [
    {
      name: "CreateQueue",
      service: version.service,
      http: `POST ${location}/queues`,
      permission: ["cloudtasks.queues.create", locationName],
      handle: (call) => create(service, { ...call, version }),
    },
    {
      name: "GetQueue",
      service: version.service,
      http: `GET ${path}`,
      permission: onQueue("cloudtasks.queues.get"),
      handle: withQueue((queue, call) => readQueue(queue, version, call, clock.now())),
    },
    {
      name: "ListQueues",
      service: version.service,
      http: `GET ${location}/queues`,
      permission: ["cloudtasks.queues.list", locationName],
      handle: (call) => list(service, { ...call, version }),
    },
    {
      name: "UpdateQueue",
      service: version.service,
      http: `PATCH ${path}`,
      permission: onQueue("cloudtasks.queues.update"),
      handle: (call) => update(service, { ...call, version }),
    },
    {
      name: "DeleteQueue",
      service: version.service,
      http: `DELETE ${path}`,
      permission: onQueue("cloudtasks.queues.delete"),
      handle: (call) => remove(service, call),
    },
    {
      name: "PurgeQueue",
      service: version.service,
      http: `POST ${path}:purge`,
      permission: onQueue("cloudtasks.queues.purge"),
      handle: withQueue((queue) => {
        queue.purgeTime = clock.now();
        purge(queue.state, queue.purgeTime);
        dispatcher.pump(queue);
        return renderQueue(queue, version);
      }),
    },
    {
      name: "PauseQueue",
      service: version.service,
      http: `POST ${path}:pause`,
      permission: onQueue("cloudtasks.queues.pause"),
      handle: withQueue((queue) => {
        setPaused(service, queue, true);
        return renderQueue(queue, version);
      }),
    },
    {
      name: "ResumeQueue",
      service: version.service,
      http: `POST ${path}:resume`,
      permission: onQueue("cloudtasks.queues.resume"),
      handle: withQueue((queue) => {
        setPaused(service, queue, false);
        return renderQueue(queue, version);
      }),
    },
  ];
}

function create(service: Service, call: VersionedCall): object {
  const { version } = call;
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
  return renderQueue(add(service, name, settingsOf(fields, version), call.member), version);
}

function list({ project, queues, clock }: Service, call: VersionedCall): object {
  requireProject(call, project);
  if (call.query.get("filter")) {
    throw new GoogleError("UNIMPLEMENTED", "Filters are not emulated by this local cloud.");
  }
  const now = clock.now();
  const { size, after } = pageOf(call, MAX_PAGE_SIZE, now);
  const rest = queues.in(locationName(call)).filter(({ name }) => !after || name > after);
  const page = rest.slice(0, size);
  const last = page.at(-1);
  return {
    ...(page.length > 0 && {
      queues: page.map((queue) => readQueue(queue, call.version, call, now)),
    }),
    ...(last && rest.length > size && { nextPageToken: tokenAfter(last.name, now) }),
  };
}

function update(service: Service, call: VersionedCall): object {
  const { project, queues, dispatcher, clock, authority, taskTombstoneMs } = service;
  const { version } = call;
  requireProject(call, project);
  const name = queueName(call);
  const fresh = settingsOf(decodeQueue(call.body, version), version);
  const mask = parseMask(call.query.get("updateMask"), version.queueMessage);
  const queue = queues.find(name);
  if (!queue) {
    // An update of a queue that is not there creates it, and needs the permission to.
    authority.require(call.member, "cloudtasks.queues.create", locationName(call));
    return renderQueue(add(service, name, fresh, call.member), version);
  }
  const settings = merged(queue.settings, fresh, mask, version);
  if (!mask || mask.some(([field]) => field === "httpTarget")) {
    requireActAs(service, settings, call.member);
  }
  configureQueue(queue, settings, taskTombstoneMs, clock.now());
  dispatcher.pump(queue);
  return renderQueue(queue, version);
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
  return applyMask(old, fresh, isRate ? [...mask, ["rateLimits", "maxBurstSize"]] : mask);
}

function add(service: Service, name: string, settings: QueueSettings, member: string): Queue {
  const now = service.clock.now();
  const queue = createQueue(name, settings, service.taskTombstoneMs, now);
  service.queues.requireFree(name, now);
  requireActAs(service, settings, member);
  service.queues.add(queue);
  return queue;
}

function remove(service: Service, call: Call): object {
  const { project, queues, dispatcher, clock } = service;
  requireProject(call, project);
  const queue = queues.find(queueName(call));
  if (!queue) throw new GoogleError("NOT_FOUND", "Requested entity was not found.");
  purge(queue.state, clock.now());
  dispatcher.forget(queue);
  queues.remove(queue, clock.now());
  service.onDelete?.(queue.name);
  return {};
}

function setPaused({ dispatcher }: Service, queue: Queue, paused: boolean): void {
  queue.state.paused = paused;
  dispatcher.pump(queue);
}

/** Who sets a token on a queue must be allowed to act as its account (google-cloud.md 4.2). */
function requireActAs({ authority }: Service, { httpTarget }: QueueSettings, member: string): void {
  const token = httpTarget && tokenOf(httpTarget);
  if (token) authority.requireActAs(member, accountOf(token));
}
