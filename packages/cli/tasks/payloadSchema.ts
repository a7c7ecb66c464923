import { z } from "zod";
import { schemeRule } from "../../../tasks/contract/issueWords.ts";

export type JsonSchema = z.core.JSONSchema.BaseSchema;

/**
 * What a payload may be, as JSON Schema: that which a producer gives. What JSON Schema cannot say may be anything; of the
 * schemes that a URL may have, its description tells.
 */
export function payloadSchema(payload: z.ZodType): JsonSchema {
  return z.toJSONSchema(payload, {
    io: "input",
    unrepresentable: "any",
    override({ zodSchema, jsonSchema }) {
      const rule = zodSchema instanceof z.ZodURL ? schemeRule(zodSchema) : undefined;
      if (rule === undefined) return;
      const { description = "" } = jsonSchema;
      if (description.endsWith(rule)) return;
      jsonSchema.description =
        description === "" ? rule : `${description.replace(/\.$/, "")}; ${rule}`;
    },
  });
}

/** The part of a schema, where it is one: JSON Schema has `true` and `false` in the place of some. */
export function schemaOf(part: JsonSchema | boolean | undefined): JsonSchema {
  return typeof part === "object" ? part : {};
}

/** What the items of a list are, where all are alike. */
export function itemOf({ items }: JsonSchema): JsonSchema {
  return schemaOf(Array.isArray(items) ? items[0] : items);
}

/** The forms of which a value may have any. */
export function formsOf({ anyOf, oneOf }: JsonSchema): readonly JsonSchema[] {
  return (anyOf ?? oneOf ?? []).map(schemaOf);
}

/** The types that a value may have. */
export function typesOf({ type }: JsonSchema): readonly string[] {
  if (type === undefined) return [];
  return Array.isArray(type) ? type : [type];
}
