import { isDeepStrictEqual } from "node:util";
import { isInvented } from "./checkInputs.ts";
import type { Properties, ResourceType } from "../resources/resourceType.ts";

/** What a change of a resource's inputs comes to. */
export interface Diff {
  /** The inputs that differ. */
  readonly changed: readonly string[];
  /** Those of them that make a new resource. */
  readonly replaces: readonly string[];
  /** Whether the old one goes first, where the program does not say. The real provider goes by names alone. */
  readonly deleteBeforeReplace: boolean;
}

/**
 * Compares the inputs of a resource, which has that name in the program, with the program's. A value that is
 * not known yet counts as a new one.
 */
export function diffInputs(
  type: ResourceType,
  name: string,
  old: Properties,
  inputs: Properties,
): Diff {
  const changed = [...new Set([...Object.keys(old), ...Object.keys(inputs)])].filter(
    (input) => !isDeepStrictEqual(old[input], inputs[input]),
  );
  const replaces = type.update
    ? changed.filter((input) => type.replaceOn.includes(input))
    : changed;
  const { inventedName } = type;
  return {
    changed,
    replaces,
    deleteBeforeReplace: inventedName !== undefined && !isInvented(name, inputs[inventedName]),
  };
}
