import type { InputChange, ResourceChange } from "./report.ts";
import { shownInputs } from "./shownInputs.ts";

/**
 * The inputs that a review shows of a change: those that are shown of it anywhere, but an entry of the worker's table of
 * queues that came or went in one line, and of an alert policy that it watches something else, not the expressions.
 */
export function reviewedInputs(change: ResourceChange): readonly InputChange[] {
  const inputs = withEntries(shownInputs(change));
  const others = inputs.filter((input) => !isAlertText(change, input));
  if (others.length === inputs.length) return inputs;
  const isExpression = alertExpressions(change).length > 0;
  const told = isExpression
    ? { path: "conditions", after: "another expression" }
    : { path: "documentation.content", after: "another text" };
  return [told, ...others];
}

/** The expressions of an alert policy that is changed, as they are now. */
export function alertExpressions(change: ResourceChange): readonly InputChange[] {
  return change.operation === "create" || change.operation === "delete"
    ? []
    : change.inputs.filter(
        (input) => isAlertText(change, input) && input.path.startsWith("conditions."),
      );
}

function isAlertText({ type }: ResourceChange, { path }: InputChange): boolean {
  return type === ALERT_POLICY && ALERT_TEXT.test(path);
}

const ALERT_POLICY = "gcp:monitoring/alertPolicy:AlertPolicy";

const ALERT_TEXT = /^(?:conditions\.\d+\..*\.(?:query|filter)|documentation\.content)$/;

/** What is told of an entry that came or went as a whole, in the place of its members. */
function withEntries(inputs: readonly InputChange[]): readonly InputChange[] {
  const entries = Map.groupBy(inputs, ({ path }) => TABLE_ENTRY.exec(path)?.[0] ?? path);
  return [...entries].flatMap(([entry, own]) => {
    // Each entry has a name, which is that of its queue.
    if (!own.some(({ path }) => path === `${entry}.name`)) return own;
    if (own.every(({ before }) => before === undefined)) return [{ path: entry, after: "added" }];
    if (own.every(({ after }) => after === undefined)) return [{ path: entry, after: "removed" }];
    return own;
  });
}

const TABLE_ENTRY = /^.*\.TASKS_QUEUES\.value\.[^.]+(?=\.)/;
