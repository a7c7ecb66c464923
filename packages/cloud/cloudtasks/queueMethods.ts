import { GoogleError } from "../api/googleError.ts";
import type { Call, Method } from "../api/method.ts";
import type { Json } from "../api/parseJson.ts";
import { decodeMessage } from "../api/protoJson.ts";
import { onQueue, type ApiVersion } from "./apiVersion.ts";
import { pageByName } from "../api/pageToken.ts";
import type { Queue } from "./queue.ts";
import { createFrom, updateFrom } from "./queueChanges.ts";
import { purge } from "./queueCore.ts";
import { queueFilter } from "./queueFilter.ts";
import { renderQueue } from "./queueResource.ts";
import { readQueue, wholeQueue } from "./queueStats.ts";
import { locationName, queueName } from "../api/resourceNames.ts";
import { requireProject, type Service } from "./service.ts";

const MAX_PAGE_SIZE = 9800;

/** The methods on queues, of a version of the API. */
export function queueMethods(service: Service, version: ApiVersion): Method[] {
  const { queues, dispatcher, clock } = service;
  const { location, queue: path } = version;
  const { queueMessage: answer } = version;
  const readMask = version.isBeta ? ["readMask"] : [];
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
      answer,
      handle: (call) => renderQueue(createFrom(call, service, version), version),
    },
    {
      name: "GetQueue",
      service: version.service,
      http: `GET ${path}`,
      permission: onQueue("cloudtasks.queues.get"),
      query: readMask,
      answer,
      handle: withQueue((queue, call) => readQueue(queue, version, call, clock.now())),
    },
    {
      name: "ListQueues",
      service: version.service,
      http: `GET ${location}/queues`,
      permission: ["cloudtasks.queues.list", locationName],
      query: ["filter", "pageSize", "pageToken", ...readMask],
      answer: { queues: { repeated: { message: answer } } },
      handle: (call) => list(service, call, version),
    },
    {
      name: "UpdateQueue",
      service: version.service,
      http: `PATCH ${path}`,
      permission: onQueue("cloudtasks.queues.update"),
      query: ["updateMask"],
      answer,
      handle: (call) => renderQueue(updateFrom(call, service, version), version),
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
      answer,
      handle: withQueue((queue, { body }) => {
        requireEmpty(body);
        queue.purgeTime = clock.now();
        purge(queue.state, queue.purgeTime);
        queues.changed(queue);
        dispatcher.pump(queue);
        service.events.emit("queueChanged", { queue: queue.name, change: "purged" });
        return renderQueue(queue, version);
      }),
    },
    {
      name: "PauseQueue",
      service: version.service,
      http: `POST ${path}:pause`,
      permission: onQueue("cloudtasks.queues.pause"),
      answer,
      handle: withQueue((queue, { body }) => {
        requireEmpty(body);
        setPaused(service, queue, true);
        return renderQueue(queue, version);
      }),
    },
    {
      name: "ResumeQueue",
      service: version.service,
      http: `POST ${path}:resume`,
      permission: onQueue("cloudtasks.queues.resume"),
      answer,
      handle: withQueue((queue, { body }) => {
        requireEmpty(body);
        setPaused(service, queue, false);
        return renderQueue(queue, version);
      }),
    },
  ];
}

/** A request with nothing in its body but, perhaps, the name that its path has too. */
function requireEmpty(body: Json | undefined): void {
  decodeMessage({ name: "string" }, body);
}

function list({ project, queues, clock }: Service, call: Call, version: ApiVersion): object {
  requireProject(call, project);
  const text = call.query.get("filter")?.trim() ?? "";
  const filter = text === "" ? undefined : queueFilter(text, version.queueMessage);
  const now = clock.now();
  const all = queues.in(locationName(call));
  const { page, next } = pageByName(call, all, now, { maxSize: MAX_PAGE_SIZE });
  // As at Google, a filter makes pages shorter, and does not fill them up with what comes after.
  const found = page.filter((queue) => filter?.(wholeQueue(queue, version, now)) ?? true);
  return {
    ...(found.length > 0 && { queues: found.map((queue) => readQueue(queue, version, call, now)) }),
    ...next,
  };
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

function setPaused({ queues, dispatcher, events }: Service, queue: Queue, paused: boolean): void {
  queue.state.paused = paused;
  queues.changed(queue);
  dispatcher.pump(queue);
  events.emit("queueChanged", { queue: queue.name, change: paused ? "paused" : "resumed" });
}
