import type { JsonSchema } from "./contract.ts";

/** What bounds of `after` refuse that `before` accepted, a sentence each. */
export function bounds(before: JsonSchema, after: JsonSchema): string[] {
  return [
    ...LEAST.flatMap((key) => {
      const now = after[key];
      const old = before[key] ?? (key.startsWith("min") && key !== "minimum" ? 0 : -Infinity);
      if (typeof now !== "number" || (typeof old === "number" && now <= old)) return [];
      return [change(key, before[key], now)];
    }),
    ...MOST.flatMap((key) => {
      const now = after[key];
      const old = before[key] ?? Infinity;
      if (typeof now !== "number" || (typeof old === "number" && now >= old)) return [];
      return [change(key, before[key], now)];
    }),
    ...SAME.flatMap((key) => {
      if (after[key] === undefined || after[key] === before[key]) return [];
      return [change(key, before[key], after[key])];
    }),
  ];
}

const LEAST = ["minLength", "minItems", "minProperties", "minimum", "exclusiveMinimum"];
const MOST = ["maxLength", "maxItems", "maxProperties", "maximum", "exclusiveMaximum"];
/** Nobody can say which of two accepts more. */
const SAME = ["pattern", "format", "multipleOf", "uniqueItems", "contentEncoding"];

function change(key: string, before: unknown, after: unknown): string {
  const now = `its '${key}' is ${JSON.stringify(after)} now`;
  return before === undefined
    ? `${now}; it had none.`
    : `${now}; it was ${JSON.stringify(before)}.`;
}
