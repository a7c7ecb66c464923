import { GoogleError } from "../api/googleError.ts";
import { groupMatch, PatternError, type MatchBudget } from "../filter/pattern.ts";
import { entryField } from "./entryField.ts";
import type { LogEntry } from "./logEntry.ts";

/** What is taken out of an entry; `undefined` where it is not there. */
export type Extract = (entry: LogEntry) => string | undefined;

const EXTRACT = /^\s*EXTRACT\(\s*(?<field>\S(?:.*\S)?)\s*\)\s*$/s;
const REGEXP_EXTRACT =
  /^\s*REGEXP_EXTRACT\(\s*(?<field>[^,\s](?:[^,]*[^,\s])?)\s*,\s*"(?<pattern>(?:[^"\\]|\\.)*)"\s*\)\s*$/s;

/**
 * Reads an extractor of a log-based metric: `EXTRACT(field)` or `REGEXP_EXTRACT(field, "a (group)")`. Throws
 * INVALID_ARGUMENT for what is none.
 */
export function extractor(text: string, budget: MatchBudget): Extract {
  const { field: name = "", pattern } =
    (EXTRACT.exec(text) ?? REGEXP_EXTRACT.exec(text))?.groups ?? {};
  const field = entryField(name);
  if (!field) throw invalid(text, "it must be EXTRACT(field) or REGEXP_EXTRACT(field, regex)");
  const find = pattern === undefined ? undefined : finder(text, pattern, budget);
  return (entry) => {
    const [value] = field.valuesOf(entry);
    if (value === undefined) return undefined;
    const shown = typeof value === "string" ? value : JSON.stringify(value);
    return find ? find(shown) : shown;
  };
}

function finder(
  text: string,
  pattern: string,
  budget: MatchBudget,
): (value: string) => string | undefined {
  try {
    // In quotes, a backslash is written twice, or once where it escapes no quote.
    return groupMatch(pattern.replace(/\\(["\\])/g, "$1"), budget);
  } catch (error) {
    if (error instanceof PatternError) throw invalid(text, error.message);
    throw error;
  }
}

function invalid(text: string, why: string): GoogleError {
  return new GoogleError("INVALID_ARGUMENT", `Invalid extractor '${text}': ${why}`);
}
