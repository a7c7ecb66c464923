import {
  inOrderOfWeight,
  losesTasks,
  summaryOf,
  type ReportedViolation,
  type ResourceChange,
  type StackReport,
} from "../report.ts";
import { meaning, titleOf } from "../diff/summary.ts";
import { newQueues } from "../diff/newQueues.ts";
import { alertExpressions, reviewedInputs } from "../reviewedInputs.ts";
import { code, codeBlock, tableRows } from "./markdown.ts";

/** What is known of a stack when its comment is written. */
export interface StackReview {
  /** What the program asks for, before and after: made without an account. */
  readonly diff: StackReport;
  /** What the engine says that it would do, where it was asked. */
  readonly preview?: readonly ResourceChange[];
}

/** The run that looked at a pull request. */
export interface Run {
  /** The commit at the pull request's head. */
  readonly headSha: string;
  /** Where the run is shown, if it ended red. */
  readonly failedAt?: string;
}

/** What GitHub takes. https://github.com/orgs/community/discussions/27190 */
const GITHUB_LIMIT = 65_536;

/** The hidden line by which a stack's comment is found again. */
export function markerOf(stack: string): string {
  return `<!-- background-tasks review of stack ${stack} -->`;
}

/** The hidden line by which a comment says that it has the engine's preview of a commit. */
export function previewedAt(headSha: string): string {
  return `<!-- previewed at ${headSha} -->`;
}

/**
 * The comment on a pull request for one stack, by a run where there is one. What loses tasks comes first. What does
 * not fit in is cut, from the end, with a note.
 */
export function commentOf(review: StackReview, run?: Run): string {
  const stamp = review.preview && run ? `\n${previewedAt(run.headSha)}` : "";
  return visible(review, GITHUB_LIMIT - stamp.length, run?.failedAt) + stamp;
}

function visible({ diff, preview }: StackReview, limit: number, failedAt?: string): string {
  const { stack, violations, notes, error } = diff;
  const changes = inOrderOfWeight(preview ?? diff.changes);
  const { isHarm, sentences } = meaning(changes);
  const head = [markerOf(stack), `### Stack ${code(stack)}: ${summaryOf(changes)}`, ""];
  if (error !== undefined) {
    return fit(
      [...head.slice(0, 1), `### Stack ${code(stack)}: the program does not run`, ""],
      [codeBlock(error.slice(0, limit / 2))],
      limit,
    );
  }
  return fit(
    [...head, SOURCES[preview ? "preview" : "diff"], ""],
    [
      ...(failedAt === undefined ? [] : [`**[The run](${failedAt}) ended red**, and says why.\n`]),
      ...(changes.length === 0
        ? []
        : sentences.map((one) => (isHarm ? `> **${code(one)}**\n` : `${one}\n`))),
      ...newQueues(changes).sentences.map((one) => `${code(one)}\n`),
      ...notes.map((note) => `${code(note)}\n`),
      ...changeTable(changes),
      ...policyTable(violations),
      ...inputTable(changes),
      ...expressions(changes),
    ],
    limit,
  );
}

const SOURCES = {
  preview: "The engine's preview, against what is deployed. Nothing was changed.",
  diff:
    "What the program asks Google for, compared with the merge base. It was made without an account: " +
    "what is deployed may differ.",
};

function changeTable(changes: readonly ResourceChange[]): string[] {
  if (changes.length === 0) return [];
  const rows = changes.map((change) => [
    losesTasks(change) ? `**${change.operation}**` : change.operation,
    code(titleOf(change)),
    change.replacedBy.map(code).join(", "),
  ]);
  return [...tableRows(["Change", "Resource", "Replaced because of"], rows), ""];
}

function policyTable(violations: readonly ReportedViolation[]): string[] {
  if (violations.length === 0) return ["**Policy**: every rule is kept.", ""];
  const newFirst = [...violations].sort((a, b) => Number(b.isNew) - Number(a.isNew));
  const rows = newFirst.map(({ rule, severity, message, isNew }) => [
    isNew ? "**yes**" : "no",
    severity,
    code(rule),
    code(message),
  ]);
  return ["**Policy**", "", ...tableRows(["New", "Severity", "Rule", "What is wrong"], rows), ""];
}

function inputTable(changes: readonly ResourceChange[]): string[] {
  const rows = changes.flatMap((change) =>
    reviewedInputs(change).map(({ path, before = "", after = "" }) =>
      [titleOf(change), path, before, after].map(code),
    ),
  );
  if (rows.length === 0) return [];
  return ["**Inputs**", "", ...tableRows(["Resource", "Input", "Before", "After"], rows)];
}

/** What the alerts that change watch now, folded. */
function expressions(changes: readonly ResourceChange[]): string[] {
  const texts = changes.flatMap((change) =>
    alertExpressions(change).flatMap(({ after }) =>
      after === undefined ? [] : [`${code(titleOf(change))}\n\n${codeBlock(textOf(after))}\n`],
    ),
  );
  if (texts.length === 0) return [];
  const summary = "<summary>What these alerts watch now</summary>";
  return [["", `<details>${summary}`, "", ...texts, "</details>"].join("\n")];
}

/** The text that a value's JSON holds; of one that was cut, what there is of it. */
function textOf(json: string): string {
  try {
    return String(JSON.parse(json));
  } catch {
    return json;
  }
}

/** Joins what fits. Every block stands by itself, so that nothing is left open where it ends. */
function fit(head: readonly string[], blocks: readonly string[], limit: number): string {
  const note = "\n\nThe rest did not fit in: `npm run diff -- --json` has all of it.";
  let text = head.join("\n");
  for (const block of blocks) {
    if (text.length + block.length + 1 + note.length > limit) return text + note;
    text += `\n${block}`;
  }
  return text.trimEnd();
}
