import { GoogleError } from "../api/googleError.ts";

/** How a filter compares a field with a value. `:` is "has". */
export type Operator = "=" | "!=" | "<" | "<=" | ">" | ">=" | ":";

/** Whether a resource is one that a filter asks for. */
export type Filter<T> = (resource: T) => boolean;

/**
 * Reads a filter of a list: comparisons, with AND, OR, NOT and parentheses. OR goes before AND, which may be
 * left out. Throws INVALID_ARGUMENT for what is no filter. https://google.aip.dev/160
 */
export function parseFilter<T>(
  text: string,
  compare: (field: string, operator: Operator, value: string) => Filter<T>,
): Filter<T> {
  const tokens = tokensOf(text);
  let depth = 0;

  const sequence = (leaf: () => Filter<T>): Filter<T> => {
    if (++depth > MAX_DEPTH) throw invalidFilter(text, `it nests deeper than ${MAX_DEPTH}`);
    const factors = [factor(leaf)];
    while (tokens[0] !== undefined && !isSign(tokens[0], ")")) {
      if (isWord(tokens[0], "AND")) tokens.shift();
      factors.push(factor(leaf));
    }
    depth--;
    return (resource) => factors.every((one) => one(resource));
  };
  const factor = (leaf: () => Filter<T>): Filter<T> => {
    const terms = [term(leaf)];
    while (isWord(tokens[0], "OR")) {
      tokens.shift();
      terms.push(term(leaf));
    }
    return (resource) => terms.some((one) => one(resource));
  };
  const term = (leaf: () => Filter<T>): Filter<T> => {
    // Before a value, a minus is part of it.
    const negated = takeNot(tokens, leaf === comparison);
    const one = isSign(tokens[0], "(") ? group(leaf) : leaf();
    return negated ? (resource) => !one(resource) : one;
  };
  const group = (leaf: () => Filter<T>): Filter<T> => {
    tokens.shift();
    const inner = sequence(leaf);
    if (isSign(tokens.shift(), ")")) return inner;
    throw invalidFilter(text, "a parenthesis is not closed");
  };
  const comparison = (): Filter<T> => {
    const field = value("a field");
    const operator = OPERATORS.find((one) => isSign(tokens[0], one));
    if (operator === undefined) throw invalidFilter(text, `'${field}' is not compared to anything`);
    tokens.shift();
    const comparedTo = (): Filter<T> => compare(field, operator, value("a value"));
    return isSign(tokens[0], "(") ? group(comparedTo) : comparedTo();
  };
  const value = (what: string): string => {
    const token = tokens.shift();
    if (token !== undefined && token.kind !== "sign") return token.text;
    throw invalidFilter(text, `${token ? `'${token.text}'` : "the end"} is where ${what} belongs`);
  };

  const filter = sequence(comparison);
  if (tokens[0] === undefined) return filter;
  throw invalidFilter(text, `'${tokens[0].text}' is not expected`);
}

/** The refusal of a filter. */
export function invalidFilter(text: string, why: string): GoogleError {
  return new GoogleError("INVALID_ARGUMENT", `Invalid filter '${text}': ${why}.`);
}

const OPERATORS = ["=", "!=", "<", "<=", ">", ">=", ":"] as const;
const MAX_DEPTH = 50;

interface Token {
  readonly kind: "sign" | "word" | "quoted";
  readonly text: string;
}

const TOKEN =
  /\s*(?:"(?<double>(?:\\.|[^"\\])*)"|'(?<single>(?:\\.|[^'\\])*)'|(?<sign>[<>!]?=|[<>:()])|(?<word>[^\s()"'<>=!:]+))\s*/suy;

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const start = TOKEN.lastIndex;
    const { double, single, sign, word } = TOKEN.exec(text)?.groups ?? {};
    const quoted = double ?? single;
    if (quoted !== undefined)
      tokens.push({ kind: "quoted", text: quoted.replace(/\\(.)/gsu, "$1") });
    else if (sign !== undefined) tokens.push({ kind: "sign", text: sign });
    else if (word !== undefined) tokens.push({ kind: "word", text: word });
    else throw invalidFilter(text, `'${text.slice(start)}' cannot be read`);
  }
  return tokens;
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
