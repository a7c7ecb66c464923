import * as z from "zod";

/*
 * Fields of payloads that are told to nobody: `z.string().meta({ sensitive: true })`.
 */

/** What is told in the place of a sensitive value. */
export const HIDDEN = "[hidden]";

type JsonSchema = z.core.JSONSchema.BaseSchema;

/** What JSON Schema has `true` for. */
const ANYTHING: JsonSchema = {};

/** What of a payload is sensitive. */
export interface Sensitive {
  /** Whether the schema has any such field. */
  readonly isAny: boolean;
  /**
   * A payload with `[hidden]` in the place of what is sensitive. Where its form is not that of the schema, so
   * that nobody knows what is what, the whole of the value that is different is hidden.
   */
  readonly hide: (payload: unknown) => unknown;
  /** The sensitive texts and numbers in a payload. */
  readonly valuesIn: (payload: unknown) => ReadonlySet<string>;
}

/**
 * Reads off a task's schema what of its payloads is sensitive. Of a schema that cannot be written as JSON Schema
 * nobody knows: all is.
 */
export function sensitiveParts(schema: z.ZodType): Sensitive {
  const root = jsonSchemaOf(schema);
  const definitions = root.$defs ?? {};
  const known = new Map<JsonSchema, boolean>();
  const resolved = new Map<JsonSchema, JsonSchema>();

  function resolve(part: JsonSchema): JsonSchema {
    const { $ref: reference, ...rest } = part;
    if (reference === undefined) return part;
    const target = reference === "#" ? root : definitions[reference.replace("#/$defs/", "")];
    return { ...target, ...rest };
  }

  /** Whether it, or anything below it, is sensitive. */
  function isSensitive(part: JsonSchema): boolean {
    const before = known.get(part);
    if (before !== undefined) return before;
    const seen = new Set<JsonSchema>();
    const isBelow = (one: JsonSchema): boolean => {
      // A schema may hold itself.
      if (seen.has(one)) return false;
      seen.add(one);
      return one["sensitive"] === true || partsOf(one).some((below) => isBelow(cached(below)));
    };
    const is = isBelow(part);
    known.set(part, is);
    return is;
  }

  function visit(
    given: JsonSchema | boolean | undefined,
    value: unknown,
    hidden: (value: unknown) => unknown,
  ): unknown {
    const part = cached(given);
    if (part["sensitive"] === true) return value === undefined ? value : hidden(value);
    if (value === undefined || value === null || !isSensitive(part)) return value;
    const forms = [...(part.anyOf ?? []), ...(part.oneOf ?? []), ...(part.allOf ?? [])];
    const whole = forms.reduce<unknown>((rest, form) => visit(form, rest, hidden), value);
    if (Array.isArray(whole) && (part.items !== undefined || part.prefixItems !== undefined)) {
      const items = Array.isArray(part.items) ? part.items : (part.prefixItems ?? []);
      const rest = Array.isArray(part.items) ? undefined : part.items;
      return whole.map((one, i) => visit(items[i] ?? rest, one, hidden));
    }
    if (typeof whole === "object" && whole !== null && !Array.isArray(whole)) {
      return Object.fromEntries(
        Object.entries(whole).map(([key, one]) => [
          key,
          visit(part.properties?.[key] ?? part.additionalProperties, one, hidden),
        ]),
      );
    }
    return whole === HIDDEN || forms.length > 0 ? whole : hidden(whole);
  }

  /** One object for each part, by which it is known again. */
  function cached(part: JsonSchema | boolean | undefined): JsonSchema {
    if (typeof part !== "object") return ANYTHING;
    const found = resolved.get(part) ?? resolve(part);
    resolved.set(part, found);
    return found;
  }

  return {
    isAny: isSensitive(root),
    hide: (payload) => visit(root, payload, () => HIDDEN),
    valuesIn(payload) {
      const values = new Set<string>();
      visit(root, payload, (value) => {
        collect(value, values);
        return HIDDEN;
      });
      return values;
    },
  };
}

function jsonSchemaOf(schema: z.ZodType): JsonSchema {
  try {
    return z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
  } catch {
    return { sensitive: true };
  }
}

function partsOf(part: JsonSchema): (JsonSchema | boolean | undefined)[] {
  const items = Array.isArray(part.items) ? part.items : [part.items];
  return [
    ...Object.values(part.properties ?? {}),
    ...items,
    ...(part.prefixItems ?? []),
    part.additionalProperties,
    ...(part.anyOf ?? []),
    ...(part.oneOf ?? []),
    ...(part.allOf ?? []),
  ];
}

function collect(value: unknown, values: Set<string>): void {
  if (typeof value === "string" || typeof value === "number") values.add(String(value));
  else if (typeof value === "object" && value !== null) {
    for (const one of Object.values(value)) collect(one, values);
  }
}
