import type { z } from "zod";
import { issueWords } from "../../tasks/contract/issueWords.ts";
import { alternatives } from "../../tasks/contract/knownNames.ts";
import type { Place } from "./places.ts";

/** How the schemas of the configuration are asked, so that `describeIssues` has words for what is wrong. */
export const IN_WORDS = {
  error: issueWords((key, known) => (known ? alternatives(key, "settings", known) : "")),
};

/**
 * What a schema found wrong, one sentence each: the file and the path of the setting, its value in quotes, and
 * the schema's own message, which states the rule.
 */
export function describeIssues(
  place: Place,
  value: unknown,
  issues: readonly z.core.$ZodIssue[],
): string[] {
  return issues.flatMap((issue) => {
    const path = issue.path.map(String);
    if (issue.code === "unrecognized_keys") {
      const rest = issue.message.split("\n");
      return issue.keys.map((key, i) =>
        `${place([...path, key])} is no setting. ${rest[i] ?? ""}`.trimEnd(),
      );
    }
    const found = issue.path.reduce<unknown>(child, value);
    const is = found === undefined ? "is not set" : `is ${quote(found)}`;
    return [`${place(path)} ${is}; ${issue.message.replace(/\.$/, "")}.`];
  });
}

/** A value as an error shows it. */
export function quote(value: unknown): string {
  return typeof value === "string" ? `'${value}'` : JSON.stringify(value);
}

function child(value: unknown, key: PropertyKey): unknown {
  return typeof value === "object" && value !== null
    ? new Map<PropertyKey, unknown>(Object.entries(value)).get(String(key))
    : undefined;
}
