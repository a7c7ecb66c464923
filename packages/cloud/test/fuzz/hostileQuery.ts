import fc from "fast-check";
import type { Method } from "../../api/method.ts";
import { anyText } from "./anyText.ts";
import { QUERIES } from "./requests.ts";

/** The query without which a method looks no further. */
export function goodQuery({ name }: Method): string {
  return queryOf(neededBy(name));
}

/** A query that a method may be asked with: parameters of its own, good and bad, and sometimes others. */
export function hostileQuery({ name, query = [] }: Method): fc.Arbitrary<string> {
  const parameter = fc.oneof(
    { weight: query.length === 0 ? 0 : 8, arbitrary: fc.constantFrom(...query, "") },
    { weight: 1, arbitrary: fc.constantFrom("fields", "$fields", "alt", "$alt") },
    { weight: 1, arbitrary: fc.constantFrom(...STRANGE_NAMES) },
  );
  return fc.array(fc.tuple(parameter, VALUE), { maxLength: 2, size: "-1" }).map((pairs) => {
    const given = new Set(pairs.map(([one]) => one));
    return queryOf([...neededBy(name).filter(([one]) => !given.has(one)), ...pairs]);
  });
}

function neededBy(method: string): [string, string][] {
  return Object.entries(QUERIES[method] ?? {}).map(([name, text]) => [
    name,
    encodeURIComponent(text),
  ]);
}

function queryOf(pairs: readonly (readonly [string, string])[]): string {
  return pairs.length === 0 ? "" : `?${pairs.map((pair) => pair.join("=")).join("&")}`;
}

const STRANGE_NAMES = [
  "__proto__",
  "constructor",
  "",
  "%00",
  "key",
  "prettyPrint",
  "a".repeat(2000),
];

const VALUES = [
  ...[
    "",
    "0",
    "-1",
    "1e9",
    "1.5",
    "NaN",
    "99999999999999999999",
    "true",
    "*",
    "**",
    ",",
    ".",
    "a.b",
  ],
  ...[
    "%",
    "%zz",
    "%00",
    "%ff",
    "%ed%a0%80",
    "%0d%0ax-injected:1",
    "..%2f..",
    "__proto__",
    "[]",
    "()",
  ],
  ...[
    "name,labels",
    "name",
    "json",
    "json;enum-encoding=int",
    "FULL",
    "2",
    "httpTarget.headers",
    "http_target",
    "template.containers",
    "labels.a",
    "a/b",
  ],
  ...["__proto__.polluted", "constructor.prototype", "projects/demo/services/a", "state:ENABLED"],
  ...["a.".repeat(4000), "a,".repeat(4000), "(".repeat(4000), "%22".repeat(2000)],
  ...["2026-11-24T12:00:00Z", "9999-12-31T23:59:59Z", "0000-01-01T00:00:00Z", "3600s", "latest"],
  // Tokens of pages that nobody gave.
  ...[
    "W10",
    "WyJhIiw5ZTk5OV0",
    "bnVsbA",
    "eyJhIjoxfQ",
    "Ww",
    Buffer.from('["a",1e13]').toString("base64url"),
  ],
];

const VALUE = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(...VALUES) },
  {
    weight: 1,
    arbitrary: anyText(20).map((text) => encodeURIComponent(text.toWellFormed())),
  },
);
