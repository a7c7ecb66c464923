import { INSTANCE_LIMITS } from "@background-tasks/google/instanceLimits.ts";
import { brokenLimits } from "@background-tasks/google/jointLimits.ts";
import { cpusOf, mebibytesOf } from "@background-tasks/google/resourceQuantities.ts";
import type {
  Contract,
  QueueSettings,
  TaskContract,
  WorkerSettings,
} from "../../tasks/contract/contract.ts";
import { DEAD_LETTER_QUEUE } from "../../tasks/contract/deadLetter.ts";
import { knownDurationMs } from "../../tasks/contract/duration.ts";
import { alternatives } from "../../tasks/contract/knownNames.ts";
import { isTaskName, taskNameProblem } from "../../tasks/contract/taskRequest.ts";
import { PING_TASK } from "../../tasks/contract/ping.ts";
import { DEFAULT_WORKER } from "./names.ts";
import type { Overridden } from "./overrides.ts";
import { inTasks } from "./places.ts";
import { quote } from "./problems.ts";
import { checkSettings } from "./settings.ts";
import type { ScheduleSettings } from "./scheduleSettings.ts";
import {
  isWorkerSetting,
  type WorkerConfig,
  type Workers,
  type WorkerSetting,
} from "./workerSettings.ts";

export { DEAD_LETTER_QUEUE };

/** What is wrong with the workers' settings and their queues' when they are taken together. */
export function checkCapacity(
  { configs = {}, placeOf }: Workers,
  queues: Readonly<Record<string, QueueOfWorker>>,
  queuePlaceOf: Overridden["placeOf"],
): string[] {
  return Object.entries(configs).flatMap(([name, worker]) => {
    const ofWorker = Object.entries(queues).filter(([, queue]) => queue.worker === name);
    const place = (setting: WorkerSetting): string => placeOf(name, setting);
    // Where there is no other, it needs no name.
    const title = Object.keys(configs).length === 1 ? "the worker" : `worker '${name}'`;
    return [
      ...checkInstances(worker, place),
      ...checkConcurrency(title, worker, ofWorker, place),
      ...checkDeadlines(worker, ofWorker, place, queuePlaceOf),
    ];
  });
}

/** A queue whose worker is known. */
export interface QueueOfWorker extends QueueSettings {
  /** The worker that does its tasks. */
  readonly worker: string;
}

type PlaceOfSetting = (setting: WorkerSetting) => string;

function checkInstances(worker: WorkerConfig, place: PlaceOfSetting): string[] {
  const cpu = cpusOf(worker.cpu);
  const memory = mebibytesOf(worker.memory);
  // Already problems of their own.
  if (cpu === undefined || memory === undefined) return [];
  // The rest is what infra/worker.ts asks for.
  const settings = { ...worker, cpu, memory, cpuIdle: true, isGen2: false };
  return brokenLimits(INSTANCE_LIMITS, settings).map(({ joins, refusal }) => {
    const [first, ...others] = joins.filter(isWorkerSetting);
    const given = [first, ...others]
      .filter((name) => name !== undefined)
      .map((name) => ({ place: place(name), value: quote(worker[name]) }));
    return `${inOneFile(given.map((one) => `${one.place} is ${one.value}`)).join(" and ")}; Cloud Run says: ${refusal}`;
  });
}

/** Places in one file, of which only the first names it. */
function inOneFile(places: readonly string[]): string[] {
  const file = /^\S+: /.exec(places[0] ?? "")?.[0] ?? "";
  return places.map((place, i) =>
    i > 0 && place.startsWith(file) ? place.slice(file.length) : place,
  );
}

