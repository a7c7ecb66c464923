import vm from "node:vm";
import { fromRe2 } from "./re2.ts";

/** A pattern that cannot be used, with the reason as a sentence. */
export class PatternError extends Error {}

/** How long all matches of a filter may still take. */
export interface MatchBudget {
  leftMs: number;
}

/** How long one match may take: what a filter needs takes a tenth of a millisecond. */
const MAX_MATCH_MS = 100;

/** How many values a matcher remembers. */
const MAX_KNOWN = 10_000;
/** How long they may be: labels are not longer. */
const MAX_KNOWN_LENGTH = 256;

const MATCH = new vm.Script("pattern.test(value)");
const EXTRACT = new vm.Script("pattern.exec(value)?.[1]");

/** Where they run, one after the other. A context takes a fifth of a megabyte: each expression has not its own. */
const CONTEXT = vm.createContext({ pattern: /(?:)/, value: "" });

/** Google's expressions are RE2's, which have neither of these. */
const NOT_IN_RE2 = /(?<!\\)(?:\(\?<?[=!]|\\[1-9k])/;

/**
 * Whether a value matches all of a regular expression. Throws `PatternError` for one that is not valid,
 * and, as the expression comes from a caller and this engine backtracks, for one that takes too long, or
 * more than is left of `budget`.
 */
export function fullMatch(pattern: string, budget: MatchBudget): (value: string) => boolean {
  return matcher(pattern, budget, (expression) => `^(?:${expression})$`);
}

/** Whether a part of a value matches a regular expression. It throws what `fullMatch` does. */
export function partMatch(pattern: string, budget: MatchBudget): (value: string) => boolean {
  return matcher(pattern, budget, (expression) => expression);
}

function matcher(
  pattern: string,
  budget: MatchBudget,
  whole: (expression: string) => string,
): (value: string) => boolean {
  const { expression, flags } = readPattern(pattern);
  const compiled = compile(whole(expression), flags);
  const known = new Map<string, boolean>();
  return (value) => {
    let matches = known.get(value);
    if (matches === undefined) {
      matches = run(MATCH, compiled, value, budget) === true;
      // It may live as long as the cloud, and texts may be as long as entries of logs.
      if (value.length > MAX_KNOWN_LENGTH) return matches;
      if (known.size >= MAX_KNOWN) known.clear();
      known.set(value, matches);
    }
    return matches;
  };
}

/**
 * What the first group of a regular expression finds in a value; `undefined` where it matches no part of it. It
 * throws what `fullMatch` does, and for an expression that has not exactly one group.
 */
export function groupMatch(
  pattern: string,
  budget: MatchBudget,
): (value: string) => string | undefined {
  const { expression, flags } = readPattern(pattern);
  const groups = compile(`${expression}|`, flags).exec("")?.length ?? 0;
  if (groups !== 2) throw new PatternError("The regular expression must have exactly one group.");
  const compiled = compile(expression, flags);
  return (value) => {
    const found = run(EXTRACT, compiled, value, budget);
    return typeof found === "string" ? found : undefined;
  };
}

/** An expression that may be used, and its flags: RE2 has those at its beginning, `(?i)`. */
function readPattern(pattern: string): { readonly expression: string; readonly flags: string } {
  const [prefix = "", given = ""] = /^\(\?([ims]+)\)/.exec(pattern) ?? [];
  const own = pattern.slice(prefix.length);
  if (NOT_IN_RE2.test(own)) {
    throw new PatternError("RE2 has no look-around and no back-references.");
  }
  const expression = fromRe2(own);
  const flags = [...new Set(`${given}su`)].join("");
  // By itself first, so that its brackets close within it.
  compile(expression, flags);
  return { expression, flags };
}

function compile(pattern: string, flags: string): RegExp {
  try {
    return new RegExp(pattern, flags);
  } catch (error) {
    throw new PatternError("The regular expression is not valid.", { cause: error });
  }
}

/**
 * Runs a script until it has an answer or has had its time. That is the time that this process had from the
 * processor: on a busy machine, a good pattern may wait for longer than a bad one may run.
 */
function run(script: vm.Script, pattern: RegExp, value: string, budget: MatchBudget): unknown {
  Object.assign(CONTEXT, { pattern, value });
  const begin = processorMs();
  const limitMs = Math.min(MAX_MATCH_MS, budget.leftMs);
  try {
    for (;;) {
      const leftMs = limitMs - (processorMs() - begin);
      if (leftMs <= 0) throw new PatternError("The regular expression takes too long.");
      try {
        return script.runInContext(CONTEXT, { timeout: Math.ceil(leftMs) });
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ERR_SCRIPT_EXECUTION_TIMEOUT") throw error;
      }
    }
  } finally {
    budget.leftMs -= processorMs() - begin;
  }
}

function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
