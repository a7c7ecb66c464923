import { filterTokens, type Token } from "./filterTokens.ts";
import { fullMatch, PatternError, type MatchBudget } from "../filter/pattern.ts";
import { invalidField } from "./invalidField.ts";

/** One condition of a filter, all of which must hold. */
export interface Comparison {
  /** `metric.type`, `resource.type`, `metric.labels.KEY` or `resource.labels.KEY`. */
  readonly selector: string;
  readonly matches: (value: string) => boolean;
  /** The one value that it lets through; `undefined` where it is not as simple as that. */
  readonly only: string | undefined;
}

/**
 * Reads the part of the filter language that selects time series:
 * `metric.type = "…" AND resource.labels.queue_id = one_of("a", "b")`. Throws INVALID_ARGUMENT, naming it,
 * for whatever else there is in the filter. https://cloud.google.com/monitoring/api/v3/filters
 */
export function parseFilter(filter: string): Comparison[] {
  return new FilterReader(filter).comparisons();
}

/** A selector in its one form, `metric.label."x"` being `metric.labels.x`; `undefined` for what is none. */
export function selectorOf(text: string): string | undefined {
  if (text === "metric.type" || text === "resource.type") return text;
  const [, of, key] = /^(metric|resource)\.labels?\."?([\w-]+)"?$/.exec(text) ?? [];
  return of !== undefined && key !== undefined ? `${of}.labels.${key}` : undefined;
}

type Matches = Comparison["matches"];

/** What can be compared with besides a text, by name. */
const FUNCTIONS = new Map<string, (texts: readonly string[], budget: MatchBudget) => Matches>([
  ["one_of", (texts) => (value) => texts.includes(value)],
  ["starts_with", startsWith],
  ["monitoring.regex.full_match", ([pattern = ""], budget) => fullMatch(pattern, budget)],
]);

/** Enough for a label of ten thousand queues, and not long enough to be missed by other callers. */
const BUDGET_MS = 1000;

class FilterReader {
  readonly #filter: string;
  readonly #tokens: readonly Token[];
  readonly #budget: MatchBudget = { leftMs: BUDGET_MS };
  #index = 0;

  constructor(filter: string) {
    this.#filter = filter;
    this.#tokens = filterTokens(filter);
  }

  comparisons(): Comparison[] {
    const comparisons: Comparison[] = [];
    while (this.#index < this.#tokens.length) {
      if (comparisons.length > 0) this.#take("'AND'", (content) => content === "AND");
      comparisons.push(this.#comparison());
    }
    return comparisons;
  }

  #comparison(): Comparison {
    const name = this.#take("a selector", (content) => selectorOf(content) !== undefined);
    const sign = this.#take("'=' or '!='", (content) => ["=", "!="].includes(content));
    const isNegated = sign === "!=";
    const selector = selectorOf(name) ?? name;
    if (this.#tokens[this.#index]?.kind === "word") {
      const matches = this.#function();
      const held: Matches = (value) => this.#sound(() => matches(value)) !== isNegated;
      return { selector, matches: held, only: undefined };
    }
    const text = this.#text();
    const matches: Matches = (value) => (value === text) !== isNegated;
    return { selector, matches, only: isNegated ? undefined : text };
  }

  #function(): Matches {
    const token = this.#tokens[this.#index];
    const create = FUNCTIONS.get(token?.content ?? "");
    if (token === undefined || create === undefined) throw this.#misplaced(token, A_TEXT);
    this.#index += 1;
    this.#take("'('", (content) => content === "(");
    const texts = [this.#text()];
    while (this.#take("',' or ')'", (content) => [",", ")"].includes(content)) === ",") {
      texts.push(this.#text());
    }
    if (texts.length > 1 && token.content !== "one_of") {
      throw this.#refusal(`'${token.content}' takes one text.`);
    }
    return this.#sound(() => create(texts, this.#budget));
  }

  #text(): string {
    return this.#take(A_TEXT, () => true, "text");
  }

  /** Goes over the next token, which must be the one that is expected; a text only where one is. */
  #take(expected: string, isIt: (content: string) => boolean, kind?: "text"): string {
    const token = this.#tokens[this.#index];
    const isText = token?.kind === "text";
    if (token === undefined || isText !== (kind === "text") || !isIt(token.content)) {
      throw this.#misplaced(token, expected);
    }
    this.#index += 1;
    return token.content;
  }

  #sound<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw error instanceof PatternError ? this.#refusal(error.message) : error;
    }
  }

  #misplaced(token: Token | undefined, expected: string): Error {
    return this.#refusal(
      token === undefined
        ? `It ends where ${expected} should be.`
        : `'${token.content}' is where ${expected} should be. Other constructs are not emulated locally.`,
    );
  }

  #refusal(reason: string): Error {
    return invalidField("filter", this.#filter, reason);
  }
}

const A_TEXT = "a text in quotes";

function startsWith([text = ""]: readonly string[]): Matches {
  return (value) => value.startsWith(text);
}