function checkConcurrency(
  title: string,
  { maxInstances, concurrency }: WorkerConfig,
  queues: readonly [string, QueueOfWorker][],
  place: PlaceOfSetting,
): string[] {
  const capacity = maxInstances * concurrency;
  const total = queues.reduce(
    (sum, [, { rateLimits }]) => sum + rateLimits.maxConcurrentDispatches,
    0,
  );
  if (total <= capacity) return [];
  const [instances, places] = inOneFile([place("maxInstances"), place("concurrency")]);
  const setting = "'rateLimits.maxConcurrentDispatches'";
  const what =
    title === "the worker" ? `the queues' ${setting}` : `${setting} of the queues of ${title}`;
  return [
    `tasks/queues.ts: ${what} add up to ${total}; ${title} takes ` +
      `${capacity} at once (${instances} ${maxInstances} × ${places} ${concurrency}). ` +
      "Raise one of these or lower the queues' settings.",
  ];
}

function checkDeadlines(
  { timeout }: WorkerConfig,
  queues: readonly [string, QueueOfWorker][],
  place: PlaceOfSetting,
  queuePlaceOf: Overridden["placeOf"],
): string[] {
  return queues
    .filter(([, queue]) => knownDurationMs(queue.dispatchDeadline) > knownDurationMs(timeout))
    .map(
      ([name, { dispatchDeadline }]) =>
        `${queuePlaceOf(name)(["dispatchDeadline"])} is '${dispatchDeadline}'; it must not exceed ` +
        `${place("timeout")}, '${timeout}', after which Cloud Run ends the request. Lower the one or raise the other.`,
    );
}

/** The queues, each with the worker that it sends its tasks to; what is wrong with that is added to `problems`. */
export function withWorkers(
  queues: Readonly<Record<string, QueueSettings>>,
  workers: Readonly<Record<string, Pick<WorkerSettings, "retired">>>,
  placeOf: Overridden["placeOf"],
  problems: string[],
): Record<string, QueueOfWorker> {
  const names = Object.keys(workers);
  const [only] = names;
  const byDefault = names.length === 1 ? only : names.find((name) => name === DEFAULT_WORKER);
  const found: Record<string, QueueOfWorker> = {};
  for (const [key, { worker = byDefault, ...queue }] of Object.entries(queues)) {
    const place = placeOf(key)(["worker"]);
    if (names.length === 0) continue;
    if (worker === undefined) {
      problems.push(
        `${place} is not set, and none of the workers is '${DEFAULT_WORKER}': name one. ` +
          alternatives("", "workers", names),
      );
    } else if (!Object.hasOwn(workers, worker)) {
      problems.push(
        `${place} is '${worker}'; tasks/workers.ts has no such worker. ${alternatives(worker, "workers", names)}`,
      );
    } else if (workers[worker]?.retired === true) {
      problems.push(
        `${place} is '${worker}', which is retired: no queue may send it tasks. Name another for queue '${key}'.`,
      );
    } else {
      found[key] = { ...queue, worker };
    }
  }
  return found;
}

/** What is wrong with what `tasks/` declares: names that lead nowhere, and a name that is taken. */
export function checkDeclared({ workers, queues, tasks, settings }: Contract): string[] {
  return [
    ...(workers !== undefined && Object.keys(workers).length === 0
      ? [
          "tasks/workers.ts declares no worker, and no task would be done; declare one: 'worker: {}'.",
        ]
      : []),
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
    ...Object.entries(tasks).flatMap(([name, task]) => {
      const { queue, alsoOn = [], enqueues = [], settings: given = [] } = task;
      return [
        ...unknownNames(
          [queue],
          "queues",
          queues,
          (other) => `task '${name}' runs on queue '${other}'`,
        ),
        ...unknownNames(
          alsoOn,
          "queues",
          queues,
          (other) => `task '${name}' is also on queue '${other}'`,
        ),
        ...unknownNames(
          given,
          "settings",
          settings,
          (other) => `task '${name}' is given setting '${other}'`,
        ),
        ...unknownNames(enqueues, "tasks", tasks, (other) => `task '${name}' enqueues '${other}'`),
      ];
    }),
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
