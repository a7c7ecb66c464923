import fc from "fast-check";
import type { Json } from "../../api/parseJson.ts";
import { anyText } from "./anyText.ts";

/* JSON as an attacker or a broken client writes it, as text: much of it no value of JavaScript could say. */

const DEEP = 10_000;

/** What may stand in the place of a good value. */
export const VALUES: readonly string[] = [
  ...["null", "true", "false", "[]", "{}", "[null]", "[[]]", '""', '" "', '"a"'],
  // Numbers at and beyond the edges of the types of protobuf, and what JSON does not call numbers.
  ...["0", "-0", "-1", "0.1", "1e-400", "1e999", "-1e999", "2147483647", "2147483648"],
  ...["-2147483648", "-2147483649", "9007199254740993", "99999999999999999999", "1E400000"],
  ...['"0"', '"-1"', '"1e3"', '"0x10"', '"Infinity"', '"-Infinity"', '"NaN"', '" 1 "'],
  ...['"9223372036854775808"', '"99999999999999999999"', "NaN", "Infinity", "-Infinity", "0x10"],
  // Times.
  ...['"1s"', '"-1s"', '"0s"', '"999999999999s"', '"0.000000001s"', '"1.5"', '"1e3s"', '"s"'],
  ...['"0000-01-01T00:00:00Z"', '"0001-01-01T00:00:00Z"', '"9999-12-31T23:59:59.999999999Z"'],
  ...['"2026-02-30T00:00:00Z"', '"2026-01-01T24:00:00Z"', '"2026-01-01T00:00:00+23:59"'],
  ...['"2026-01-01T00:00:60Z"', '"1969-12-31T23:59:59.5Z"', '"2026-13-01T00:00:00Z"'],
  // Text: bytes that are none, halves of characters, marks that split headers and paths.
  ...[
    '"\\u0000"',
    '"\\ud800"',
    '"\\udfff\\ud800"',
    '"\\uffff"',
    '"a\\r\\nx-injected: 1"',
    '"\\r\\n"',
  ],
  ...['"../../etc/passwd"', '"%2e%2e%2f"', '"%"', '"a/b/c/d/e/f"', '"*"', '"."', '"="', '"===="'],
  ...['"$(id)"', '"\\u202e"', '"<script>"', "'a'", '"a', '"\t"', '"\\x"', "\u0000", "// a\n1"],
  ...['"__proto__"', '"constructor"', '"toString"', '"hasOwnProperty"', '"-"', '"_"'],
  ...['"http://"', '"https://["', '"https://a:99999"', '"http://a b"', '"javascript:1"'],
  ...['"https://a@b:c@d/"', '"http://%00/"', '"HTTP://[::1]:0/"', '"https://xn--/"', '"//a"'],
  ...['"* * * * *"', '"60 * * * *"', '"0 0 30 2 *"', '"every 1 minutes"', '"*/0 * * * *"'],
  ...['"Mars/Olympus"', '"projects/demo/secrets/none"', '"user:a"', '"allUsers"', '"roles/owner"'],
  ...['"projects/demo/locations/europe-west1/queues/email/tasks/a"', '"latest"'],
  // Size and depth.
  `"${"a".repeat(100_000)}"`,
  `"${"\\u0000".repeat(1000)}"`,
  `"${"é".repeat(3000)}"`,
  `[${"0,".repeat(5000)}0]`,
  `[${'"a",'.repeat(500)}"a"]`,
  `{${Array.from({ length: 1000 }, (_, i) => `"k${i}":1`).join()}}`,
  `${"[".repeat(DEEP)}${"]".repeat(DEEP)}`,
  `${'{"a":'.repeat(DEEP)}1${"}".repeat(DEEP)}`,
  `${"[".repeat(90)}${"]".repeat(90)}`,
  // Keys that mean something to JavaScript.
  '{"__proto__":{"polluted":true}}',
  '{"constructor":{"prototype":{"polluted":true}}}',
  '{"toString":1,"hasOwnProperty":2,"length":-1}',
  '{"":""}',
  '{"a":1,"a":2}',
];

