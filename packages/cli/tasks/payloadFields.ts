import type { z } from "zod";
import { guessedPayload } from "./examplePayload.ts";
import {
  formsOf,
  itemOf,
  payloadSchema,
  schemaOf,
  typesOf,
  type JsonSchema,
} from "./payloadSchema.ts";

/** A field of a payload, as a person is told of it. */
export interface PayloadField {
  /** `address.city`, `items[].id`, `prices.*`; empty for a payload that is no object. */
  readonly path: string;
  /** `string, email`, `list of 1 to 500`. */
  readonly type: string;
  /** `required`, `optional`, or its default; empty for what is part of another. */
  readonly need: string;
  /** What its schema says that it is, or must be. */
  readonly note: string;
}

/** The fields of a task's payload, each after the one that it is part of. */
export function payloadFields(payload: z.ZodType): PayloadField[] {
  const schema = payloadSchema(payload);
  // What JSON Schema cannot say, such as the rule behind a pattern, the schema says of a wrong guess.
  const issues = payload.safeParse(guessedPayload(schema)).error?.issues ?? [];
  const rules = new Map(issues.map(({ path, message }) => [pathOf(path), message]));
  return fieldsBelow("", schema, "").map((field) => ({
    ...field,
    note: [field.note, rules.get(field.path) ?? ""].filter((text) => text !== "").join("; "),
  }));
}

function pathOf(path: readonly PropertyKey[]): string {
  return path.reduce<string>((whole, key) => {
    return typeof key === "number" ? `${whole}[]` : join(whole, String(key));
  }, "");
}

function join(path: string, key: string): string {
  return path === "" ? key : `${path}.${key}`;
}

function fieldsBelow(path: string, schema: JsonSchema, need: string): PayloadField[] {
  const { description: note = "", properties, required = [], additionalProperties } = schema;
  const isRoot = path === "" && properties !== undefined;
  return [
    ...(isRoot ? [] : [{ path, type: typeText(schema), need, note }]),
    ...Object.entries(properties ?? {}).flatMap(([key, part]) =>
      fieldsBelow(join(path, key), schemaOf(part), needOf(schemaOf(part), required.includes(key))),
    ),
    ...(typeof additionalProperties === "object" && Object.keys(additionalProperties).length > 0
      ? fieldsBelow(join(path, "*"), additionalProperties, "")
      : []),
    ...(isPlain(itemOf(schema)) ? [] : fieldsBelow(`${path}[]`, itemOf(schema), "")),
    ...(schema.prefixItems ?? []).flatMap((part, i) =>
      fieldsBelow(`${path}[${i}]`, schemaOf(part), ""),
    ),
    ...formsOf(schema).flatMap((form, i) =>
      form.properties ? fieldsBelow(`${path}(${i + 1})`, form, "") : [],
    ),
  ];
}

/** Whether there is nothing to be said of a list's items: they may be anything, or there are none. */
function isPlain(item: JsonSchema): boolean {
  return Object.keys(item).length === 0;
}

function needOf(part: JsonSchema, isRequired: boolean): string {
  if (part.default !== undefined) return `default: ${JSON.stringify(part.default)}`;
  return isRequired ? "required" : "optional";
}

function typeText(schema: JsonSchema): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" or ");
  const forms = formsOf(schema);
  if (forms.length > 0) return [...new Set(forms.map(typeText))].join(" or ");
  const type = typesOf(schema)
    .map((one) => TYPES[one] ?? one)
    .join(" or ");
  if (type === "") return "anything";
  if (type === "list") return `list${range(" of ", schema.minItems, schema.maxItems)}`;
  if (schema.format !== undefined) return `${type}, ${schema.format}`;
  if (type.startsWith("string")) {
    return type + range(", ", schema.minLength, schema.maxLength, " characters");
  }
  return type + range(", ", schema.minimum, schema.maximum);
}

const TYPES: Readonly<Record<string, string>> = { array: "list", integer: "whole number" };

/** `, 1 to 200 characters`; nothing where there are no bounds, or none but those of the whole numbers there are. */
function range(before: string, min?: number, max?: number, unit = ""): string {
  const least = min === undefined || min === Number.MIN_SAFE_INTEGER ? undefined : min;
  const most = max === undefined || max === Number.MAX_SAFE_INTEGER ? undefined : max;
  if (least === undefined && most === undefined) return "";
  if (most === undefined) return `${before}at least ${least}${unit}`;
  if (least === undefined) return `${before}at most ${most}${unit}`;
  return `${before}${least} to ${most}${unit}`;
}
