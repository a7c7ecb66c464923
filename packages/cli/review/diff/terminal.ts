import { printable } from "../../command/printable.ts";
import { table } from "../../command/table.ts";
import {
  inOrderOfWeight,
  isRandom,
  summaryOf,
  type InputChange,
  type ResourceChange,
  type StackReport,
} from "../report.ts";
import { countWords } from "../../command/words.ts";
import { reviewedInputs } from "../reviewedInputs.ts";
import { newQueues, type NewQueues } from "./newQueues.ts";
import { meaning, namesOf, titleOf } from "./summary.ts";

/**
 * A stack's report for a terminal: what changes and what that means for tasks, what the rules say, and then what
 * changes input by input, of long values where they differ.
 */
export function terminalReport(report: StackReport, width: number): string {
  return printable(linesOf(report, width));
}

/** A table of more takes seconds, and nobody reads it. */
const MOST_ROWS = 1000;

function linesOf(report: StackReport, width: number): string {
  const { stack, changes, violations, notes, error } = report;
  if (error !== undefined) return `${stack}: the program cannot be evaluated.\n${error}`;
  const ordered = inOrderOfWeight(changes);
  const rules = [...violations]
    .sort((a, b) => Number(b.isNew) - Number(a.isNew))
    .map(({ rule, severity, message, isNew }) => [
      isNew ? `${severity}, new` : severity,
      rule,
      message,
    ]);
  const { isHarm, sentences } = meaning(ordered);
  const queues = newQueues(ordered);
  const rows = ordered.filter((change) => !queues.told.has(change) && !isMadeOrUnmade(change));
  const inputs = rows.flatMap(changeRows);
  const isCut = rows.flatMap(reviewedInputs).some((input) => isLong(input));
  return [
    `${stack}: ${summaryOf(changes)}.`,
    ...notes,
    ...(isHarm ? sentences : []),
    ...namesOf(ordered.filter((change) => isNamed(change, queues))).map((line) => `  ${line}`),
    ...queues.sentences,
    ...(isHarm || changes.length === 0 ? [] : sentences),
    ...(rules.length > 0 ? [table(["Severity", "Rule", "What is wrong"], rules, { width })] : []),
    ...(inputs.length > 0
      ? [
          table(["Change", "Resource", "Input", "Before", "After"], inputs.slice(0, MOST_ROWS), {
            width,
          }),
        ]
      : []),
    ...(inputs.length > MOST_ROWS
      ? [
          `These are the first ${countWords(MOST_ROWS)} of ${countWords(inputs.length)} lines. '--json' has all.`,
        ]
      : []),
    ...(isCut ? ["Long values are shown where they differ. '--json' has more of them."] : []),
  ].join("\n");
}

/** A random id says nothing to a reader as it comes and goes. */
function isMadeOrUnmade(change: ResourceChange): boolean {
  return isRandom(change) && (change.operation === "create" || change.operation === "delete");
}

/** All are named but the random ids that belong to a queue that is told of. */
function isNamed(change: ResourceChange, { told }: NewQueues): boolean {
  return !(isRandom(change) && told.has(change));
}

function changeRows(change: ResourceChange): string[][] {
  const { operation, replacedBy } = change;
  const inputs = reviewedInputs(change);
  const title = titleOf(change);
  if (inputs.length === 0) return [[operation, title, "", "", ""]];
  return inputs.map((input, i) => [
    i === 0 ? operation : "",
    i === 0 ? title : "",
    replacedBy.includes(input.path.split(".")[0] ?? "")
      ? `${inputName(input.path)} (replaces)`
      : inputName(input.path),
    ...values(input),
  ]);
}

/** An input as a line has room for it: a variable of the worker's by its name, what its JSON holds by its path there. */
function inputName(path: string): string {
  return path.replace(/^template\.containers\.0\.envs\.([^.]+)\.value\b/, "$1");
}

/** Both values as a line has room for them: of long ones what differs, with what stands before it. */
function values(input: InputChange): [before: string, after: string] {
  const before = shortened(input.before ?? "");
  const after = shortened(input.after ?? "");
  if (!isLong(input)) return [before, after];
  const start = Math.max(0, commonStart(before, after) - CONTEXT);
  return [excerpt(before, start), excerpt(after, start)];
}

const LONG = 100;
const CONTEXT = 20;
const EXCERPT = 60;

/** What tells of a dashboard's tiles is a sentence, and not cut. */
function isLong({ path, before = "", after = "" }: InputChange): boolean {
  if (path === "dashboardJson") return false;
  return [before, after].some((value) => shortened(value).length > LONG);
}

function commonStart(a: string, b: string): number {
  let length = 0;
  while (length < Math.min(a.length, b.length) && a[length] === b[length]) length += 1;
  return length;
}

function excerpt(value: string, start: number): string {
  const rest = value.slice(start);
  const cut = rest.length <= EXCERPT ? rest : `${rest.slice(0, EXCERPT)}…`;
  return start === 0 || cut === "" ? cut : `…${cut}`;
}

/** A value whose digests are told apart by their beginnings. */
function shortened(value: string): string {
  return value.replace(/\b([0-9a-f]{12})[0-9a-f]{52}\b/g, "$1…");
}
