import { randomBytes } from "node:crypto";
import * as z from "zod";
import { CANCELLED, deleteOneOf, moveTask, taskIdsOf, type CancelResult } from "./byId.ts";
import { connectCloudTasks, type CloudTasks, type CloudTasksSettings } from "./cloudTasks.ts";
import type { PayloadInput, TaskContract, TaskName, TaskTable } from "../contract/contract.ts";
import { dueTime, readOptions, shown, type EnqueueOptions } from "./enqueueOptions.ts";
import { runAll, type Bulk, type BulkResult } from "./enqueueMany.ts";
import { environment, type DeployedQueue, type QueueTable } from "../contract/environment.ts";
import { alternatives } from "../contract/knownNames.ts";
import { serializePayload } from "../contract/payload.ts";
import { endpointVariable, queuesVariable, readEnvironment } from "../contract/readEnvironment.ts";
import {
  isTaskName,
  taskHeaders,
  taskNameProblem,
  taskResource,
  type TaskResource,
} from "../contract/taskRequest.ts";
import { continueTrace } from "./traceContext.ts";

export type { EnqueueOptions } from "./enqueueOptions.ts";

export interface Enqueued {
  /** `projects/PROJECT/locations/LOCATION/queues/QUEUE/tasks/TASK` */
  readonly name: string;
  /** `false` where a task of this `id` exists, or existed lately. */
  readonly created: boolean;
}

/** Which task is cancelled or rescheduled. */
export interface ById {
  /** The `id` that it was enqueued under. */
  readonly id: string;
  /** Ends the call when it fires; not once a task is being rescheduled. */
  readonly signal?: AbortSignal | undefined;
}

export interface Cancelled {
  /**
   * `cancelled`: the task was there, and is deleted; a delivery that was under way ends all the same. `gone`: there
   * is no such task (any more), and this call deleted none: it is done, dead, cancelled, or was never there.
   * `uncertain`: it is not there, and nobody heard whether this call deleted it.
   */
  readonly result: CancelResult;
}

export interface Rescheduled {
  /**
   * `rescheduled`: the task was there, was deleted, and is there anew. `gone`: as for a task that is cancelled, or
   * another call is rescheduling it; nothing is created. `uncertain`: it is there anew, and nobody heard whether
   * the old one was deleted or done.
   */
  readonly result: "rescheduled" | "gone" | "uncertain";
  /** The new task's full name, where there is one. */
  readonly name?: string;
}

/** One task for `enqueueMany`. */
export type EnqueueItem<C extends TaskTable> = {
  [Name in TaskName<C>]: { readonly task: Name; readonly payload: PayloadInput<C, Name> };
}[TaskName<C>] &
  EnqueueOptions;

/** Enqueues the tasks of a contract. */
export interface Client<C extends TaskTable> {
  /** Puts a task on its queue. Throws, and enqueues nothing, for what the task's contract refuses. */
  enqueue<Name extends TaskName<C>>(
    task: Name,
    payload: PayloadInput<C, Name>,
    options?: EnqueueOptions,
  ): Promise<Enqueued>;
  /** Enqueues each item, some at a time. One result per item, in their order; a failed one stops no other. */
  enqueueMany(items: readonly EnqueueItem<C>[], bulk?: Bulk): Promise<BulkResult<Enqueued>[]>;
  /** Deletes the task that was enqueued under an `id`. Needs `roles/cloudtasks.taskDeleter` on its queue. */
  cancel(task: TaskName<C>, which: ById): Promise<Cancelled>;
  /**
   * Moves the task that was enqueued under an `id` to another time, with the payload given. Only of a task that
   * is `reschedulable`; needs the right to enqueue it and to delete it. May run it twice where the process ends
   * in between, and never loses it.
   */
  reschedule<Name extends TaskName<C>>(
    task: Name,
    which: ById,
    payload: PayloadInput<C, Name>,
    options?: Omit<EnqueueOptions, "id" | "since" | "signal">,
  ): Promise<Rescheduled>;
}

export interface ClientSettings extends CloudTasksSettings {
  readonly queues: QueueTable;
}

export interface ClientDependencies {
  readonly api: CloudTasks;
  readonly now: () => number;
  readonly randomHex: (bytes: number) => string;
}

