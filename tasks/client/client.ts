import { createHash, randomBytes } from "node:crypto";
import * as z from "zod";
import { connectCloudTasks, type CloudTasks, type CloudTasksSettings } from "./cloudTasks.ts";
import type { PayloadInput, TaskContract, TaskName, TaskTable } from "../contract/contract.ts";
import { dueTime, readOptions, shown, type EnqueueOptions } from "./enqueueOptions.ts";
import { runAll, type Bulk, type BulkResult } from "./enqueueMany.ts";
import { environment, type DeployedQueue, type QueueTable } from "../contract/environment.ts";
import { alternatives } from "../contract/knownNames.ts";
import { serializePayload } from "../contract/payload.ts";
import { endpointVariable, queuesVariable, readEnvironment } from "../contract/readEnvironment.ts";
import { isTaskName, taskHeaders, taskNameProblem, taskResource } from "../contract/taskRequest.ts";
import { continueTrace } from "./traceContext.ts";

export type { EnqueueOptions } from "./enqueueOptions.ts";

export interface Enqueued {
  /** `projects/PROJECT/locations/LOCATION/queues/QUEUE/tasks/TASK` */
  readonly name: string;
  /** `false` where a task of this `id` exists, or existed lately. */
  readonly created: boolean;
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
    const json = serialize(task, contract, payload, problems);
    const at = dueTime(options, start);
    const { id, signal } = options;

    // A hash, since ids that resemble each other would all land on one server of the queue.
    const taskId = id === undefined ? randomHex(16) : createHash("sha256").update(id).digest("hex");
    const name = `${queue.name}/tasks/${taskId}`;
    const resource = taskResource(task, json, {
      dispatchDeadline: queue.dispatchDeadline,
      ...(at && { scheduleTime: at }),
      headers: {
        [taskHeaders.enqueueId]: randomHex(16),
        [taskHeaders.idempotencyKey]: id ?? taskId,
        [taskHeaders.traceparent]: continueTrace(options.traceparent, randomHex),
      },
    });
    const outcome = await api.createTask(queue.name, { ...resource, name }, signal && { signal });
    // Nobody else draws this random id: that it exists means that an earlier try of this call made it.
    return { name, created: outcome === "created" || id === undefined };
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
  };
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

function queueOf(task: string, queue: string, table: QueueTable): DeployedQueue {
  const deployed = Object.hasOwn(table, queue) ? table[queue] : undefined;
  if (!deployed) {
    const known = alternatives(queue, `queues in '${environment.queues}'`, Object.keys(table));
    throw new Error(`Unknown queue '${queue}' of task '${task}'. ${known}`);
  }
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
