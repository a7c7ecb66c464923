import { GoogleError } from "../api/googleError.ts";
import type { Call, Method } from "../api/method.ts";
import { decode } from "../api/decoded.ts";
import { onQueue, type ApiVersion } from "./apiVersion.ts";
import { enqueueTask } from "./enqueueTask.ts";
import { createTaskMessage, runTaskMessage, taskMessage, viewOf, type View } from "./messages.ts";
import { pageOf, tokenAfter } from "../api/pageToken.ts";
import type { Queue } from "./queue.ts";
import { removeTask } from "./queueCore.ts";
import { parseTaskName, queueName, taskId } from "../api/resourceNames.ts";
import { requireProject, type Service } from "./service.ts";
import type { Task } from "./task.ts";
import { renderTask, taskSettings } from "./taskResource.ts";

const MAX_PAGE_SIZE = 1000;

/** The methods on tasks, of a version of the API. */
export function taskMethods(service: Service, version: ApiVersion): Method[] {
  const { dispatcher, events, clock } = service;
  const withTask = (handle: (queue: Queue, task: Task, call: Call) => object) => (call: Call) => {
    const queue = queueOf(service, call);
    return handle(queue, findTask(queue, taskId(call), clock.now()), call);
  };

  return [
    {
      name: "CreateTask",
      service: version.service,
      http: `POST ${version.queue}/tasks`,
      permission: onQueue("cloudtasks.tasks.create"),
      answer: taskMessage,
      handle: (call) => create(service, call),
    },
    {
      name: "ListTasks",
      service: version.service,
      http: `GET ${version.queue}/tasks`,
      permission: onQueue("cloudtasks.tasks.list"),
      query: ["pageSize", "pageToken", "responseView"],
      answer: { tasks: { repeated: { message: taskMessage } } },
      handle: (call) => list(service, call),
    },
    {
      name: "GetTask",
      service: version.service,
      http: `GET ${version.queue}/tasks/{task}`,
      permission: onQueue("cloudtasks.tasks.get"),
      query: ["responseView"],
      answer: taskMessage,
      handle: withTask((queue, task, call) => {
        const view = viewOf(call.query.get("responseView"));
        requireView(service, call, view);
        return renderTask(queue.name, task, view);
      }),
    },
    {
      name: "DeleteTask",
      service: version.service,
      http: `DELETE ${version.queue}/tasks/{task}`,
      permission: onQueue("cloudtasks.tasks.delete"),
      handle: withTask((queue, task) => {
        removeTask(queue.state, task, clock.now());
        events.emit("taskDeleted", { queue: queue.name, task: `${queue.name}/tasks/${task.id}` });
        dispatcher.pump(queue);
        return {};
      }),
    },
    {
      name: "RunTask",
      service: version.service,
      http: `POST ${version.queue}/tasks/{task}:run`,
      permission: onQueue("cloudtasks.tasks.run"),
      answer: taskMessage,
      handle: withTask((queue, task, call) => {
        const { responseView = "BASIC" } = decode(runTaskMessage, call.body);
        requireView(service, call, responseView);
        dispatcher.run(queue, task);
        return renderTask(queue.name, task, responseView);
      }),
    },
  ];
}

function create(service: Service, call: Call): object {
  const { task: fields = {}, responseView = "BASIC" } = decode(createTaskMessage, call.body);
  const queue = queueOf(service, call);
  requireView(service, call, responseView);
  const settings = taskSettings(fields, service.clock.now());
  const id = fields.name ? parseTaskName(fields.name, queue.name) : undefined;
  return enqueueTask(service, { queue, id, settings, responseView, member: call.member });
}

function list(service: Service, call: Call): object {
  const queue = queueOf(service, call);
  const view = viewOf(call.query.get("responseView"));
  requireView(service, call, view);
  const now = service.clock.now();
  const { size, after = "-1" } = pageOf(call, MAX_PAGE_SIZE, now);
  const page: Task[] = [];
  let more = false;
  for (const task of queue.state.tasks.values()) {
    if (task.sequence <= Number(after)) continue;
    more = page.length === size;
    if (more) break;
    page.push(task);
  }
  const last = page.at(-1);
  return {
    ...(page.length > 0 && { tasks: page.map((task) => renderTask(queue.name, task, view)) }),
    ...(last && more && { nextPageToken: tokenAfter(String(last.sequence), now, call) }),
  };
}

function queueOf({ project, queues }: Service, call: Call): Queue {
  requireProject(call, project);
  return queues.get(queueName(call));
}

function findTask({ state }: Queue, id: string, now: number): Task {
  const task = state.tasks.get(id);
  if (task) return task;
  throw new GoogleError(
    "NOT_FOUND",
    state.tombstones.has(id, now)
      ? "The task no longer exists, though a task with this name existed recently. The task either successfully completed or was deleted."
      : "Requested entity was not found.",
  );
}

/** The body of a task may be seen only with a permission of its own (google-cloud.md 1.4). */
function requireView({ authority }: Service, call: Call, view: View): void {
  if (view === "FULL") authority.require(call.member, "cloudtasks.tasks.fullView", queueName(call));
}
