import { isDeepStrictEqual } from "node:util";
import { bounds } from "./bounds.ts";
import type { JsonSchema } from "./contract.ts";
import { list, schemaAt, schemasAt, typesOf } from "./jsonSchema.ts";

/** A way in which a schema refuses what an earlier one accepted. */
export interface Narrowing {
  /** Such as `to`, `recipients[]`, `headers.*`; empty for the payload itself. */
  readonly path: string;
  readonly kind: "required" | "removed" | "narrowed";
  /** A sentence. */
  readonly why: string;
}

/**
 * Where `after` refuses values that `before` accepted. It judges by the schemas alone, on the safe side: a
 * pattern that changed counts as narrower. Refinements and transformations do not show in a JSON Schema.
 */
export function narrowings(before: JsonSchema, after: JsonSchema, path = ""): Narrowing[] {
  if (isDeepStrictEqual(before, after) || acceptsAll(after)) return [];
  if (before["$ref"] !== undefined || after["$ref"] !== undefined) {
    return [narrowed(path, "it refers to another schema now, which cannot be compared.")];
  }
  const old = alternatives(before);
  const now = alternatives(after);
  if (old.length > 1 || now.length > 1) return unionNarrowings(old, now, path);
  const both = after["allOf"];
  if (both !== undefined && !isDeepStrictEqual(both, before["allOf"])) {
    return schemasAt(after, "allOf").flatMap((part) => narrowings(before, part, path));
  }
  return [
    ...typeNarrowings(before, after, path),
    ...valueNarrowings(before, after, path),
    ...bounds(before, after).map((why) => narrowed(path, why)),
    ...itemNarrowings(before, after, path),
    ...objectNarrowings(before, after, path),
  ];
}

function narrowed(path: string, why: string): Narrowing {
  return { path, kind: "narrowed", why };
}

/** A schema that says nothing of the value; notes such as a description say nothing. */
function acceptsAll(schema: JsonSchema): boolean {
  return Object.keys(schema).every((key) => NOTES.has(key));
}

const NOTES = new Set(["$schema", "$defs", "title", "description", "default", "examples", "id"]);

function alternatives(schema: JsonSchema): readonly JsonSchema[] {
  const key = schema["anyOf"] === undefined ? "oneOf" : "anyOf";
  return schema[key] === undefined ? [schema] : schemasAt(schema, key);
}

/** Each form that was accepted must be accepted by one of the forms that are. */
function unionNarrowings(
  before: readonly JsonSchema[],
  after: readonly JsonSchema[],
  path: string,
): Narrowing[] {
  return before.flatMap((form) => {
    const attempts = after.map((other) => narrowings(form, other, path));
    // The form that comes nearest says best what is missing.
    return attempts.reduce((best, one) => (one.length < best.length ? one : best));
  });
}

function typeNarrowings(before: JsonSchema, after: JsonSchema, path: string): Narrowing[] {
  const now = typesOf(after);
  if (now.length === 0) return [];
  const old = typesOf(before);
  if (old.length === 0)
    return [narrowed(path, `it must be ${list(now)} now; it could be anything.`)];
  const refused = old.filter(
    (type) => !now.includes(type) && !(type === "integer" && now.includes("number")),
  );
  if (refused.length === 0) return [];
  return [narrowed(path, `it could be ${list(refused)} and must be ${list(now)} now.`)];
}

function valueNarrowings(before: JsonSchema, after: JsonSchema, path: string): Narrowing[] {
  const now = valuesOf(after);
  if (!now) return [];
  const old = valuesOf(before);
  const accepted = now.map((value) => JSON.stringify(value)).join(", ");
  if (!old) return [narrowed(path, `it must be one of ${accepted} now.`)];
  const refused = old.filter((value) => !now.some((other) => isDeepStrictEqual(value, other)));
  if (refused.length === 0) return [];
  const lost = refused.map((value) => JSON.stringify(value)).join(", ");
  return [narrowed(path, `${lost} is no longer accepted; accepted are ${accepted}.`)];
}

function valuesOf(schema: JsonSchema): readonly unknown[] | undefined {
  if ("const" in schema) return [schema["const"]];
  const values = schema["enum"];
  return Array.isArray(values) ? values : undefined;
}

function itemNarrowings(before: JsonSchema, after: JsonSchema, path: string): Narrowing[] {
  const old = schemasAt(before, "prefixItems");
  const now = schemasAt(after, "prefixItems");
  const each = schemaAt(after, "items");
  return [
    ...now.flatMap((item, i) =>
      narrowings(old[i] ?? schemaAt(before, "items") ?? {}, item, `${path}[${i}]`),
    ),
    ...old
      .slice(now.length)
      .flatMap((item, i) => (each ? narrowings(item, each, `${path}[${now.length + i}]`) : [])),
    ...(each ? narrowings(schemaAt(before, "items") ?? {}, each, `${path}[]`) : []),
  ];
}

function objectNarrowings(before: JsonSchema, after: JsonSchema, path: string): Narrowing[] {
  const old = schemaAt(before, "properties") ?? {};
  const now = schemaAt(after, "properties") ?? {};
  const others = after["additionalProperties"];
  const at = (key: string): string => (path === "" ? key : `${path}.${key}`);
  const kept = Object.keys(old).flatMap((key): Narrowing[] => {
    const field = schemaAt(old, key) ?? {};
    const next = schemaAt(now, key) ?? schemaAt(after, "additionalProperties");
    if (next) return narrowings(field, next, at(key));
    if (others !== false) return [];
    return [{ path: at(key), kind: "removed", why: "it is removed." }];
  });
  return [...requiredNarrowings(before, after, at), ...kept, ...otherKeys(before, after, path)];
}

function requiredNarrowings(
  before: JsonSchema,
  after: JsonSchema,
  at: (key: string) => string,
): Narrowing[] {
  const required = (schema: JsonSchema): readonly unknown[] =>
    Array.isArray(schema["required"]) ? schema["required"] : [];
  const known = schemaAt(before, "properties") ?? {};
  return required(after)
    .map(String)
    .filter((key) => !required(before).includes(key))
    .map((key) => ({
      path: at(key),
      kind: "required",
      why: key in known ? "it was optional and is required now." : "it is new and required.",
    }));
}

/** The keys that no property names. */
function otherKeys(before: JsonSchema, after: JsonSchema, path: string): Narrowing[] {
  const old = before["additionalProperties"];
  const now = after["additionalProperties"];
  const names = schemaAt(after, "propertyNames");
  return [
    ...(now === false && old !== false && typesOf(before).includes("object")
      ? [narrowed(path, "fields that the schema does not name are refused now.")]
      : []),
    ...(typeof now === "object" && old !== false
      ? narrowings(schemaAt(before, "additionalProperties") ?? {}, now as JsonSchema, `${path}.*`)
      : []),
    ...(names && old !== false
      ? narrowings(schemaAt(before, "propertyNames") ?? {}, names, `the names of ${path}.*`)
      : []),
  ];
}
