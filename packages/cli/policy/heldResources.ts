import { z } from "zod";
import { UNKNOWN, type Resource } from "../../../policy/resource.ts";

const state = z.object({
  type: z.string(),
  urn: z.string(),
  inputs: z.record(z.string(), z.unknown()).default({}),
  outputs: z.record(z.string(), z.unknown()).default({}),
  protect: z.boolean().default(false),
  retainOnDelete: z.boolean().default(false),
});

/** What the engine tells of a resource that it has looked up. What is gone has nothing new. */
const lookedUp = z.object({
  resOutputsEvent: z.object({ metadata: z.object({ new: state.nullish() }) }),
});

/**
 * The resources of a stack as they are in the cloud, from the events of the engine's `refresh`: nothing of
 * them is unknown but secrets.
 */
export function heldResources(events: readonly unknown[]): Resource[] {
  return events
    .map((event) => lookedUp.safeParse(event).data?.resOutputsEvent.metadata.new)
    .filter((held) => held !== undefined && held !== null)
    .map(({ type, urn, inputs, outputs, protect, retainOnDelete }) => ({
      type,
      name: urn.split("::").at(-1) ?? urn,
      properties: withoutSecrets({ ...inputs, ...outputs }) as Record<string, unknown>,
      options: { protect, retainOnDelete },
    }));
}

/** What the engine writes in the place of a secret. */
const SECRET = "[secret]";

function withoutSecrets(value: unknown): unknown {
  if (value === SECRET) return UNKNOWN;
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, withoutSecrets(one)]));
}
