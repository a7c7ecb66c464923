import * as z from "zod";
import { list } from "./knownNames.ts";

/** What is said of a name that a schema does not have, given those that it has, where that is known. */
export type UnknownKey = (key: string, known?: readonly string[]) => string;

/** Names are looked at up to that many: anybody may send any number of them. */
const MOST_KEYS = 10;

/**
 * What a schema demands, in words that go on from the value, such as `it must begin with 'https://'`: to be
 * given to zod as `error` of a parse. A schema's own message goes before them, and what is not told here
 * zod tells. Of unknown keys there is a line for each. The words hold nothing of the value.
 */
export function issueWords(unknownKey: UnknownKey): z.core.$ZodErrorMap {
  return (issue) => {
    switch (issue.code) {
      case "invalid_type":
        return must(KINDS[issue.expected]);
      case "invalid_value":
        return must(`one of ${list(issue.values.map(String))}`);
      case "too_small":
        return must(bound(issue.origin, "at least", issue.minimum, issue.inclusive !== false));
      case "too_big":
        return must(bound(issue.origin, "at most", issue.maximum, issue.inclusive !== false));
      case "invalid_format":
        return issue.inst instanceof z.ZodURL
          ? urlRule(issue.inst._zod.def, String(issue.input))
          : formatRule(issue);
      case "unrecognized_keys": {
        const { inst } = issue;
        const known = inst instanceof z.ZodObject ? Object.keys(inst._zod.def.shape) : undefined;
        return issue.keys
          .slice(0, MOST_KEYS)
          .map((key) => unknownKey(key, known))
          .join("\n");
      }
      default:
        return undefined;
    }
  };
}

function must(be: string | undefined): string | undefined {
  return be === undefined ? undefined : `it must be ${be}`;
}

const KINDS: Readonly<Record<string, string>> = {
  string: "a string",
  number: "a number",
  int: "a whole number",
  boolean: "'true' or 'false'",
  array: "a list",
  object: "an object",
};

const FORMATS: Readonly<Record<string, string>> = {
  email: "an e-mail address, such as 'you@example.com'",
  datetime: "a time, such as '2027-01-31T09:00:00Z'",
  date: "a date, such as '2027-01-31'",
  uuid: "a UUID",
};

function formatRule({ format, pattern }: { format: string; pattern?: string }): string | undefined {
  if (format === "regex" && pattern !== undefined) return `it must match ${pattern}`;
  return must(FORMATS[format]);
}

function bound(
  origin: string,
  most: string,
  limit: number | bigint,
  isInclusive: boolean,
): string | undefined {
  if (!isInclusive) return undefined;
  if (origin === "string")
    return `${most} ${limit} ${limit === 1 ? "character" : "characters"} long`;
  if (origin === "array") return `a list of ${most} ${limit}`;
  return origin === "number" || origin === "int" ? `${most} ${limit}` : undefined;
}

/** The schemes of a schema of URLs that takes some only: `it must begin with 'http://' or 'https://'`. */
export function schemeRule(url: z.ZodURL): string | undefined {
  return url._zod.def.protocol && urlRule(url._zod.def, "");
}

function urlRule({ protocol, hostname }: z.core.$ZodURLDef, text: string): string | undefined {
  const schemes = protocol && schemesOf(protocol);
  if (protocol && !schemes) return `it must be a URL whose scheme matches ${String(protocol)}`;
  const given = text.trim().toLowerCase();
  if (schemes && !schemes.some((scheme) => given.startsWith(`${scheme}://`))) {
    return `it must begin with ${schemes.map((scheme) => `'${scheme}://'`).join(" or ")}`;
  }
  if (hostname && URL.canParse(given)) return `its host must match ${String(hostname)}`;
  return `it must be a URL, such as '${schemes?.at(-1) ?? "https"}://example.com/'`;
}

/** The schemes that a pattern such as `/^https?$/` or `/^(?:smtp|smtps)$/` takes, where it is as plain as these. */
function schemesOf(protocol: RegExp): string[] | undefined {
  const [, inner] = /^\^(?:\((?:\?:)?)?([a-z0-9+.|?-]+)\)?\$$/.exec(protocol.source) ?? [];
  const schemes = inner?.split("|").flatMap((one) => {
    return one.endsWith("?") ? [one.slice(0, -2), one.slice(0, -1)] : [one];
  });
  return schemes?.every((scheme) => protocol.test(scheme)) ? schemes : undefined;
}
