import { cloudRunServices, type CloudRunService } from "./cloudRun.ts";
import { findNamed, isNamed } from "./names.ts";
import { QUEUE, UNKNOWN, type Resource } from "./resource.ts";
import { at, isMapping, isMissing, json, known } from "./values.ts";

/** What a worker is told by its environment: `undefined` where it is not, `UNKNOWN` where nobody knows yet. */
export const VARIABLES = {
  queues: "TASKS_QUEUES",
  deadLetterQueue: "TASKS_DEAD_LETTER_QUEUE",
  invoker: "TASKS_INVOKER",
} as const;

/** A worker: a service that is told of queues. */
export interface Worker {
  readonly service: CloudRunService;
  /** What it is told of each queue, by the queue's key. */
  readonly table: unknown;
  /** The full name of the queue for its dead letters. */
  readonly deadLetterQueue: unknown;
  /** The account that its tasks are sent as. */
  readonly invoker: unknown;
}

/** The workers among these resources. A service whose variables are not known yet may be one. */
export function workersOf(resources: readonly Resource[]): Worker[] {
  return cloudRunServices(resources).flatMap((service) => {
    const queues = variable(service, VARIABLES.queues);
    if (queues === undefined) return [];
    return [
      {
        service,
        table: queues === UNKNOWN ? UNKNOWN : (json(queues) ?? {}),
        deadLetterQueue: variable(service, VARIABLES.deadLetterQueue),
        invoker: variable(service, VARIABLES.invoker),
      },
    ];
  });
}

/** What a queue is to the workers. */
export type Part =
  /** Its tasks are the worker's, which is told `entry` of it. */
  | { readonly is: "work"; readonly worker: Worker; readonly entry: unknown }
  /** It keeps the worker's dead letters. */
  | { readonly is: "dead letters"; readonly worker: Worker }
  /** No worker is told of it. */
  | { readonly is: "other" }
  /** It is not known yet. */
  | { readonly is: "unknown" };

/** Every queue, and what it is. Names in the program say nothing. */
export function queueParts(resources: readonly Resource[]): Map<Resource, Part> {
  const workers = workersOf(resources);
  const queues = resources.filter(({ type }) => type === QUEUE);
  return new Map(queues.map((queue) => [queue, partOf(queue, workers)]));
}

/** The queues that send tasks: all but those of dead letters. */
export function sendingQueues(resources: readonly Resource[]): Resource[] {
  return [...queueParts(resources)]
    .filter(([{ properties }, { is }]) =>
      // What has a target sends, whatever else it will turn out to be.
      is === "unknown" ? !isMissing(at(properties, "httpTarget")) : is !== "dead letters",
    )
    .map(([queue]) => queue);
}

/** What a worker is told of its queues, as far as it is known. */
export function entriesOf({ table }: Worker): unknown[] {
  return isMapping(table) ? Object.values(table) : [];
}

/** The queue that keeps a worker's dead letters. */
export function deadLetterQueueOf(
  { deadLetterQueue }: Worker,
  resources: readonly Resource[],
): Resource | typeof UNKNOWN | undefined {
  const queues = resources.filter(({ type }) => type === QUEUE);
  return findNamed(queues, deadLetterQueue);
}

function partOf(queue: Resource, workers: readonly Worker[]): Part {
  let isKnown = true;
  for (const worker of workers) {
    const keeps = isNamed(queue, worker.deadLetterQueue);
    if (keeps === true) return { is: "dead letters", worker };
    isKnown &&= keeps !== undefined && worker.table !== UNKNOWN;
  }
  for (const worker of workers) {
    for (const entry of entriesOf(worker)) {
      const isOf = isNamed(queue, at(entry, "name"));
      if (isOf === true) return { is: "work", worker, entry };
      isKnown &&= isOf !== undefined;
    }
  }
  return { is: isKnown ? "other" : "unknown" };
}

/** A variable's value. One whose name or list is not known yet may be it. */
function variable({ containers }: CloudRunService, name: string): unknown {
  const envs = containers.flatMap((container) => known(at(container, "envs")));
  const found = envs.find((env) => at(env, "name") === name);
  if (found !== undefined) {
    // What a secret holds is not known here.
    return isMissing(at(found, "valueSource")) ? at(found, "value") : UNKNOWN;
  }
  return envs.some((env) => at(env, "name") === UNKNOWN) ? UNKNOWN : undefined;
}
