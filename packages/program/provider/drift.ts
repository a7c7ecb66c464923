import { isDeepStrictEqual } from "node:util";
import type { Properties } from "../resources/resourceType.ts";

/**
 * A resource's inputs as they would be if the program had asked for what is there now. Only what changed
 * since it was `recorded` is taken over: Google fills in what a program leaves out and writes durations in
 * its own way, and neither is a change.
 */
export function driftedInputs(
  inputs: Properties,
  recorded: Properties,
  settable: Properties,
): Properties {
  const drifted = drift(inputs, recorded, settable);
  return isMapping(drifted) ? drifted : inputs;
}

function drift(input: unknown, recorded: unknown, live: unknown): unknown {
  if (isDeepStrictEqual(recorded, live)) return input;
  if (isMapping(input) && isMapping(recorded) && isMapping(live)) {
    const keys = new Set([...Object.keys(input), ...Object.keys(live)]);
    return Object.fromEntries(
      [...keys]
        .map((key) => [key, drift(input[key], recorded[key], live[key])])
        .filter(([, value]) => value !== undefined),
    );
  }
  if (Array.isArray(input) && Array.isArray(recorded) && Array.isArray(live)) {
    if (input.length === live.length && recorded.length === live.length) {
      return input.map((value: unknown, index) => drift(value, recorded[index], live[index]));
    }
  }
  return live;
}

function isMapping(value: unknown): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
