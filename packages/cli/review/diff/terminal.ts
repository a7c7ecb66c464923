import { table } from "../../command/table.ts";
import {
  inOrderOfWeight,
  losesTasks,
  shownInputs,
  summaryOf,
  type ResourceChange,
  type StackReport,
} from "../report.ts";

/** A stack's report for a terminal: what changes, input by input, and what the rules say. */
export function terminalReport(report: StackReport, width: number): string {
  const { stack, changes, violations, notes, error } = report;
  if (error !== undefined) return `${stack}: the program cannot be evaluated.\n${error}`;
  const rows = inOrderOfWeight(changes).flatMap(changeRows);
  const rules = violations.map(({ rule, severity, message, isNew }) => [
    isNew ? `${severity}, new` : severity,
    rule,
    message,
  ]);
  return [
    `${stack}: ${summaryOf(changes)}.`,
    ...notes,
    ...warnings(changes),
    ...(rows.length > 0
      ? [table(["Change", "Resource", "Input", "Before", "After"], rows, { width })]
      : []),
    ...(rules.length > 0 ? [table(["Severity", "Rule", "What is wrong"], rules, { width })] : []),
  ].join("\n");
}

/** What the changes mean for tasks that wait already: those that are lost, and those that end sooner. */
export function warnings(changes: readonly ResourceChange[]): string[] {
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
export function titleOf({ type, name }: ResourceChange): string {
  return `${type.slice(type.lastIndexOf(":") + 1)} ${name}`;
}

function changeRows(change: ResourceChange): string[][] {
  const { operation, replacedBy } = change;
  const inputs = shownInputs(change);
  const title = titleOf(change);
  if (inputs.length === 0) return [[operation, title, "", "", ""]];
  return inputs.map(({ path, before = "", after = "" }, i) => [
    i === 0 ? operation : "",
    i === 0 ? title : "",
    replacedBy.includes(path.split(".")[0] ?? "")
      ? `${inputName(path)} (replaces)`
      : inputName(path),
    shortened(before),
    shortened(after),
  ]);
}

/** An input as a line has room for it: a variable of the worker's by its name, what its JSON holds by its path there. */
function inputName(path: string): string {
  return path.replace(/^template\.containers\.0\.envs\.([^.]+)\.value\b/, "$1");
}

/** A value whose digests are told apart by their beginnings. */
function shortened(value: string): string {
  return value.replace(/\b([0-9a-f]{12})[0-9a-f]{52}\b/g, "$1…");
}
