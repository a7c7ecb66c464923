import { isScalar, parseAllDocuments, type ScalarTag, type Tags } from "yaml";
import { goTimestamp } from "./goTimestamp.ts";

/**
 * What a YAML text holds, read as the Pulumi CLI reads it: with Go's yaml.v3, which is YAML 1.2 with the numbers and
 * the dates of YAML 1.1. `undefined` where it holds nothing.
 */
export function parseGoYaml(text: string): unknown {
  const [unprintable] = UNPRINTABLE.exec(text) ?? [];
  if (unprintable !== undefined) {
    throw new Error(`It holds the control character ${JSON.stringify(unprintable)}.`);
  }
  // Of several documents, the CLI reads the first.
  const [document] = parseAllDocuments(text, {
    schema: "failsafe",
    customTags: TAGS,
    resolveKnownTags: false,
    uniqueKeys: (a, b) => isScalar(a) && isScalar(b) && a.source === b.source,
  });
  if (!document || !("warnings" in document)) return undefined;
  const { errors, warnings } = document;
  const [error] = [...errors, ...warnings.filter(({ message }) => WRONG_TAG.test(message))];
  if (error) throw error;
  return document.toJS();
}

const UNPRINTABLE = /[^\t\n\r -~\u0085\u00a0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

/** What stands in for a tag that the value cannot have. A tag of one's own is none to Go either. */
const WRONG_TAG = /tag:yaml\.org,2002:(?:bool|float|int|null)/;

/** A value of a stack's configuration as the CLI hands it to the program: text as it is, and else Go's JSON. */
export function configText(value: unknown): string {
  if (typeof value === "string" || typeof value === "bigint") return String(value);
  return value === null ? "" : goJson(value);
}

const number: ScalarTag = {
  tag: "tag:yaml.org,2002:int",
  default: true,
  test: /^[-+.\d]/,
  resolve: (text) => {
    const plain = text.startsWith(".") ? text : text.replaceAll("_", "");
    return goTimestamp(text) ?? integer(plain) ?? float(plain) ?? text;
  },
};

const TAGS: Tags = [
  "null",
  "bool",
  "merge",
  "floatNaN",
  number,
  { ...number, tag: "tag:yaml.org,2002:float" },
  {
    tag: "tag:yaml.org,2002:binary",
    resolve: (text: string) => Buffer.from(text, "base64").toString(),
  },
];

/** As Go's `strconv.ParseInt` and `ParseUint` read it, whose octal numbers begin with `0` or `0o`. */
function integer(text: string): number | bigint | undefined {
  const [, sign = "", digits = ""] = INTEGER.exec(text) ?? [];
  if (digits === "") return undefined;
  const magnitude = BigInt(digits.toLowerCase().replace(/^0(?=\d)/, "0o"));
  const value = sign === "-" ? -magnitude : magnitude;
  if (value < -(2n ** 63n) || value >= 2n ** (sign === "" ? 64n : 63n)) return undefined;
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

const INTEGER = /^([-+]?)(0[xX][\da-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|[1-9]\d*|0)$/;

function float(text: string): number | undefined {
  const value = FLOAT.test(text) ? Number(text) : NaN;
  return Number.isFinite(value) ? value : undefined;
}

const FLOAT = /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/;

/** JSON as Go writes it: keys in order, and what could end a script escaped. */
function goJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(goJson).join(",")}]`;
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([key, one]) => `${goJson(key)}:${goJson(one)}`).join(",")}}`;
  }
  // In lists and objects, what is too large for 64 bits with a sign is no integer any more.
  if (typeof value === "bigint") return String(value < 2n ** 63n ? value : Number(value));
  if (typeof value === "number" && !Number.isFinite(value)) {
    throw new Error(
      `'${value}' is no number that the Pulumi CLI takes; put it in quotes to have it as text.`,
    );
  }
  return JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