/** Creates the client that enqueues the tasks of a contract. */
export function createClient<C extends TaskTable>(
  { tasks }: C,
  settings: ClientSettings = fromEnvironment(),
  dependencies: Partial<ClientDependencies> = {},
): Client<C> {
  const {
    api = connectCloudTasks(settings),
    now = Date.now,
    randomHex = (bytes: number) => randomBytes(bytes).toString("hex"),
  } = dependencies;

  async function enqueue(
    task: string,
    payload: unknown,
    given: EnqueueOptions = {},
  ): Promise<Enqueued> {
    const contract = contractOf(task, tasks);
    const queue = queueOf(task, contract.queue, settings.queues);
    const start = now();
    const { options, problems } = readOptions(task, given, start);
    const { id, since, signal } = options;
    const isUndated = contract.reschedulable === true && id !== undefined && since === undefined;
    const json = serialize(
      task,
      contract,
      payload,
      isUndated ? [...problems, undatedId(task)] : problems,
    );
    const at = dueTime(options, start);
    const taskId = id === undefined ? randomHex(16) : taskIdsOf(id, contract)[0];
    const name = `${queue.name}/tasks/${taskId}`;
    const resource = resourceOf(task, json, queue, id ?? taskId, options.traceparent);
    const outcome = await api.createTask(
      queue.name,
      { ...resource, name, ...(at && { scheduleTime: at.toISOString() }) },
      signal && { signal },
    );
    // Nobody else draws this random id: that it exists means that an earlier try of this call made it.
    return { name, created: outcome === "created" || id === undefined };
  }

  function resourceOf(
    task: string,
    json: string,
    { dispatchDeadline }: DeployedQueue,
    key: string,
    traceparent: string | undefined,
  ): TaskResource {
    return taskResource(task, json, {
      dispatchDeadline,
      headers: {
        [taskHeaders.enqueueId]: randomHex(16),
        [taskHeaders.idempotencyKey]: key,
        [taskHeaders.traceparent]: continueTrace(traceparent, randomHex),
      },
    });
  }

  /** The names that the task of an id may have, on its queue and on those that it was moved from. */
  function namesOf(task: string, contract: TaskContract, id: string): string[] {
    const table = settings.queues;
    deployedQueue(task, contract.queue, table);
    return [contract.queue, ...(contract.alsoOn ?? [])]
      .flatMap((key) => (Object.hasOwn(table, key) ? (table[key]?.name ?? []) : []))
      .flatMap((queue) => taskIdsOf(id, contract).map((taskId) => `${queue}/tasks/${taskId}`));
  }

  async function cancel(task: string, which: ById): Promise<Cancelled> {
    const contract = contractOf(task, tasks);
    const { id, signal, problems } = readWhich(task, which, now());
    if (problems.length > 0) throw new Error(problems.join(" "));
    const result = await deleteOneOf(namesOf(task, contract, id), (name) =>
      api.deleteTask(name, signal && { signal }),
    );
    return { result: CANCELLED[result] };
  }

  async function reschedule(
    task: string,
    which: ById,
    payload: unknown,
    given: EnqueueOptions = {},
  ): Promise<Rescheduled> {
    const contract = contractOf(task, tasks);
    const queue = queueOf(task, contract.queue, settings.queues);
    const start = now();
    const { id, signal, problems } = readWhich(task, which, start);
    const { options, problems: others } = readOptions(task, given, start, MOVE_OPTIONS);
    const fixed =
      contract.reschedulable === true
        ? []
        : [
            `Task '${task}' may not be rescheduled: give it 'reschedulable: true' in tasks/tasks.ts, and deploy that ` +
              `and its producers first.`,
          ];
    const json = serialize(task, contract, payload, [...fixed, ...problems, ...others]);
    const due = dueTime(options, start);
    const resource = resourceOf(task, json, queue, id, options.traceparent);
    const [first, ...next] = taskIdsOf(id, contract);
    const nameOf = (taskId: string): string => `${queue.name}/tasks/${taskId}`;
    const { result, name } = await moveTask({
      api,
      names: namesOf(task, contract, id),
      // The first is what an enqueue of the same id finds taken: it is used again last.
      next: [...next, first].map(nameOf),
      spare: nameOf(randomHex(16)),
      create(name, notBefore) {
        const at = notBefore === undefined ? due : new Date(Math.max(notBefore, +(due ?? 0)));
        return api.createTask(queue.name, {
          ...resource,
          name,
          ...(at && { scheduleTime: at.toISOString() }),
        });
      },
      now: start,
      signal,
    });
    if (result === "missing") return { result: "gone" };
    return { result: result === "deleted" ? "rescheduled" : "uncertain", ...(name && { name }) };
  }

  return {
    enqueue,
    enqueueMany: (items, bulk) =>
      runAll(
        items,
        (item: unknown) => {
          if (typeof item !== "object" || item === null) {
            throw new Error(
              `An item is ${shown(item)}; it must be '{ task, payload }', with its options.`,
            );
          }
          const { task, payload, ...options } = item as EnqueueItem<TaskTable>;
          return enqueue(task, payload, options);
        },
        bulk ?? {},
      ),
    cancel,
    reschedule,
  };
}

