import { GoogleError } from "../api/googleError.ts";
import type { Call, Method } from "../api/method.ts";
import { onQueue, type ApiVersion } from "./apiVersion.ts";
import { enqueueTask } from "./enqueueTask.ts";
import { targetUrl, type HttpTarget } from "./httpTarget.ts";
import { taskMessage } from "./messages.ts";
import { parseTaskName, queueName } from "../api/resourceNames.ts";
import { requireProject, type Service } from "./service.ts";
import { taskSettings } from "./taskResource.ts";

/**
 * BufferTask: any request becomes a task of its queue, body and all, and goes where the queue's `httpTarget`
 * says. Any verb will do (google-cloud.md 1.2); what is dispatched is the queue's to say.
 */
export function bufferMethods(service: Service, version: ApiVersion): Method[] {
  return VERBS.flatMap((verb) =>
    PATHS.map((path) => ({
      name: "BufferTask",
      service: version.service,
      http: `${verb} ${version.queue}/${path}:buffer`,
      permission: onQueue("cloudtasks.tasks.create"),
      takesBytes: true,
      answer: { task: { message: taskMessage } },
      handle: (call: Call) => buffer(service, call),
    })),
  );
}

/** Without an id, `gcloud` leaves the slash there. */
const PATHS = ["tasks/{task}", "tasks/", "tasks"];
const VERBS = ["POST", "GET", "PUT", "PATCH", "DELETE"];

/** What Google's documentation of `headerOverrides` names as the default. */
const CONTENT_TYPE = "application/json";

function buffer(service: Service, call: Call): object {
  requireProject(call, service.project);
  const queue = service.queues.get(queueName(call));
  const { httpTarget } = queue.settings;
  const { task } = call.params;
  const fields = {
    httpRequest: {
      url: urlOf(queue.name, httpTarget),
      headers: { "Content-Type": CONTENT_TYPE },
      body: Buffer.from(call.bytes ?? []).toString("base64"),
    },
  };
  return {
    task: enqueueTask(service, {
      queue,
      id: task === undefined ? undefined : parseTaskName(`${queue.name}/tasks/${task}`, queue.name),
      settings: taskSettings(fields, service.clock.now()),
      responseView: "BASIC",
      member: call.member,
    }),
  };
}

/** The URL that the queue's target alone makes. */
function urlOf(queue: string, target: HttpTarget | undefined): string {
  const { uriOverride } = target ?? {};
  const host = uriOverride?.host;
  if (host === undefined) {
    throw new GoogleError(
      "FAILED_PRECONDITION",
      `Queue '${queue}' has no 'httpTarget.uriOverride.host', and BufferTask sends its tasks there.`,
    );
  }
  const request = { url: `https://${host}/` };
  return targetUrl(request, { uriOverride: { ...uriOverride, uriOverrideEnforceMode: "ALWAYS" } })
    .href;
}
