import * as pulumi from "@pulumi/pulumi";
import type { ResourceType } from "@background-tasks/program/resources/resourceType.ts";
import { resourceTypes } from "@background-tasks/program/resources/resourceTypes.ts";
import { changed, shortName, type Breach } from "../fixtures/policy/breaches.ts";

/**
 * Makes the Pulumi program in this process register something else. A copy of the program calls it before it
 * registers anything.
 */
export function breakProgram(breach: Breach): void {
  if ("added" in breach) {
    const { type, name, properties, options } = breach.added;
    types[type] ??= PREVIEWED;
    new Added(type, name, { ...properties }, { protect: options.protect });
    return;
  }
  const { resource, path, to } = breach;
  const [part, ...rest] = path.split(".");
  pulumi.runtime.registerStackTransformation(({ type, name, props, opts }) => {
    if (shortName(type, name) !== resource) return undefined;
    return part === "options"
      ? { props, opts: changedInput(opts, rest, to) as pulumi.ResourceOptions }
      : { props: changedInput(props, rest, to) as object, opts };
  });
}

const types: Record<string, ResourceType> = resourceTypes;

/** What the local cloud does not have gets as far as the policy all the same, as it does with the real provider. */
const PREVIEWED: ResourceType = {
  replaceOn: [],
  nameInput: "",
  create: () => Promise.reject(new Error("It is for a preview.")),
  delete: () => Promise.reject(new Error("It is for a preview.")),
};

class Added extends pulumi.CustomResource {}

/** The same as `changed`, where parts of the value may be outputs. */
function changedInput(value: unknown, path: readonly string[], to: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return to;
  if (pulumi.Output.isInstance(value)) return value.apply((known) => changed(known, path, to));
  const inner = (value as Record<string, unknown> | undefined)?.[key];
  return changed(value, [key], changedInput(inner, rest, to));
}
