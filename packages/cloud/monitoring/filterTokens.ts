import { invalidField } from "./invalidField.ts";

/** A piece of a filter: a word such as `metric.type`, a text in quotes, or a sign. */
export interface Token {
  readonly kind: "word" | "text" | "sign";
  /** A text comes without its quotes and escapes. */
  readonly content: string;
}

const MAX_LENGTH = 2048;

const TOKEN =
  /\s+|(?<word>[A-Za-z_][\w-]*(?:\.(?:[\w-]+|"[\w-]*"))*)|"(?<double>(?:[^"\\]|\\.)*)"|'(?<single>(?:[^'\\]|\\.)*)'|(?<sign>[!<>=]=|=~|!~|.)/gsu;

/** Takes a filter apart. Any single character that begins nothing else is a sign. */
export function filterTokens(filter: string): Token[] {
  if (filter.length > MAX_LENGTH) {
    const shown = `${filter.slice(0, 100)}…`;
    throw invalidField("filter", shown, `A filter has at most ${MAX_LENGTH} characters.`);
  }
  return [...filter.matchAll(TOKEN)].flatMap(({ groups = {} }): Token[] => {
    const { word, double, single, sign } = groups;
    const text = double ?? single;
    if (text !== undefined) return [{ kind: "text", content: text.replace(/\\(.)/gsu, "$1") }];
    if (word !== undefined) return [{ kind: "word", content: word }];
    return sign === undefined ? [] : [{ kind: "sign", content: sign }];
  });
}
