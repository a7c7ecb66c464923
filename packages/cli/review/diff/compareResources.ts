import { isDeepStrictEqual } from "node:util";
import type { DeclaredResource } from "@background-tasks/program/declare/declared.ts";
import type { InputChange, ResourceChange } from "../report.ts";
import { changedLeaves } from "./changedLeaves.ts";

/** What is known of a resource type: which inputs cannot change in place. */
export interface Replacement {
  readonly replaceOn: readonly string[];
  /** Absent where nothing can change in place. */
  readonly update?: unknown;
}

/** What turns the resources of one program into those of another, resource by resource. */
export function compareResources(
  before: readonly DeclaredResource[],
  after: readonly DeclaredResource[],
  types: Readonly<Record<string, Replacement>>,
): ResourceChange[] {
  const old = new Map(before.map((resource) => [keyOf(resource), resource]));
  const kept = new Set(after.map(keyOf));
  const changes = [
    ...after.flatMap((resource) => changeOf(old.get(keyOf(resource)), resource, types)),
    ...before.filter((resource) => !kept.has(keyOf(resource))).map(deletion),
  ];
  // A program registers what does not depend on each other in any order.
  return changes.sort((a, b) => keyOf(a).localeCompare(keyOf(b)));
}

function changeOf(
  before: DeclaredResource | undefined,
  after: DeclaredResource,
  types: Readonly<Record<string, Replacement>>,
): ResourceChange[] {
  const { type, name } = after;
  if (!before) {
    const inputs = changedLeaves({}, after.inputs);
    return [{ operation: "create", type, name, inputs, replacedBy: [] }];
  }
  const inputs = changedLeaves(before.inputs, after.inputs);
  const all = [...inputs, ...changedOptions(before, after)];
  if (all.length === 0) return [];
  const replacedBy = inputsThatReplace(before, after, types[type]);
  const operation = replacedBy.length > 0 ? "replace" : "update";
  return [{ operation, type, name, inputs: all, replacedBy }];
}

function deletion({ type, name }: DeclaredResource): ResourceChange {
  return { operation: "delete", type, name, inputs: [], replacedBy: [] };
}

function inputsThatReplace(
  before: DeclaredResource,
  after: DeclaredResource,
  type: Replacement | undefined,
): string[] {
  const changed = [
    ...new Set([...Object.keys(before.inputs), ...Object.keys(after.inputs)]),
  ].filter((input) => !isDeepStrictEqual(before.inputs[input], after.inputs[input]));
  if (!type) return [];
  return type.update ? changed.filter((input) => type.replaceOn.includes(input)) : changed;
}

/** What guards a resource is no input, and matters as much. */
function changedOptions(before: DeclaredResource, after: DeclaredResource): InputChange[] {
  return (["protect", "retainOnDelete"] as const)
    .filter((option) => before.options[option] !== after.options[option])
    .map((option) => ({
      path: `(option) ${option}`,
      before: String(before.options[option]),
      after: String(after.options[option]),
    }));
}

function keyOf({ type, name }: { readonly type: string; readonly name: string }): string {
  return `${type} ${name}`;
}
