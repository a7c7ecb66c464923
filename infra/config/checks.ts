import { INSTANCE_LIMITS } from "@background-tasks/google/instanceLimits.ts";
import { brokenLimits } from "@background-tasks/google/jointLimits.ts";
import { cpusOf, mebibytesOf } from "@background-tasks/google/resourceQuantities.ts";
import type { Contract, QueueSettings, TaskContract } from "../../tasks/contract/contract.ts";
import { DEAD_LETTER_QUEUE } from "../../tasks/contract/deadLetter.ts";
import { knownDurationMs } from "../../tasks/contract/duration.ts";
import { alternatives } from "../../tasks/contract/knownNames.ts";
import { isTaskName, taskNameProblem } from "../../tasks/contract/taskRequest.ts";
import { PING_TASK } from "../../tasks/contract/ping.ts";
import type { Overridden } from "./overrides.ts";
import { inTasks, stackFile } from "./places.ts";
import { quote } from "./problems.ts";
import { checkSettings } from "./settings.ts";
import type { ScheduleSettings } from "./scheduleSettings.ts";

export { DEAD_LETTER_QUEUE };

/** What the worker's instances are given, and how many there are. */
export interface WorkerSettings {
  /** CPUs, such as `1` or `500m`. */
  readonly cpu: string;
  /** Such as `512Mi`. */
  readonly memory: string;
  /** Requests that one instance is given at once. */
  readonly concurrency: number;
  readonly minInstances: number;
  readonly maxInstances: number;
  /** How long a request may take. */
  readonly timeout: `${number}s`;
}

/** What is wrong with the worker's settings and the queues' when they are taken together. */
export function checkCapacity(
  stack: string,
  worker: WorkerSettings,
  queues: Readonly<Record<string, QueueSettings>>,
  placeOf: Overridden["placeOf"],
): string[] {
  return [
    ...checkInstances(stack, worker),
    ...checkConcurrency(stack, worker, queues),
    ...checkDeadlines(stack, worker, queues, placeOf),
  ];
}

/** What an operator calls the settings that Cloud Run's limits join. */
const NAMES = {
  cpu: "workerCpu",
  memory: "workerMemory",
  concurrency: "workerConcurrency",
  minInstances: "workerMinInstances",
  maxInstances: "workerMaxInstances",
} as const;

function isSetting(name: string): name is keyof typeof NAMES {
  return Object.hasOwn(NAMES, name);
}

function checkInstances(stack: string, worker: WorkerSettings): string[] {
  const cpu = cpusOf(worker.cpu);
  const memory = mebibytesOf(worker.memory);
  // Already problems of their own.
  if (cpu === undefined || memory === undefined) return [];
  // The rest is what infra/worker.ts asks for.
  const settings = { ...worker, cpu, memory, cpuIdle: true, isGen2: false };
  return brokenLimits(INSTANCE_LIMITS, settings).map(({ joins, refusal }) => {
    const given = joins
      .filter(isSetting)
      .map((name) => `'${NAMES[name]}' is ${quote(worker[name])}`);
    return `${stackFile(stack)}: ${given.join(" and ")}; Cloud Run says: ${refusal}`;
  });
}

function checkConcurrency(
  stack: string,
  { maxInstances, concurrency }: WorkerSettings,
  queues: Readonly<Record<string, QueueSettings>>,
): string[] {
  const capacity = maxInstances * concurrency;
  const dispatches = Object.values(queues).map((queue) => queue.rateLimits.maxConcurrentDispatches);
  const total = dispatches.reduce((sum, n) => sum + n, 0);
  if (total <= capacity) return [];
  return [
    `tasks/queues.ts: the queues' 'rateLimits.maxConcurrentDispatches' add up to ${total}; the worker takes ` +
      `${capacity} at once ('workerMaxInstances' ${maxInstances} × 'workerConcurrency' ${concurrency}). ` +
      `Raise one of these in ${stackFile(stack)} or lower the queues' settings.`,
  ];
}

function checkDeadlines(
  stack: string,
  { timeout }: WorkerSettings,
  queues: Readonly<Record<string, QueueSettings>>,
  placeOf: Overridden["placeOf"],
): string[] {
  return Object.entries(queues)
    .filter(([, queue]) => knownDurationMs(queue.dispatchDeadline) > knownDurationMs(timeout))
    .map(
      ([name, { dispatchDeadline }]) =>
        `${placeOf(name)(["dispatchDeadline"])} is '${dispatchDeadline}'; it must not exceed ` +
        `'workerTimeout', '${timeout}', after which Cloud Run ends the request. Lower it, or raise ` +
        `'workerTimeout' in ${stackFile(stack)}.`,
    );
}

/** What is wrong with what `tasks/` declares: names that lead nowhere, and a name that is taken. */
export function checkDeclared({ queues, tasks, settings }: Contract): string[] {
  return [
    ...(Object.hasOwn(queues, DEAD_LETTER_QUEUE)
      ? [
          `${inTasks("queues", "queue", DEAD_LETTER_QUEUE)([])} has the name of the queue that the program ` +
            "adds for dead letters; give it another name.",
        ]
      : []),
    ...(Object.hasOwn(tasks, PING_TASK)
      ? [
          `${inTasks("tasks", "task", PING_TASK)([])} has the name of the task that the worker does itself; ` +
            "give it another name.",
        ]
      : []),
    ...checkSettings(settings),
    ...Object.keys(tasks)
      .filter((name) => !isTaskName(name))
      .map(taskNameProblem),
    ...Object.entries(tasks).flatMap(([name, { queue, enqueues = [], settings: given = [] }]) => [
      ...unknownNames(
        [queue],
        "queues",
        queues,
        (other) => `task '${name}' runs on queue '${other}'`,
      ),
      ...unknownNames(
        given,
        "settings",
        settings,
        (other) => `task '${name}' is given setting '${other}'`,
      ),
      ...unknownNames(enqueues, "tasks", tasks, (other) => `task '${name}' enqueues '${other}'`),
    ]),
  ];
}

/** The names in tasks/tasks.ts that another file should declare, and does not. */
function unknownNames(
  names: readonly string[],
  kind: "queues" | "settings" | "tasks",
  declared: object,
  clause: (name: string) => string,
): string[] {
  return names
    .filter((name) => !Object.hasOwn(declared, name))
    .map(
      (name) =>
        `tasks/tasks.ts: ${clause(name)}, which tasks/${kind}.ts does not declare. ` +
        alternatives(name, kind, Object.keys(declared)),
    );
}

/** The schedules that would enqueue on a queue that only drains. */
export function checkSchedules(
  schedules: Readonly<Record<string, ScheduleSettings>>,
  tasks: Readonly<Record<string, TaskContract>>,
  queues: Readonly<Record<string, QueueSettings>>,
  placeOf: Overridden["placeOf"],
): string[] {
  return Object.entries(schedules).flatMap(([name, { task }]) => {
    const queue = tasks[task]?.queue ?? "";
    if (queues[queue]?.retired !== true) return [];
    return [
      `${placeOf(name)(["task"])} is '${task}', whose queue '${queue}' is retired: nothing may ` +
        "be enqueued on it. Move the task to another queue or remove the schedule.",
    ];
  });
}

/** The queues of the tasks that handlers enqueue: those that the worker must be let onto. */
export function queuesEnqueuedBy(tasks: Readonly<Record<string, TaskContract>>): string[] {
  return Object.values(tasks).flatMap(({ enqueues = [] }) =>
    enqueues.map((name) => tasks[name]?.queue ?? ""),
  );
}
