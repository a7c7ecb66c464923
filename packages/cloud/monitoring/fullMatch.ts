import vm from "node:vm";

/** A pattern that cannot be used, with the reason as a sentence. */
export class PatternError extends Error {}

/** How long all matches of a filter may still take. */
export interface MatchBudget {
  leftMs: number;
}

/** How long one match may take: what a filter needs takes a tenth of a millisecond. */
const MAX_MATCH_MS = 100;

const MATCH = new vm.Script("pattern.test(value)");

/** Google's expressions are RE2's, which have neither of these. */
const NOT_IN_RE2 = /(?<!\\)(?:\(\?<?[=!]|\\[1-9k])/;

/**
 * Whether a value matches all of a regular expression. Throws `PatternError` for one that is not valid,
 * and, as the expression comes from a caller and this engine backtracks, for one that takes too long, or
 * more than is left of `budget`.
 */
export function fullMatch(pattern: string, budget: MatchBudget): (value: string) => boolean {
  if (NOT_IN_RE2.test(pattern)) {
    throw new PatternError("RE2 has no look-around and no back-references.");
  }
  // By itself first, so that its brackets close within it.
  compile(pattern);
  const context = vm.createContext({ pattern: compile(`^(?:${pattern})$`), value: "" });
  const known = new Map<string, boolean>();
  return (value) => {
    let matches = known.get(value);
    if (matches === undefined) {
      context["value"] = value;
      matches = run(context, budget);
      known.set(value, matches);
    }
    return matches;
  };
}

function compile(pattern: string): RegExp {
  try {
    return new RegExp(pattern, "su");
  } catch (error) {
    throw new PatternError("The regular expression is not valid.", { cause: error });
  }
}

function run(context: vm.Context, budget: MatchBudget): boolean {
  const begin = performance.now();
  try {
    const timeout = Math.ceil(Math.min(MAX_MATCH_MS, budget.leftMs));
    return MATCH.runInContext(context, { timeout }) === true;
  } catch (error) {
    throw new PatternError("The regular expression takes too long.", { cause: error });
  } finally {
    budget.leftMs -= performance.now() - begin;
  }
}
