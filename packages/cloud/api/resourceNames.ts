import { GoogleError } from "./googleError.ts";
import type { Call } from "./method.ts";

const QUEUE_NAME =
  /^(projects\/([A-Za-z0-9:.-]+)\/locations\/[A-Za-z0-9-]+)\/queues\/([A-Za-z0-9-]{1,100})$/;
const TASK_NAME = /^(projects\/[^/]+\/locations\/[^/]+\/queues\/[^/]+)\/tasks\/(.*)$/s;
const TASK_ID = /^[A-Za-z0-9_-]{1,500}$/;

/** `projects/PROJECT/locations/LOCATION` of a call's path. */
export function locationName({ params }: Call): string {
  return `projects/${params["project"] ?? ""}/locations/${params["location"] ?? ""}`;
}

/** The queue of a call's path, by its full name. */
export function queueName(call: Call): string {
  return `${locationName(call)}/queues/${call.params["queue"] ?? ""}`;
}

/** The task of a call's path, by its short id. */
export function taskId({ params }: Call): string {
  return params["task"] ?? "";
}

/** The last segment of a name. */
export function shortId(name: string): string {
  return name.slice(name.lastIndexOf("/") + 1);
}

/** The parts of a queue's name. Throws unless it is one in full. */
export function parseQueueName(name: string): { parent: string; project: string; id: string } {
  const [, parent, project, id] = QUEUE_NAME.exec(name) ?? [];
  if (parent !== undefined && project !== undefined && id !== undefined) {
    return { parent, project, id };
  }
  throw malformedName(6);
}

/** The refusal of a name that has not as many segments as those it should have, or others. */
export function malformedName(segments: number): GoogleError {
  const format = NAME_FORMAT.split("/").slice(0, segments).join("/");
  const kind = ["Project", "Location", "Queue", "Task"][segments / 2 - 1] ?? "Resource";
  const message = `${kind} name must be formatted: "${format}".`;
  return kind === "Queue"
    ? withHelp(message, "Definition of queue name", "queues#Queue.FIELDS.name")
    : new GoogleError("INVALID_ARGUMENT", message);
}

const NAME_FORMAT =
  "projects/<PROJECT_ID>/locations/<LOCATION_ID>/queues/<QUEUE_ID>/tasks/<TASK_ID>";

/** The id in a task's full name. Throws unless the task would be on `queue` and the id is a good one. */
export function parseTaskName(name: string, queue: string): string {
  const [, taskQueue, id = ""] = TASK_NAME.exec(name) ?? [];
  if (taskQueue === undefined) throw malformedName(8);
  if (taskQueue !== queue) {
    throw new GoogleError(
      "INVALID_ARGUMENT",
      `The queue name from request ('${queue}') must be the same as the queue name in the named task ('${taskQueue}').`,
    );
  }
  if (TASK_ID.test(id)) return id;
  throw withHelp(
    `Task ID "${id}" can contain only letters ([A-Za-z]), numbers ([0-9]), hyphens (-), or underscores (_). Task ID must between 1 and 500 characters.`,
    "Definition of task ID",
    "queues.tasks#Task.FIELDS.name",
  );
}

/** A refusal with Google's link to what is right. */
function withHelp(message: string, description: string, field: string): GoogleError {
  const url = `https://cloud.google.com/tasks/docs/reference/rest/v2/projects.locations.${field}`;
  return new GoogleError("INVALID_ARGUMENT", message, [
    { "@type": "type.googleapis.com/google.rpc.Help", links: [{ description, url }] },
  ]);
}
