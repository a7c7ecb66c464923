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
  /**
   * Workers are told of it, `entry`, and its tasks are the `worker`'s, to which it sends; of several, `undefined`
   * while that is not known.
   */
  | { readonly is: "work"; readonly worker: Worker | undefined; readonly entry: unknown }
  /** It keeps the workers' dead letters. */
  | { readonly is: "dead letters"; readonly workers: readonly Worker[] }
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

/** Whether a resource is a worker beside others to which, as far as all is known, no queue sends: it has no tasks. */
export function isIdle(resource: Resource, resources: readonly Resource[]): boolean {
  const workers = workersOf(resources);
  if (workers.length < 2 || !workers.some(({ service }) => service.resource === resource))
    return false;
  const parts = [...queueParts(resources).values()];
  return parts.every(
    (part) =>
      part.is === "dead letters" ||
      (part.is === "work" &&
        part.worker !== undefined &&
        part.worker.service.resource !== resource),
  );
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
  const keeps = workers.map((worker) => isNamed(queue, worker.deadLetterQueue));
  const keeping = workers.filter((_, i) => keeps[i] === true);
  if (keeping.length > 0) return { is: "dead letters", workers: keeping };
  const told = workers.flatMap((worker) =>
    entriesOf(worker).map((entry) => ({ worker, entry, is: isNamed(queue, at(entry, "name")) })),
  );
  const own = told.filter(({ is }) => is === true);
  const [first] = own;
  if (first) {
    const worker = addressee(
      queue,
      own.map((one) => one.worker),
    );
    return {
      is: "work",
      worker,
      entry: own.find((one) => one.worker === worker)?.entry ?? first.entry,
    };
  }
  const isOpen =
    keeps.includes(undefined) ||
    told.some(({ is }) => is === undefined) ||
    workers.some(({ table }) => table === UNKNOWN);
  return { is: isOpen ? "unknown" : "other" };
}

/**
 * To which of the workers that are told of it a queue sends. Where it sends to none, the first: that it does not
 * is another's question. `undefined` while it may turn out to be any.
 */
function addressee(queue: Resource, workers: readonly Worker[]): Worker | undefined {
  if (workers.length === 1) return workers[0];
  const host = at(queue.properties, "httpTarget", "uriOverride", "host");
  if (host === UNKNOWN || workers.some(({ service }) => service.url === undefined))
    return undefined;
  return workers.find(({ service }) => service.url === `https://${String(host)}`) ?? workers[0];
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
