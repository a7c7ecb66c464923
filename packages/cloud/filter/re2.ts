/** What each of these begins an expression's next part with, and what JavaScript has for it. Outside of `[…]`. */
const OUTSIDE: readonly (readonly [RegExp, (found: string) => string])[] = [
  [/\\Q(?:[^]*?\\E|[^]*$)/y, (found) => literally(found.slice(2).replace(/\\E$/, ""))],
  [/\\A/y, () => "(?<![^])"],
  [/\\z/y, () => "(?![^])"],
  [/\(\?P</y, () => "(?<"],
  // What is no number of repetitions is what it is.
  [/\{\d+(?:,\d*)?\}/y, (found) => found],
  [/[\]{}]/y, (found) => `\\${found}`],
];

const INSIDE: typeof OUTSIDE = [
  [/\[:\^?[a-z]+:\]/y, (found) => POSIX.get(found.slice(2, -2)) ?? NOTHING],
  [/\\-/y, (found) => found],
  [/\[/y, () => "\\["],
];

const ANYWHERE: typeof OUTSIDE = [
  [/\\[pP][A-Z]/y, (found) => `${found.slice(0, 2)}{${found.slice(2)}}`],
  [/\\[pP]\{[A-Z][a-z]{2,}[A-Za-z_]*\}/y, (found) => found.replace("{", "{Script=")],
  [/\\[pP]\{\w+\}/y, (found) => found],
  [/\\x\{[0-9A-Fa-f]{1,6}\}/y, (found) => found.replace("x", "u")],
  [/\\a/y, () => "\\x07"],
  // RE2 takes any sign after a backslash for itself, JavaScript those that else mean something.
  [/\\[!"#%&',\-:;<=>@_`~ ]/y, (found) => found.slice(1)],
  [/\\[^]|[^]/y, (found) => found],
];

/** What JavaScript refuses. */
const NOTHING = "\\y";

/** https://github.com/google/re2/wiki/Syntax: "Kinds of ASCII character classes" */
const POSIX = new Map(
  Object.entries({
    alnum: "0-9A-Za-z",
    alpha: "A-Za-z",
    ascii: "\\x00-\\x7F",
    blank: "\\t ",
    cntrl: "\\x00-\\x1F\\x7F",
    digit: "0-9",
    graph: "!-~",
    lower: "a-z",
    print: " -~",
    punct: "!-\\/:-@\\[-`\\{-~",
    space: "\\t-\\r ",
    upper: "A-Z",
    word: "\\w",
    xdigit: "0-9A-Fa-f",
  }),
);

/** An expression of RE2 as JavaScript has it, of the flag `u`. What is valid in neither stays what it is. */
export function fromRe2(pattern: string): string {
  let said = "";
  let isInside = false;
  for (let at = 0; at < pattern.length;) {
    const [opening = ""] = isInside ? [] : (from(/\[\^?\]?/y, pattern, at) ?? []);
    if (opening !== "") {
      isInside = true;
      // The first of a class, it is in it.
      said += opening.replace("]", "\\]");
      at += opening.length;
      continue;
    }
    if (isInside && pattern[at] === "]") {
      isInside = false;
      said += "]";
      at += 1;
      continue;
    }
    for (const [form, say] of [...(isInside ? INSIDE : OUTSIDE), ...ANYWHERE]) {
      const [found] = from(form, pattern, at) ?? [];
      if (found === undefined) continue;
      said += say(found);
      at += found.length;
      break;
    }
  }
  return said;
}

/** What a sticky expression finds from there on. */
function from(form: RegExp, text: string, at: number): RegExpExecArray | null {
  form.lastIndex = at;
  return form.exec(text);
}

function literally(text: string): string {
  return text.replaceAll(/[$()*+./?[\\\]^{|}]/g, "\\$&");
}
