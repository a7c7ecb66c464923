import type { z } from "zod";

/**
 * What a schema found wrong, one sentence each: the full path of the setting, its value in quotes, and
 * the schema's own message, which states the rule.
 */
export function describeIssues(
  path: string,
  value: unknown,
  issues: readonly z.core.$ZodIssue[],
): string[] {
  return issues.flatMap((issue) => {
    const place = [...(path === "" ? [] : [path]), ...issue.path.map(String)];
    const at = place.join(".");
    if (issue.code === "unrecognized_keys") {
      return issue.keys.map(
        (key) => `Unknown setting '${[...place, key].join(".")}'; ${issue.message}.`,
      );
    }
    const found = issue.path.reduce<unknown>(child, value);
    if (found === undefined) return [`'${at}' is not set; ${issue.message}.`];
    return [`'${at}' is ${quote(found)}; ${issue.message}.`];
  });
}

/** A value as an error shows it. */
export function quote(value: unknown): string {
  return typeof value === "string" ? `'${value}'` : JSON.stringify(value);
}

/** Names as an error lists them. */
export function list(names: Iterable<string>): string {
  return [...names].map((name) => `'${name}'`).join(", ");
}

function child(value: unknown, key: PropertyKey): unknown {
  return typeof value === "object" && value !== null
    ? new Map<PropertyKey, unknown>(Object.entries(value)).get(String(key))
    : undefined;
}
