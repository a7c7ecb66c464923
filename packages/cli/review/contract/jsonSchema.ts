import type { JsonSchema } from "./contract.ts";

/** The schema at a key, if there is one. */
export function schemaAt(schema: JsonSchema, key: string): JsonSchema | undefined {
  const value = schema[key];
  return isSchema(value) ? value : undefined;
}

/** The list of schemas at a key. */
export function schemasAt(schema: JsonSchema, key: string): readonly JsonSchema[] {
  const value = schema[key];
  return Array.isArray(value) ? value.filter(isSchema) : [];
}

/** The types that a value may have; none where the schema does not say. */
export function typesOf({ type }: JsonSchema): readonly string[] {
  if (type === undefined) return [];
  return (Array.isArray(type) ? type : [type]).map(String);
}

/** `'string' or 'null'`. */
export function list(names: readonly string[]): string {
  return names.map((name) => `'${name}'`).join(" or ");
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
