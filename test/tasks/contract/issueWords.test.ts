import * as z from "zod";
import { issueWords } from "../../../tasks/contract/issueWords.ts";

const error = issueWords((key, known) => `${key}: ${known?.join(" ") ?? "unknown"}`);

/** What is said of a value that a schema refuses. */
function said(schema: z.ZodType, value: unknown): string[] {
  return schema.safeParse(value, { error }).error?.issues.map(({ message }) => message) ?? [];
}

describe("issueWords", () => {
  it.each([
    {
      protocol: z.regexes.httpProtocol,
      url: "ftp://example.com",
      begin: "'http://' or 'https://'",
    },
    { protocol: /^https?$/, url: "example.com", begin: "'http://' or 'https://'" },
    { protocol: /^https$/, url: "http://example.com", begin: "'https://'" },
    { protocol: /^smtps?$/, url: "http://example.com", begin: "'smtp://' or 'smtps://'" },
    { protocol: /^(?:redis|rediss)$/, url: "http://a", begin: "'redis://' or 'rediss://'" },
    { protocol: /^(ws|https?)$/, url: "ftp://a", begin: "'ws://' or 'http://' or 'https://'" },
  ])("say how a URL of $protocol begins", ({ protocol, url, begin }) => {
    expect(said(z.url({ protocol }), url)).toEqual([`it must begin with ${begin}`]);
  });

  it.each([
    {
      schema: z.url({ protocol: /^x-[a-z]{3}$/ }),
      url: "http://example.com",
      says: "it must be a URL whose scheme matches /^x-[a-z]{3}$/",
    },
    {
      schema: z.url(),
      url: "example.com",
      says: "it must be a URL, such as 'https://example.com/'",
    },
    {
      schema: z.url({ protocol: /^smtps?$/ }),
      url: "smtp://a b",
      says: "it must be a URL, such as 'smtps://example.com/'",
    },
    {
      schema: z.url({ hostname: /^api\./ }),
      url: "https://example.com",
      says: "its host must match /^api\\./",
    },
  ])("say of '$url': $says", ({ schema, url, says }) => {
    expect(said(schema, url)).toEqual([says]);
  });

  it.each([
    { schema: z.string(), value: 5, says: "it must be a string" },
    { schema: z.int(), value: 1.5, says: "it must be a whole number" },
    { schema: z.array(z.string()), value: {}, says: "it must be a list" },
    { schema: z.enum(["a", "b"]), value: "c", says: "it must be one of 'a', 'b'" },
    { schema: z.string().min(2), value: "a", says: "it must be at least 2 characters long" },
    { schema: z.array(z.int()).max(1), value: [1, 2], says: "it must be a list of at most 1" },
    { schema: z.number().max(5), value: 6, says: "it must be at most 5" },
    { schema: z.string().regex(/^a/), value: "b", says: "it must match /^a/" },
    {
      schema: z.email(),
      value: "b",
      says: "it must be an e-mail address, such as 'you@example.com'",
    },
    // In zod's own words.
    { schema: z.number().lt(5), value: 5, says: "Too big: expected number to be <5" },
  ])("say of $value: $says", ({ schema, value, says }) => {
    expect(said(schema, value)).toEqual([says]);
  });

  it("leave a schema its own message", () => {
    expect(said(z.url({ error: "no link" }), "x")).toEqual(["no link"]);
  });

  it("have a line for each unknown name, up to ten", () => {
    const many = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`k${i}`, 1]));

    expect(said(z.strictObject({ a: z.int(), b: z.int() }), { a: 1, b: 2, c: 3, d: 4 })).toEqual([
      "c: a b\nd: a b",
    ]);
    expect(said(z.strictObject({}), many)[0]?.split("\n")).toHaveLength(10);
  });
});
