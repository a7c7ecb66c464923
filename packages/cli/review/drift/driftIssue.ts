import { titleOf } from "../diff/summary.ts";
import { code, tableRows } from "../comment/markdown.ts";
import type { IssueText } from "../github/upsertIssue.ts";
import { inOrderOfWeight, summaryOf, type ResourceChange } from "../report.ts";
import { shownInputs } from "../shownInputs.ts";

/** The label of the issues that tell of drift. */
export const DRIFT_LABEL = "drift";

/** The hidden line by which the issue of a stack is found again. */
export function driftMarker(stack: string): string {
  return `<!-- background-tasks drift of stack ${stack} -->`;
}

const LONGEST_BODY = 60_000;

/** The issue that says how a stack differs from its program; `undefined` where it does not. */
export function driftIssue(
  stack: string,
  changes: readonly ResourceChange[],
  runUrl: string,
): IssueText | undefined {
  if (changes.length === 0) return undefined;
  const rows = inOrderOfWeight(changes).flatMap((change) => {
    const { operation } = change;
    const inputs = shownInputs(change);
    const title = code(titleOf(change));
    if (inputs.length === 0) return [[title, operation, "", "", ""]];
    return inputs.map(({ path, before = "", after = "" }) => [
      title,
      operation,
      ...[path, before, after].map(code),
    ]);
  });
  const head = ["Resource", "'up' would", "Input", "In the cloud", "In the program"];
  const body = [
    `What is deployed in stack ${code(stack)} is not what its program says: ${summaryOf(changes)}. ` +
      "Somebody changed it past the program, or the last deployment did not end.",
    "",
    "Take what is meant over into the program, or deploy again to undo what is not. " +
      `This was seen by [this run](${runUrl}); the issue is closed when a later one sees no difference.`,
    "",
    ...cut(tableRows(head, rows)),
  ].join("\n");
  return {
    marker: driftMarker(stack),
    label: DRIFT_LABEL,
    title: `Stack '${stack}' has drifted: ${summaryOf(changes)}`,
    body,
  };
}

/** As many lines as an issue takes. */
function cut(lines: readonly string[]): string[] {
  let length = 0;
  const kept = lines.filter((line) => {
    length += line.length + 1;
    return length <= LONGEST_BODY;
  });
  return kept.length === lines.length ? kept : [...kept, "", "The rest did not fit in."];
}
