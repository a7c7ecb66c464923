import { isDeepStrictEqual } from "node:util";
import type { Properties, ResourceType } from "../resourceType.ts";

/** What a change of a resource's inputs comes to. */
export interface Diff {
  /** The inputs that differ. */
  readonly changed: readonly string[];
  /** Those of them that make a new resource. */
  readonly replaces: readonly string[];
  /** Whether the old one must go first: two of one name cannot stand side by side. */
  readonly deleteBeforeReplace: boolean;
}

/** Compares a resource's inputs with the program's. A value that is not known yet counts as a new one. */
export function diffInputs(type: ResourceType, old: Properties, inputs: Properties): Diff {
  const changed = [...new Set([...Object.keys(old), ...Object.keys(inputs)])].filter(
    (name) => !isDeepStrictEqual(old[name], inputs[name]),
  );
  const replaces = type.update ? changed.filter((name) => type.replaceOn.includes(name)) : changed;
  const { nameInput } = type;
  return {
    changed,
    replaces,
    deleteBeforeReplace: nameInput !== "" && old[nameInput] === inputs[nameInput],
  };
}
