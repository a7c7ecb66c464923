import { GoogleError } from "../api/googleError.ts";
import { PatternError, type MatchBudget } from "../filter/pattern.ts";
import type { Demands } from "./demands.ts";
import { entryFilter } from "./entryFilter.ts";
import { extractor } from "./labelExtractor.ts";
import type { LogEntry } from "./logEntry.ts";

/** What is asked of entries, and taken out of those that match. */
export interface EntryMatch {
  readonly demands: Demands;
  /** The labels that are taken out of an entry, in the order of their keys; `undefined` of one that does not match. */
  readonly labelsOf: (entry: LogEntry) => Labels | undefined;
}

export type Labels = Readonly<Record<string, string>>;

/** How long the regular expressions may take with one entry. */
const BUDGET_MS = 100;

/**
 * Reads a filter and the extractors of labels, by label. Throws INVALID_ARGUMENT for one that is none. An entry with
 * which its expressions take too long does not match: whoever writes it has no part in that.
 */
export function entryMatch(filter: string, extractors: Labels): EntryMatch {
  const budget: MatchBudget = { leftMs: BUDGET_MS };
  const { matches, demands } = entryFilter(filter, budget);
  const labels = Object.entries(extractors)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, text]) => [key, extractor(text, budget)] as const);
  return {
    demands,
    labelsOf: (entry) =>
      withinBudget(budget, () => {
        if (!matches(entry)) return undefined;
        return Object.fromEntries(labels.map(([key, extract]) => [key, extract(entry) ?? ""]));
      }),
  };
}

/** What `work` makes with a whole budget; `undefined` where it takes longer. */
export function withinBudget<T>(budget: MatchBudget, work: () => T): T | undefined {
  budget.leftMs = BUDGET_MS;
  try {
    return work();
  } catch (error) {
    if (error instanceof GoogleError || error instanceof PatternError) return undefined;
    throw error;
  }
}
