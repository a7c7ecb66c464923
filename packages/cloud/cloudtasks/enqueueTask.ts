import { GoogleError } from "../api/googleError.ts";
import { targetUrl } from "./httpTarget.ts";
import { accountOf } from "../target/token.ts";
import type { View } from "./messages.ts";
import type { Queue } from "./queue.ts";
import { addTask, removeTask } from "./queueCore.ts";
import type { Service } from "./service.ts";
import { createTask, type Task } from "./task.ts";
import { renderTask, type TaskSettings } from "./taskResource.ts";
import { checkTaskSize } from "./taskSize.ts";

/** A task that a caller wants on a queue. */
export interface NewTask {
  readonly queue: Queue;
  /** `undefined` for one that the service chooses. */
  readonly id: string | undefined;
  readonly settings: TaskSettings;
  readonly responseView: View;
  readonly member: string;
}

/** Puts a task on its queue. Returns it as the API shows it, not yet dispatched. */
export function enqueueTask(service: Service, asked: NewTask): object {
  const { authority, clock, dispatcher, events } = service;
  const { queue, settings, responseView, member } = asked;
  const now = clock.now();
  const id = asked.id ?? freeId(service, queue, now);
  checkTaskSize(`${queue.name}/tasks/${id}`, settings, now);
  if (isTaken(queue, id, now)) {
    throw new GoogleError("ALREADY_EXISTS", "Requested entity already exists");
  }
  const { token } = settings.request;
  if (token) authority.requireActAs(member, accountOf(token));

  const task = createTask({ ...settings, id, createTime: now, sequence: service.nextSequence() });
  addTask(queue.state, task);
  const answer = renderTask(queue.name, task, responseView);
  announce(service, queue, task);
  if (isPurging(service, queue, now)) {
    removeTask(queue.state, task, now);
    events.emit("taskDeleted", { queue: queue.name, task: `${queue.name}/tasks/${task.id}` });
  }
  dispatcher.pump(queue);
  return answer;
}

function isPurging({ purgeWindowMs }: Service, { purgeTime }: Queue, now: number): boolean {
  return purgeTime !== undefined && now < purgeTime + purgeWindowMs();
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

function announce({ events, log }: Service, queue: Queue, task: Task): void {
  if (log.hears(queue)) log.created(queue, task, shownUrl(queue, task));
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
