import { GoogleError } from "../api/googleError.ts";

/** How every filter compares a field with a value. `:` is "has". */
export const OPERATORS = ["=", "!=", "<", "<=", ">", ">=", ":"] as const;

/** Matching by a regular expression, which some filters have too. */
export const PATTERN_OPERATORS = ["=~", "!~"] as const;

export type Operator = (typeof OPERATORS)[number];

/** Whether a resource is one that a filter asks for. */
export type Filter<T> = (resource: T) => boolean;

/** What the filters of a list can say, and what is made of it. */
export interface FilterLanguage<F, Op extends string = Operator> extends Joining<F> {
  readonly operators: readonly Op[];
  /** A field may be given as `labels."a.b"`: `fieldPath` takes it apart. */
  readonly compare: (field: string, operator: Op, value: string) => F;
  /**
   * What a value by itself asks for.
   *
   * @default - it is refused
   */
  readonly search?: (value: string) => F;
  /**
   * What a function asks for, such as `log_id("a")`.
   *
   * @default - it is refused
   */
  readonly call?: (name: string, values: readonly string[]) => F;
  /**
   * The refusal of a filter, by a reason that is no sentence yet.
   *
   * @default `invalidFilter`
   */
  readonly refusal?: (text: string, why: string) => Error;
}

/** What AND, OR and NOT make of what they join. */
export interface Joining<F> {
  /** Without any, everything is asked for. */
  readonly all: (filters: readonly F[]) => F;
  readonly any: (filters: readonly F[]) => F;
  readonly not: (filter: F) => F;
}

/** The joining of filters that are functions. */
export function joining<T>(): Joining<Filter<T>> {
  return {
    all: (filters) => (resource) => filters.every((one) => one(resource)),
    any: (filters) => (resource) => filters.some((one) => one(resource)),
    not: (filter) => (resource) => !filter(resource),
  };
}

/**
 * Reads a filter of a list: comparisons, with AND, OR, NOT and parentheses. OR goes before AND, which may be
 * left out. Throws INVALID_ARGUMENT for what is no filter. https://google.aip.dev/160
 */
export function parseFilter<F, Op extends string>(
  text: string,
  language: FilterLanguage<F, Op>,
): F {
  const { operators, compare, search, call, refusal = invalidFilter } = language;
  const { all, any, not } = language;
  const tokens = tokensOf(text, refusal);
  let depth = 0;

  const sequence = (leaf: () => F): F => {
    if (++depth > MAX_DEPTH) throw refusal(text, `it nests deeper than ${MAX_DEPTH}`);
    const first = factor(leaf);
    const factors = [first];
    while (tokens[0] !== undefined && !isSign(tokens[0], ")")) {
      if (isWord(tokens[0], "AND")) tokens.shift();
      factors.push(factor(leaf));
    }
    depth--;
    return factors.length > 1 ? all(factors) : first;
  };
  const factor = (leaf: () => F): F => {
    const first = term(leaf);
    const terms = [first];
    while (isWord(tokens[0], "OR")) {
      tokens.shift();
      terms.push(term(leaf));
    }
    return terms.length > 1 ? any(terms) : first;
  };
  const term = (leaf: () => F): F => {
    // Before a value, a minus is part of it.
    const negated = takeNot(tokens, leaf === comparison);
    const one = isSign(tokens[0], "(") ? group(leaf) : leaf();
    return negated ? not(one) : one;
  };
  const group = (leaf: () => F): F => {
    tokens.shift();
    const inner = sequence(leaf);
    if (isSign(tokens.shift(), ")")) return inner;
    throw refusal(text, "a parenthesis is not closed");
  };
  const comparison = (): F => {
    const field = value("a field");
    if (call && isSign(tokens[0], "(") && !tokens[0]?.isSpaced) return call(field, values());
    const operator = operators.find((one) => isSign(tokens[0], one));
    if (operator === undefined) {
      if (search) return search(field);
      throw refusal(text, `'${field}' is not compared to anything`);
    }
    tokens.shift();
    const comparedTo = (): F => compare(field, operator, value("a value"));
    return isSign(tokens[0], "(") ? group(comparedTo) : comparedTo();
  };
  const values = (): string[] => {
    tokens.shift();
    const list: string[] = [];
    while (tokens[0] !== undefined && !isSign(tokens[0], ")")) {
      list.push(value("a value"));
      if (isSign(tokens[0], ",")) tokens.shift();
    }
    if (tokens.shift()) return list;
    throw refusal(text, "a parenthesis is not closed");
  };
  const value = (what: string): string => {
    const token = tokens.shift();
    if (token !== undefined && token.kind !== "sign") return token.text;
    throw refusal(text, `${token ? `'${token.text}'` : "the end"} is where ${what} belongs`);
  };

  if (tokens.length === 0) return all([]);
  const filter = sequence(comparison);
  if (tokens[0] === undefined) return filter;
  throw refusal(text, `'${tokens[0].text}' is not expected`);
}

