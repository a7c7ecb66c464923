import type { Contract } from "./contract.ts";
import { narrowings, type Narrowing } from "./narrowings.ts";

/** Why tasks that are queued already would become dead letters, and what to do about it. */
export interface Break {
  readonly task: string;
  /** Where in the payload, such as `recipients[]`; absent where it is the task as such. */
  readonly field?: string;
  readonly why: string;
  readonly remedy: string;
}

/**
 * What in `after` would refuse tasks that were enqueued under `before`. A task may wait for as long as its
 * queue is paused or retries it, so that both must hold at once.
 */
export function compareContracts(before: Contract, after: Contract): Break[] {
  return Object.entries(before).flatMap(([task, old]): Break[] => {
    const now = after[task];
    if (!now) return [{ task, ...REMOVED }];
    return [
      ...(now.queue === old.queue ? [] : [{ task, ...moved(old.queue, now.queue) }]),
      ...narrowings(old.schema, now.schema).map(({ path, kind, why }): Break => ({
        task,
        ...(path !== "" && { field: path }),
        why,
        remedy: REMEDIES[kind],
      })),
    ];
  });
}

/** `Task 'send-email', field 'cc': …`, a sentence or two. */
export function sentence({ task, field, why, remedy }: Break): string {
  return `Task '${task}'${field === undefined ? "" : `, field '${field}'`}: ${why} ${remedy}`;
}

const REMOVED = {
  why: "it is removed, and the worker refuses tasks that it does not know.",
  remedy:
    "Keep it and its handler until no task of that name is queued: stop enqueuing it in one deployment, " +
    "and remove it in a later one.",
};

function moved(from: string, to: string): Pick<Break, "why" | "remedy"> {
  return {
    why: `it moves from queue '${from}' to '${to}', and what waits on '${from}' stays there under its settings and budget.`,
    remedy:
      "Add a task with a new name on the new queue, have producers enqueue that one, and remove the old " +
      "one when its queue holds none.",
  };
}

const REMEDIES: Readonly<Record<Narrowing["kind"], string>> = {
  required:
    "Make it optional, or give it a default ('.default(…)'), until no task without it is queued.",
  removed:
    "Keep it, as optional, until no task that carries it is queued: the schema is strict and refuses what it does not know.",
  narrowed:
    "Accept both for as long as old tasks may be queued, or give the new form a task name of its own.",
};
