import type { Contract } from "../../../../tasks/contract/contract.ts";
import { sensitiveParts } from "../../../../tasks/contract/sensitive.ts";
import { countOf } from "../../command/words.ts";
import { changedLeaves } from "../../review/diff/changedLeaves.ts";
import type { DeadLetter } from "../deadLetters/deadLetter.ts";
import { payloadOf } from "../deadLetters/selector.ts";

/** Changes that are told of one payload. */
const MOST = 20;

/**
 * What an edit changes of a dead letter's payload: `- to: "ada"` and `+ to: "ada@example.com"`. Sensitive values are
 * counted and not shown, unless they are to be revealed.
 */
export function payloadDiff(
  { tasks }: Pick<Contract, "tasks">,
  letter: DeadLetter,
  edited: Uint8Array,
  reveal: boolean,
): string[] {
  const before = payloadOf(letter);
  const after = payloadOf({ body: Buffer.from(edited), cutFrom: undefined });
  if (after === undefined)
    return ["  its payload becomes what is no JSON, or is nested too deep to be shown"];
  const name = letter.task ?? "";
  const schema = Object.hasOwn(tasks, name) ? tasks[name]?.payload : undefined;
  const all = changesOf(before, after);
  if (all.length === 0) return ["  nothing is changed"];
  const hide = reveal ? (payload: unknown) => payload : schema && sensitiveParts(schema).hide;
  const told = hide ? changesOf(hide(before), hide(after)) : [];
  const lines = told
    .slice(0, MOST)
    .flatMap(({ path, before: old, after: now }) => [
      ...(old === undefined ? [] : [`  - ${path}: ${old}`]),
      ...(now === undefined ? [] : [`  + ${path}: ${now}`]),
    ]);
  const more = told.length - MOST;
  if (more > 0) lines.push(`  and ${countOf(more, "change")} more`);
  const hidden = all.filter(({ path }) => !told.some((one) => one.path === path)).length;
  if (hidden > 0) lines.push(`  ${countOf(hidden, "value")} changed and not shown: '--reveal'`);
  return lines;
}

type Changes = ReturnType<typeof changedLeaves>;

function changesOf(before: unknown, after: unknown): Changes {
  return isObject(before) && isObject(after)
    ? changedLeaves(before, after)
    : changedLeaves({ payload: before }, { payload: after });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
