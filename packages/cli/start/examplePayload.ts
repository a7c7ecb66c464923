import { z } from "zod";
import type { Contract } from "../../../tasks/contract/contract.ts";

/** A task to try a stack with: the first of its contract for which an example payload can be made. */
export function exampleTask(
  tasks: Contract["tasks"],
): { readonly task: string; readonly payload: unknown } | undefined {
  for (const [task, { payload: schema }] of Object.entries(tasks)) {
    const payload = exampleOf(z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }));
    if (schema.safeParse(payload).success) return { task, payload };
  }
  return undefined;
}

type JsonSchema = z.core.JSONSchema.BaseSchema;

/** A value of the form that a JSON Schema asks for, as far as its own examples and a few guesses go. */
function exampleOf(schema: JsonSchema | boolean | undefined, name = "text"): unknown {
  if (schema === undefined || typeof schema === "boolean") return null;
  const given: unknown = schema.const ?? schema.default ?? schema.examples?.[0] ?? schema.enum?.[0];
  if (given !== undefined) return given;
  const choice = schema.anyOf ?? schema.oneOf;
  if (choice) return exampleOf(choice[0], name);
  switch (schema.type) {
    case "object": {
      const { properties = {}, required = [] } = schema;
      return Object.fromEntries(required.map((key) => [key, exampleOf(properties[key], key)]));
    }
    case "array":
      return (schema.minItems ?? 0) > 0 ? [exampleOf(firstItem(schema), name)] : [];
    case "boolean":
      return true;
    case "integer":
    case "number":
      return schema.minimum ?? 1;
    case "string":
      return BY_FORMAT[schema.format ?? ""] ?? name;
    default:
      return null;
  }
}

function firstItem({ items }: JsonSchema): JsonSchema | boolean | undefined {
  return Array.isArray(items) ? items[0] : items;
}

const BY_FORMAT: Readonly<Record<string, string>> = {
  email: "you@example.com",
  uri: "https://example.com/",
  date: "2027-01-31",
  "date-time": "2027-01-31T09:00:00Z",
  time: "09:00:00",
  uuid: "3f0c8a4e-5b1d-4c7e-9a2f-6d8b1e0c4a75",
  ipv4: "192.0.2.1",
};
