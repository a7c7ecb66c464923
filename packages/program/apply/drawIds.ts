import { createHash, randomBytes } from "node:crypto";
import type { Context } from "../resources/resourceType.ts";

/** How often another id is tried before chance has to do. */
const MAX_TRIES = 1000;

/**
 * Draws ids that are the same whenever a stack is made anew, so that whoever was told a name need not be told again.
 * None is drawn that the stack has had before: what was named by it may be gone, and its name not free yet.
 */
export function drawIds(stack: string, had: readonly string[]): NonNullable<Context["draw"]> {
  const taken = new Set(had);
  return (inputs, length) => {
    for (let n = 0; n < MAX_TRIES; n++) {
      const seed = JSON.stringify([stack, inputs, n]);
      const bytes = createHash("shake256", { outputLength: length }).update(seed).digest();
      const id = bytes.toString("base64url");
      if (taken.has(id)) continue;
      taken.add(id);
      return bytes;
    }
    return randomBytes(length);
  };
}