const KEYS: readonly string[] = [
  ...["__proto__", "constructor", "prototype", "toString", "", "a", "\u0000", "name", "@type"],
  ...["no_such_field", "a.b", "a\\nb", "k".repeat(10_000)],
];

/** The text of a hostile value. */
const hostile = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...VALUES) },
  { weight: 1, arbitrary: fc.json({ maxDepth: 4 }) },
  {
    weight: 1,
    arbitrary: anyText(40).map((s) => JSON.stringify(s)),
  },
  { weight: 1, arbitrary: fc.double().map(String) },
);

/** Kinds of JSON by how it begins. */
const KINDS: Readonly<Record<string, RegExp>> = {
  text: /^"[^]*"$/,
  number: /^-?\d/,
  object: /^\{/,
  list: /^\[/,
};

interface Spoiling {
  /** Which of the value's places, counted around. */
  readonly place: number;
  readonly text: string;
  /** What to take instead where the good value is of the same kind: it gets further than others. */
  readonly alike: Readonly<Record<string, string | undefined>>;
  /** The key of something new in an object at that place; without one, the text takes the place. */
  readonly key: string | undefined;
}

const spoiling: fc.Arbitrary<Spoiling> = fc.record({
  place: fc.nat(),
  text: hostile,
  alike: fc.record(
    Object.fromEntries(
      Object.entries(KINDS).map(([kind, form]) => [
        kind,
        fc.constantFrom(...VALUES.filter((text) => form.test(text))),
      ]),
    ),
    { requiredKeys: [] },
  ),
  key: fc.option(fc.constantFrom(...KEYS), { nil: undefined, freq: 1 }),
});

/** The text of a good value with up to three of its places spoilt. */
export function spoilt(good: Json): fc.Arbitrary<string> {
  return fc
    .array(spoiling, { maxLength: 3 })
    .map((all) => all.reduce((text, one) => spoil(text, one), JSON.stringify(good)));
}

/** Text is spoilt at what looks like a value in it, so that a second spoiling may hit the first. */
function spoil(text: string, { place, text: bad, alike, key }: Spoiling): string {
  if (key !== undefined) {
    const opens = indices(text, /\{/g);
    const at = opens[place % Math.max(1, opens.length)];
    if (at === undefined) return bad;
    const comma = text[at + 1] === "}" ? "" : ",";
    return `${text.slice(0, at + 1)}"${key}":${bad}${comma}${text.slice(at + 1)}`;
  }
  const values = [...text.slice(0, 20_000).matchAll(VALUE)];
  // The whole of it, now and then.
  const found = values[place % (values.length + 1)];
  if (found === undefined) return bad;
  const start = found.index + 1;
  const end = endOf(text, start);
  const good = text.slice(start, end);
  const kind = Object.keys(KINDS).find((name) => KINDS[name]?.test(good)) ?? "";
  return text.slice(0, start) + (alike[kind] ?? bad) + text.slice(end);
}

/** What precedes a value. */
const VALUE = /:(?=["{[\d-])|\[(?=["{[\d-])/g;

/** Where the value ends that begins at `start`. */
function endOf(text: string, start: number): number {
  let depth = 0;
  let inString = false;
  for (let at = start; at < text.length; at += 1) {
    const char = text[at];
    if (inString) {
      if (char === "\\") at += 1;
      else if (char === '"') inString = false;
    } else if (char === '"') inString = true;
    else if (char === "{" || char === "[") depth += 1;
    else if (char === "}" || char === "]") depth -= 1;
    if (inString) continue;
    if (depth < 0 || (depth === 0 && char === ",")) return at;
    if (depth === 0 && (char === "}" || char === "]" || char === '"')) return at + 1;
  }
  return text.length;
}

function indices(text: string, form: RegExp): number[] {
  return [...text.slice(0, 20_000).matchAll(form)].map(({ index }) => index);
}
