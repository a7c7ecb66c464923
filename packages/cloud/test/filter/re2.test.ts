import { partMatch, PatternError } from "../../filter/pattern.ts";

const BUDGET = { leftMs: 1000 };

describe("An expression of RE2", () => {
  it.each<[pattern: string, matching: string, other: string]>([
    [String.raw`gs:\/\/a\-b\_c`, "gs://a-b_c", "gs://a.b_c"],
    [String.raw`\"id\"\: \'x\'`, `"id": 'x'`, "id: x"],
    [String.raw`^[a\-z]$`, "-", "b"],
    ["{id}", "{id}", "id"],
    ["a{2,}", "aa", "a"],
    ["a]", "a]", "a"],
    ["^[]a]$", "]", "b"],
    ["^[^]a]$", "b", "]"],
    ["^[[a]$", "[", "b"],
    ["^[[:alpha:]_]+$", "ab_", "a1"],
    ["^[[:punct:]]+$", "!]{~", "a"],
    [String.raw`^\pL+\PN$`, "éa", "é1"],
    [String.raw`^\p{Greek}$`, "α", "a"],
    [String.raw`^\p{Lu}$`, "A", "a"],
    [String.raw`\x{e9}`, "é", "e"],
    ["(?P<word>a)b", "ab", "a"],
    [String.raw`\Aa\z`, "a", "a\n"],
    [String.raw`(?m)^a\z`, "b\na", "a\nb"],
    [String.raw`^\Qa.b\E.$`, "a.bc", "axbc"],
    [String.raw`^\Qa.b`, "a.b", "axb"],
    [String.raw`\\Q`, String.raw`\Q`, "Q"],
    ["(?i)A(?-i:B)", "aB", "ab"],
    [String.raw`\d+\.\d \[x\]`, "10.1 [x]", "10-1 x"],
  ])("'%s' matches %j, and not %j", (pattern, matching, other) => {
    const matches = partMatch(pattern, BUDGET);

    expect([matches(matching), matches(other)]).toEqual([true, false]);
  });

  it.each([
    "(",
    "[a",
    "a**",
    String.raw`\Z`,
    String.raw`\y`,
    "[[:nothing:]]",
    "[[:^alpha:]]",
    "(?=a)",
  ])("'%s' is not taken", (pattern) => {
    expect(() => partMatch(pattern, BUDGET)).toThrow(PatternError);
  });
});
