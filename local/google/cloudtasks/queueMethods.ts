import { GoogleError } from "../googleError.ts";
import type { Call, Method } from "../method.ts";
import { accountOf, tokenOf } from "./httpTarget.ts";
import { queueMessage } from "./messages.ts";
import { pageOf, tokenAfter } from "./pageToken.ts";
import { configureQueue, createQueue, type Queue } from "./queue.ts";
import { purge } from "./queueCore.ts";
import { decodeQueue, renderQueue, settingsOf, type QueueSettings } from "./queueResource.ts";
import { locationName, parseQueueName, queueName } from "./resourceNames.ts";
import { LOCATION, onQueue, QUEUE, requireProject, SERVICE, type Service } from "./service.ts";
import { applyMask, parseMask } from "./updateMask.ts";

const MAX_PAGE_SIZE = 9800;

/** The methods on queues. */
export function queueMethods(service: Service): Method[] {
  const { queues, dispatcher, clock } = service;
  const withQueue = (handle: (queue: Queue) => object) => (call: Call) => {
    requireProject(call, service.project);
    return handle(queues.get(queueName(call)));
  };

  return [
    {
      name: "CreateQueue",
      service: SERVICE,
      http: `POST ${LOCATION}/queues`,
      permission: ["cloudtasks.queues.create", locationName],
      handle: (call) => create(service, call),
    },
    {
      name: "GetQueue",
      service: SERVICE,
      http: `GET ${QUEUE}`,
      permission: onQueue("cloudtasks.queues.get"),
      handle: withQueue(renderQueue),
    },
    {
      name: "ListQueues",
      service: SERVICE,
      http: `GET ${LOCATION}/queues`,
      permission: ["cloudtasks.queues.list", locationName],
      handle: (call) => list(service, call),
    },
    {
      name: "UpdateQueue",
      service: SERVICE,
      http: `PATCH ${QUEUE}`,
      permission: onQueue("cloudtasks.queues.update"),
      handle: (call) => update(service, call),
    },
    {
      name: "DeleteQueue",
      service: SERVICE,
      http: `DELETE ${QUEUE}`,
      permission: onQueue("cloudtasks.queues.delete"),
      handle: (call) => remove(service, call),
    },
    {
      name: "PurgeQueue",
      service: SERVICE,
      http: `POST ${QUEUE}:purge`,
      permission: onQueue("cloudtasks.queues.purge"),
      handle: withQueue((queue) => {
        queue.purgeTime = clock.now();
        purge(queue.state, queue.purgeTime);
        dispatcher.pump(queue);
        return renderQueue(queue);
      }),
    },
    {
      name: "PauseQueue",
      service: SERVICE,
      http: `POST ${QUEUE}:pause`,
      permission: onQueue("cloudtasks.queues.pause"),
      handle: withQueue((queue) => setPaused(service, queue, true)),
    },
    {
      name: "ResumeQueue",
      service: SERVICE,
      http: `POST ${QUEUE}:resume`,
      permission: onQueue("cloudtasks.queues.resume"),
      handle: withQueue((queue) => setPaused(service, queue, false)),
    },
  ];
}

function create(service: Service, call: Call): object {
  const fields = decodeQueue(call.body);
  const name = fields.name ?? "";
  const { parent } = parseQueueName(name);
  requireProject(call, service.project);
  if (parent !== locationName(call)) {
    throw new GoogleError(
      "INVALID_ARGUMENT",
      `Queue '${name}' is not in '${locationName(call)}', the parent of the request.`,
    );
  }
  return renderQueue(add(service, name, settingsOf(fields), call.member));
}

function list({ project, queues, clock }: Service, call: Call): object {
  requireProject(call, project);
  if (call.query.get("filter")) {
    throw new GoogleError("UNIMPLEMENTED", "Filters are not emulated by this local cloud.");
  }
  const { size, after } = pageOf(call, MAX_PAGE_SIZE, clock.now());
  const rest = queues.in(locationName(call)).filter(({ name }) => !after || name > after);
  const page = rest.slice(0, size);
  const last = page.at(-1);
  return {
    ...(page.length > 0 && { queues: page.map(renderQueue) }),
    ...(last && rest.length > size && { nextPageToken: tokenAfter(last.name, clock.now()) }),
  };
}

function update(service: Service, call: Call): object {
  const { project, queues, dispatcher, clock, authority } = service;
  requireProject(call, project);
  const name = queueName(call);
  const fresh = settingsOf(decodeQueue(call.body));
  const mask = parseMask(call.query.get("updateMask"), queueMessage);
  const queue = queues.find(name);
  if (!queue) {
    // An update of a queue that is not there creates it, and needs the permission to.
    authority.require(call.member, "cloudtasks.queues.create", locationName(call));
    return renderQueue(add(service, name, fresh, call.member));
  }
  const settings = settingsOf(applyMask(queue.settings, fresh, mask));
  if (!mask || mask.some(([field]) => field === "httpTarget")) {
    requireActAs(service, settings, call.member);
  }
  configureQueue(queue, settings, clock.now());
  dispatcher.pump(queue);
  return renderQueue(queue);
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

function setPaused({ dispatcher }: Service, queue: Queue, paused: boolean): object {
  queue.state.paused = paused;
  dispatcher.pump(queue);
  return renderQueue(queue);
}

/** Who sets a token on a queue must be allowed to act as its account (google-cloud.md 4.2). */
function requireActAs({ authority }: Service, { httpTarget }: QueueSettings, member: string): void {
  const token = httpTarget && tokenOf(httpTarget);
  if (token) authority.requireActAs(member, accountOf(token));
}