/** The refusal of a filter. */
export function invalidFilter(text: string, why: string): GoogleError {
  return new GoogleError("INVALID_ARGUMENT", `Invalid filter '${text}': ${why}.`);
}

/** The names in a field, those in quotes without them: `labels."a.b"` is `labels` and `a.b`. */
export function fieldPath(field: string): string[] {
  return [...field.matchAll(NAME)].map(([name]) =>
    name.startsWith('"') ? unquoted(name.slice(1, -1)) : name,
  );
}

const NAME = /"(?:\\.|[^"\\])*"|[^."]+/gsu;

const MAX_DEPTH = 50;

interface Token {
  readonly kind: "sign" | "word" | "quoted";
  readonly text: string;
  /** There is a space before it. */
  readonly isSpaced: boolean;
}

/** A word may end in names in quotes: `labels."a.b"`. What follows two dashes on a line is a comment. */
const TOKEN =
  /(?<space>(?:\s|--[^\n]*(?:\n|$))*)(?:"(?<double>(?:\\.|[^"\\])*)"|'(?<single>(?:\\.|[^'\\])*)'|(?<sign>[=!]~|[<>!]?=|[<>:(),])|(?<word>(?!--)[^\s()"'<>=!:,]+(?:(?<=\.)"(?:\\.|[^"\\])*"[^\s()"'<>=!:,]*)*)|$)/suy;

function tokensOf(text: string, refusal: (text: string, why: string) => Error): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const start = TOKEN.lastIndex;
    const groups = TOKEN.exec(text)?.groups;
    if (!groups) throw refusal(text, `'${text.slice(start)}' cannot be read`);
    const { space, double, single, sign, word } = groups;
    const isSpaced = space !== "";
    const quoted = double ?? single;
    if (quoted !== undefined) tokens.push({ kind: "quoted", text: unquoted(quoted), isSpaced });
    else if (sign !== undefined) tokens.push({ kind: "sign", text: sign, isSpaced });
    else if (word !== undefined) tokens.push({ kind: "word", text: word, isSpaced });
  }
  return tokens;
}

function unquoted(text: string): string {
  return text.replace(/\\(.)/gsu, "$1");
}

function isSign(token: Token | undefined, text: string): boolean {
  return token?.kind === "sign" && token.text === text;
}

/** Words of the language are upper case. */
function isWord(token: Token | undefined, text: string): boolean {
  return token?.kind === "word" && token.text === text;
}

/** Takes a `NOT`, or the minus before a field that says the same. */
function takeNot(tokens: Token[], isField: boolean): boolean {
  const [token] = tokens;
  if (isWord(token, "NOT")) {
    tokens.shift();
    return true;
  }
  if (!isField || token?.kind !== "word" || !/^-./.test(token.text)) return false;
  tokens[0] = { ...token, text: token.text.slice(1) };
  return true;
}