/** What may be said of a task that is rescheduled. */
const MOVE_OPTIONS = ["delay", "scheduleTime", "traceparent"] as const;

/** Reads which task is meant. */
function readWhich(
  task: string,
  which: unknown,
  now: number,
): { id: string; signal: AbortSignal | undefined; problems: readonly string[] } {
  const { options, problems } = readOptions(task, which, now, ["id", "signal"]);
  const { id, signal } = options;
  if (id !== undefined || problems.length > 0) return { id: id ?? "", signal, problems };
  return { id: "", signal, problems: [`Say which task '${task}' is meant: give its 'id'.`] };
}

function undatedId(task: string): string {
  return (
    `Task '${task}' is 'reschedulable': give with its 'id' the time 'since' when that id is in use, the same for each ` +
    `repetition.`
  );
}

/** The client's settings, from the environment that the stack's output `clientEnvironment` holds. */
export function fromEnvironment(
  env: Readonly<Record<string, string | undefined>> = process.env,
): ClientSettings {
  const variables = readEnvironment(
    z.object({
      [environment.queues]: queuesVariable,
      [environment.endpoint]: endpointVariable.optional(),
      GCE_METADATA_HOST: z.string().optional(),
    }),
    env,
    "The client reads them; the stack's output 'clientEnvironment' holds them.",
  );
  return {
    queues: variables[environment.queues],
    endpoint: variables[environment.endpoint],
    metadataHost: variables.GCE_METADATA_HOST,
  };
}

function contractOf(task: unknown, tasks: TaskTable["tasks"]): TaskContract {
  const names = Object.keys(tasks);
  if (typeof task !== "string") {
    throw new Error(`Unknown task ${shown(task)}. ${alternatives("", "tasks", names)}`);
  }
  const contract = Object.hasOwn(tasks, task) ? tasks[task] : undefined;
  if (!contract) {
    const name = task.slice(0, 100);
    throw new Error(`Unknown task '${name}'. ${alternatives(name, "tasks", names)}`);
  }
  if (!isTaskName(task)) throw new Error(taskNameProblem(task));
  return contract;
}

function deployedQueue(task: string, queue: string, table: QueueTable): DeployedQueue {
  const deployed = Object.hasOwn(table, queue) ? table[queue] : undefined;
  if (deployed) return deployed;
  const known = alternatives(queue, `queues in '${environment.queues}'`, Object.keys(table));
  throw new Error(`Unknown queue '${queue}' of task '${task}'. ${known}`);
}

/** The queue on which a task is put. */
function queueOf(task: string, queue: string, table: QueueTable): DeployedQueue {
  const deployed = deployedQueue(task, queue, table);
  if (!deployed.retired) return deployed;
  throw new Error(
    `Queue '${queue}' is retired: it drains, and task '${task}' may not be enqueued on it. ` +
      `Give the task another queue in tasks/tasks.ts.`,
  );
}

/** The payload as JSON. Throws one error with what is wrong with it and with the options. */
function serialize(
  task: string,
  { payload: schema }: TaskContract,
  payload: unknown,
  problems: readonly string[],
): string {
  try {
    const json = serializePayload(task, schema, payload);
    if (problems.length === 0) return json;
  } catch (error) {
    if (problems.length === 0 || !(error instanceof Error)) throw error;
    throw new Error([error.message, ...problems].join(" "), { cause: error });
  }
  throw new Error(problems.join(" "));
}
