import * as pulumi from "@pulumi/pulumi";
import { changed, shortName, type Breach } from "../fixtures/policy/breaches.ts";

/**
 * Makes the Pulumi program in this process register something else. A copy of the program calls it before it
 * registers anything.
 */
export function breakProgram(breach: Breach): void {
  if ("added" in breach) {
    const { type, name, properties, options } = breach.added;
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

class Added extends pulumi.CustomResource {}

/** The same as `changed`, where parts of the value may be outputs. */
function changedInput(value: unknown, path: readonly string[], to: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return to;
  if (pulumi.Output.isInstance(value)) return value.apply((known) => changed(known, path, to));
  const inner = (value as Record<string, unknown> | undefined)?.[key];
  return changed(value, [key], changedInput(inner, rest, to));
}
