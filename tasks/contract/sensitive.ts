import * as z from "zod";

/*
 * Fields of payloads that are told to nobody: `z.string().meta({ sensitive: true })`.
 */

/** What is told in the place of a sensitive value. */
export const HIDDEN = "[hidden]";

type JsonSchema = z.core.JSONSchema.BaseSchema;

/** What JSON Schema has `true` for. */
const ANYTHING: JsonSchema = {};

/** Whether an object's schema has a field. */
type Known = (key: string) => boolean;

const either =
  (one: Known | undefined, other: Known): Known =>
  (key) =>
    one?.(key) === true || other(key);

/** What of a payload is sensitive. */
export interface Sensitive {
  /** Whether the schema has any such field. */
  readonly isAny: boolean;
  /**
   * A payload with `[hidden]` in the place of what is sensitive. Where its form is not that of the schema, so
   * that nobody knows what is what, the whole of the value that is different is hidden: so is a field that the
   * schema does not have, beside one that is sensitive. It may be that one, misspelt.
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
    // What else is known of an object, where this is one of its forms.
    elsewhere?: Known,
  ): unknown {
    const part = cached(given);
    if (part["sensitive"] === true) return value === undefined ? value : hidden(value);
    if (value === undefined || value === null || !isSensitive(part)) return value;
    const forms = [...(part.anyOf ?? []), ...(part.oneOf ?? []), ...(part.allOf ?? [])];
    const isKnown = either(elsewhere, knownOf(part));
    const whole = forms.reduce<unknown>((rest, form) => visit(form, rest, hidden, isKnown), value);
    if (Array.isArray(whole) && (part.items !== undefined || part.prefixItems !== undefined)) {
      const items = Array.isArray(part.items) ? part.items : (part.prefixItems ?? []);
      const rest = Array.isArray(part.items) ? undefined : part.items;
      return whole.map((one, i) => {
        const item = items[i] ?? rest;
        return typeof item !== "object" && !elsewhere ? hidden(one) : visit(item, one, hidden);
      });
    }
    if (typeof whole === "object" && whole !== null && !Array.isArray(whole)) {
      return Object.fromEntries(
        Object.entries(whole).map(([key, one]) => [
          key,
          isKnown(key)
            ? visit(part.properties?.[key] ?? part.additionalProperties, one, hidden)
            : hidden(one),
        ]),
      );
    }
    return whole === HIDDEN || forms.length > 0 ? whole : hidden(whole);
  }

  /** Which fields of an object its schema has, in whichever form. */
  function knownOf(part: JsonSchema): Known {
    const { properties = {}, additionalProperties: others } = part;
    const forms = [...(part.anyOf ?? []), ...(part.oneOf ?? []), ...(part.allOf ?? [])];
    // Any others may be there, or those of a form.
    const isRecord = typeof others === "object" && Object.keys(others).length > 0;
    return forms
      .map((form) => knownOf(cached(form)))
      .reduce(either, (key) => isRecord || Object.hasOwn(properties, key));
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

/** However deep it is. */
function collect(whole: unknown, values: Set<string>): void {
  const left = [whole];
  while (left.length > 0) {
    const value = left.pop();
    if (typeof value === "string" || typeof value === "number") values.add(String(value));
    else if (typeof value === "object" && value !== null) {
      for (const one of Object.values(value)) left.push(one);
    }
  }
}
