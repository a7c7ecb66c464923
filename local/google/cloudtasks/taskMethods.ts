import { GoogleError } from "../googleError.ts";
import type { Call, Method } from "../method.ts";
import { decode } from "./decoded.ts";
import { accountOf, targetUrl } from "./httpTarget.ts";
import { createTaskMessage, runTaskMessage, viewOf, type View } from "./messages.ts";
import { pageOf, tokenAfter } from "./pageToken.ts";
import type { Queue } from "./queue.ts";
import { addTask, removeTask } from "./queueCore.ts";
import { parseTaskName, queueName, taskId } from "./resourceNames.ts";
import { onQueue, QUEUE, requireProject, SERVICE, type Service } from "./service.ts";
import { createTask, type Task } from "./task.ts";
import { renderTask, taskSettings } from "./taskResource.ts";
import { checkTaskSize } from "./taskSize.ts";

const MAX_PAGE_SIZE = 1000;

/** The methods on tasks. */
export function taskMethods(service: Service): Method[] {
  const { dispatcher, events, clock } = service;
  const withTask = (handle: (queue: Queue, task: Task, call: Call) => object) => (call: Call) => {
    const queue = queueOf(service, call);
    return handle(queue, findTask(queue, taskId(call), clock.now()), call);
  };

  return [
    {
      name: "CreateTask",
      service: SERVICE,
      http: `POST ${QUEUE}/tasks`,
      permission: onQueue("cloudtasks.tasks.create"),
      handle: (call) => create(service, call),
    },
    {
      name: "ListTasks",
      service: SERVICE,
      http: `GET ${QUEUE}/tasks`,
      permission: onQueue("cloudtasks.tasks.list"),
      handle: (call) => list(service, call),
    },
    {
      name: "GetTask",
      service: SERVICE,
      http: `GET ${QUEUE}/tasks/{task}`,
      permission: onQueue("cloudtasks.tasks.get"),
      handle: withTask((queue, task, call) => {
        const view = viewOf(call.query.get("responseView"));
        requireView(service, call, view);
        return renderTask(queue.name, task, view);
      }),
    },
    {
      name: "DeleteTask",
      service: SERVICE,
      http: `DELETE ${QUEUE}/tasks/{task}`,
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
      service: SERVICE,
      http: `POST ${QUEUE}/tasks/{task}:run`,
      permission: onQueue("cloudtasks.tasks.run"),
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
  const { authority, clock, dispatcher } = service;
  const { task: fields = {}, responseView = "BASIC" } = decode(createTaskMessage, call.body);
  const queue = queueOf(service, call);
  requireView(service, call, responseView);
  const now = clock.now();
  const settings = taskSettings(fields, now);
  const id = fields.name ? parseTaskName(fields.name, queue.name) : freeId(service, queue, now);
  checkTaskSize(`${queue.name}/tasks/${id}`, settings.request);
  if (isTaken(queue, id, now)) {
    throw new GoogleError("ALREADY_EXISTS", "Requested entity already exists");
  }
  const { token } = settings.request;
  if (token) authority.requireActAs(call.member, accountOf(token));

  const task = createTask({ ...settings, id, createTime: now, sequence: service.nextSequence() });
  addTask(queue.state, task);
  const answer = renderTask(queue.name, task, responseView);
  announce(service, queue, task);
  dispatcher.pump(queue);
  return answer;
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
    ...(last && more && { nextPageToken: tokenAfter(String(last.sequence), now) }),
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

function isTaken({ state }: Queue, id: string, now: number): boolean {
  return state.tasks.has(id) || state.tombstones.has(id, now);
}

/** An id as Cloud Tasks gives one: twenty digits. */
function freeId({ random }: Service, queue: Queue, now: number): string {
  const digits = (): string => String(Math.floor(random() * 1e10)).padStart(10, "0");
  for (;;) {
    // Joined, not added: a sum keeps its parts in memory, for a million tasks too.
    const id = [digits(), digits()].join("");
    if (!isTaken(queue, id, now)) return id;
  }
}

/** The body of a task may be seen only with a permission of its own (google-cloud.md 1.4). */
function requireView({ authority }: Service, call: Call, view: View): void {
  if (view === "FULL") authority.require(call.member, "cloudtasks.tasks.fullView", queueName(call));
}

function announce({ events }: Service, queue: Queue, task: Task): void {
  if (!events.heard("taskCreated")) return;
  events.emit("taskCreated", {
    queue: queue.name,
    task: `${queue.name}/tasks/${task.id}`,
    url: shownUrl(queue, task),
    headers: task.request.headers,
    scheduleTime: task.dueTime,
  });
}

function shownUrl(queue: Queue, { request }: Task): string {
  try {
    return targetUrl(request, queue.settings.httpTarget).href;
  } catch {
    return request.url; // Accepted now, it fails at dispatch: google-cloud.md 1.8.
  }
}
