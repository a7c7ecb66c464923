import type { Contract } from "../../../../tasks/contract/contract.ts";
import { HIDDEN, sensitiveParts } from "../../../../tasks/contract/sensitive.ts";
import type { DeadLetter } from "../deadLetters/deadLetter.ts";
import { payloadOf } from "../deadLetters/selector.ts";

/** A payload as whoever changes it sees it. */
export interface Editable {
  /**
   * JSON, with `"[hidden 1]"`, `"[hidden 2]"` in the place of what is sensitive; the body as it is where that is no JSON
   * and all is shown, else nothing.
   */
  readonly text: string;
  /** Whether anything of it is hidden. */
  readonly isHidden: boolean;
  /**
   * The JSON that a changed text is meant to be: with the values themselves, wherever their place is now. Throws with a
   * sentence where the text is no JSON, says that something is hidden which is not there, or has what is hidden where
   * it would be seen.
   */
  readonly jsonOf: (changed: string) => string;
}

/** How a payload can be changed by somebody who is not to see what is sensitive of it, unless it is to be revealed. */
export function editable(
  { tasks }: Pick<Contract, "tasks">,
  letter: Pick<DeadLetter, "task" | "body" | "cutFrom">,
  reveal: boolean,
): Editable {
  const payload = payloadOf(letter);
  if (payload === undefined) {
    const text = reveal ? (letter.body?.toString() ?? "") : "";
    return { text, isHidden: !reveal, jsonOf: (changed) => compact(changed) };
  }
  if (reveal)
    return { text: pretty(payload), isHidden: false, jsonOf: (changed) => compact(changed) };
  const name = letter.task ?? "";
  const schema = Object.hasOwn(tasks, name) ? tasks[name]?.payload : undefined;
  // Of a task that is not known here nobody knows what is sensitive.
  const hide = schema ? sensitiveParts(schema).hide : () => HIDDEN;

  const hidden = new Map<string, unknown>();
  const own = wordsIn(payload);
  // A producer may have written such a word, to have a value put where it is seen.
  let number = Math.max(0, ...[...own].map((word) => Number(NUMBERED.exec(word)?.[1] ?? 0)));
  const shown = numbered(payload, hide(payload));

  return {
    text: pretty(shown),
    isHidden: hidden.size > 0,
    jsonOf: (changed) => compact(changed, restored),
  };

  function numbered(value: unknown, mask: unknown): unknown {
    if (mask === HIDDEN && value !== HIDDEN) {
      number += 1;
      const word = `[hidden ${number}]`;
      hidden.set(word, value);
      return word;
    }
    if (Array.isArray(value) && Array.isArray(mask)) {
      return value.map((one: unknown, i) => numbered(one, mask[i]));
    }
    if (!isObject(value) || !isObject(mask)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, one]) => [key, numbered(one, mask[key])]),
    );
  }

  function restored(changed: unknown): unknown {
    const places: (readonly [word: string, path: readonly string[]])[] = [];
    const value = mapTexts(changed, (text, path) => {
      if (hidden.has(text)) {
        places.push([text, path]);
        return hidden.get(text);
      }
      if (!isWord(text) || own.has(text)) return text;
      const words = [...hidden.keys()].map((word) => `'${word}'`).join(", ");
      const known = words === "" ? "Nothing of it is hidden" : `What is hidden: ${words}`;
      throw new Error(`'${nameOf(path)}' is '${text}', which stands for nothing here. ${known}.`);
    });
    const mask = hide(value);
    for (const [word, path] of places) {
      if (isHiddenAt(mask, path)) continue;
      throw new Error(
        `'${nameOf(path)}' is '${word}', and what that stands for would be seen there: ` +
          "it may be put where the contract says 'sensitive'.",
      );
    }
    return value;
  }
}

/** Of so many digits that there is a next number. */
const NUMBERED = /^\[hidden (\d{1,9})\]$/;

function isWord(text: string): boolean {
  return text === HIDDEN || NUMBERED.test(text);
}

/** The texts of a payload that say that something is hidden. */
function wordsIn(payload: unknown): ReadonlySet<string> {
  const words = new Set<string>();
  mapTexts(payload, (text) => {
    if (isWord(text)) words.add(text);
    return text;
  });
  return words;
}

/** A JSON value with other values in the place of its texts. */
function mapTexts(
  value: unknown,
  change: (text: string, path: readonly string[]) => unknown,
  path: readonly string[] = [],
): unknown {
  if (typeof value === "string") return change(value, path);
  if (Array.isArray(value)) {
    return value.map((one: unknown, i) => mapTexts(one, change, [...path, String(i)]));
  }
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [key, mapTexts(one, change, [...path, key])]),
  );
}

function nameOf(path: readonly string[]): string {
  return path.join(".") || "payload";
}

/** Whether the value in that place is hidden, by itself or with what it is in. */
function isHiddenAt(mask: unknown, path: readonly string[]): boolean {
  let part = mask;
  for (const name of path) {
    if (typeof part !== "object" || part === null) break;
    part = Object.hasOwn(part, name) ? Reflect.get(part, name) : undefined;
  }
  return part === HIDDEN;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A text as JSON without blanks, changed. Throws with a sentence where it is none. */
function compact(text: string, change: (value: unknown) => unknown = (value) => value): string {
  try {
    return JSON.stringify(change(JSON.parse(text)));
  } catch (error) {
    if (error instanceof SyntaxError) {
      throw new Error(`It is no JSON: ${error.message}.`, { cause: error });
    }
    if (!(error instanceof RangeError)) throw error;
    throw new Error("It is nested too deep.", { cause: error });
  }
}

function pretty(payload: unknown): string {
  return `${JSON.stringify(payload, undefined, 2)}\n`;
}
