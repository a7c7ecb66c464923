import { z } from "zod";
import { UNKNOWN, type Resource } from "../../../policy/resource.ts";

const exportedStack = z.object({
  deployment: z.object({
    resources: z
      .array(
        z.object({
          urn: z.string(),
          type: z.string(),
          inputs: z.record(z.string(), z.unknown()).default({}),
          outputs: z.record(z.string(), z.unknown()).default({}),
          protect: z.boolean().default(false),
          retainOnDelete: z.boolean().default(false),
          /** It is replaced, and on its way out. */
          delete: z.boolean().default(false),
        }),
      )
      .default([]),
  }),
});

/**
 * The resources of a stack's state, as `pulumi stack export` writes it: what they came to, and nothing of it
 * unknown but secrets.
 */
export function deployedResources(exported: unknown): Resource[] {
  return exportedStack
    .parse(exported)
    .deployment.resources.filter((resource) => !resource.delete)
    .map(({ urn, type, inputs, outputs, protect, retainOnDelete }) => ({
      type,
      name: urn.split("::").at(-1) ?? urn,
      properties: withoutSecrets({ ...inputs, ...outputs }) as Record<string, unknown>,
      options: { protect, retainOnDelete },
    }));
}

/** What marks a value in the state that is encrypted. */
const SIGNATURE = "4dabf18193072939515e22adb298388d";

function withoutSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (typeof value !== "object" || value === null) return value;
  if (SIGNATURE in value) return UNKNOWN;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, withoutSecrets(one)]));
}
