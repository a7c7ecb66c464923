import type { Resource } from "../../policy/resource.ts";

/** A resource as the rules see it. */
export function resource(
  type: string,
  name: string,
  properties: Record<string, unknown>,
  options: Resource["options"] = { protect: false, retainOnDelete: false },
): Resource {
  return { type, name, properties, options };
}
