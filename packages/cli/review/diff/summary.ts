import { losesTasks, type ResourceChange } from "../report.ts";

/** What is deleted, replaced, changed and added, a line each: `added     Queue pages; Job daily, hourly`. */
export function namesOf(changes: readonly ResourceChange[]): string[] {
  return (["delete", "replace", "update", "create"] as const).flatMap((operation) => {
    const names = new Map<string, string[]>();
    for (const change of changes.filter((one) => one.operation === operation)) {
      const kind = kindOf(change);
      names.set(kind, [...(names.get(kind) ?? []), change.name]);
    }
    if (names.size === 0) return [];
    const kinds = [...names].map(([kind, of]) =>
      of.length > MOST_NAMES ? `${of.length} ${kind}` : `${kind} ${of.join(", ")}`,
    );
    return [`${DONE[operation].padEnd(8)}  ${kinds.join("; ")}`];
  });
}

const MOST_NAMES = 4;

const DONE = {
  delete: "deleted",
  replace: "replaced",
  update: "changed",
  create: "added",
} as const;

/** What the changes mean for tasks that wait already, at least a sentence: `isHarm` where some are lost or end sooner. */
export function meaning(changes: readonly ResourceChange[]): {
  readonly isHarm: boolean;
  readonly sentences: readonly string[];
} {
  const harm = warnings(changes);
  return harm.length > 0
    ? { isHarm: true, sentences: harm }
    : { isHarm: false, sentences: [NO_HARM] };
}

const NO_HARM =
  "No queue loses the tasks that it holds, and none ends them sooner. 'npm run contract' says whether the worker " +
  "still understands them.";

function warnings(changes: readonly ResourceChange[]): string[] {
  return [...changes.filter(losesTasks).map(loss), ...changes.flatMap(earlierEnds)];
}

function loss({ operation, name }: ResourceChange): string {
  return operation === "delete"
    ? `Queue '${name}' is deleted, and the tasks that it holds with it. Mark it 'retired: true' first and let it drain.`
    : `Queue '${name}' is replaced: the tasks that the old one holds are lost.`;
}

/** A worker that is told of a lower end holds it against tasks that were counted under the higher one. */
function earlierEnds({ inputs }: ResourceChange): string[] {
  return inputs.flatMap(({ path, before, after }) => {
    const { queue, end } = TABLE_ENTRY.exec(path)?.groups ?? {};
    if (queue === undefined || end === undefined || !(Number(after) < Number(before))) return [];
    return [
      `Queue '${queue}' ends tasks that wait already sooner: its '${end}' goes from ${before} to ${after}. ${ENDS[end]}`,
    ];
  });
}

const TABLE_ENTRY = /\.TASKS_QUEUES\.value\.(?<queue>[^.]+)\.(?<end>maxAttempts|maxDeliveries)$/;

const ENDS: Readonly<Record<string, string>> = {
  maxAttempts: "What has failed that often is a dead letter at its next failure.",
  maxDeliveries:
    "It follows from 'outageWindow' and the back-off; what was delivered that often is a dead letter at its " +
    "next delivery, without being run.",
};

/** The last part of a type and the name: `Queue email`. */
export function titleOf(change: ResourceChange): string {
  return `${kindOf(change)} ${change.name}`;
}

function kindOf({ type }: ResourceChange): string {
  return type.slice(type.lastIndexOf(":") + 1);
}
