import { parseFilter } from "../../monitoring/filter.ts";

/** Whether one comparison lets a value through. */
function lets(filter: string, value: string): boolean {
  const [comparison, ...others] = parseFilter(filter);
  expect(others).toEqual([]);
  return comparison!.matches(value);
}

function refusal(filter: string): string {
  try {
    for (const { matches } of parseFilter(filter)) matches("a".repeat(100));
    return "no refusal";
  } catch (error) {
    return error instanceof Error ? error.message.replace(/^.*": /s, "") : "";
  }
}

const LABEL = "resource.labels.queue_id";

describe("A monitoring filter", () => {
  it("is comparisons joined by AND, each with a selector in one form", () => {
    const filter = `metric.type = "m" AND resource.type='r'
      AND metric.label.response_code != "200" AND resource.labels."queue_id" = "q"`;

    expect(parseFilter(filter).map(({ selector, only }) => [selector, only])).toEqual([
      ["metric.type", "m"],
      ["resource.type", "r"],
      ["metric.labels.response_code", undefined],
      ["resource.labels.queue_id", "q"],
    ]);
    expect(parseFilter(" ")).toEqual([]);
  });

  it.each([
    { filter: `${LABEL} = "email"`, yes: ["email"], no: ["emails", ""] },
    { filter: `${LABEL} != 'email'`, yes: ["emails", ""], no: ["email"] },
    { filter: `${LABEL} = "a\\"b\\\\c"`, yes: [`a"b\\c`], no: ["a"] },
    { filter: `${LABEL} = one_of("a", 'b')`, yes: ["a", "b"], no: ["ab", "c"] },
    { filter: `${LABEL} != one_of("a")`, yes: ["b"], no: ["a"] },
    { filter: `${LABEL} = starts_with("em")`, yes: ["em", "email"], no: ["mem", "e"] },
    {
      filter: `${LABEL} = monitoring.regex.full_match("OK|2..")`,
      yes: ["OK", "204"],
      no: ["2004", "NOT OK", "OKAY"],
    },
    { filter: `${LABEL} != monitoring.regex.full_match("OK|2..")`, yes: ["500"], no: ["200"] },
  ])("understands $filter", ({ filter, yes, no }) => {
    expect(yes.filter((value) => lets(filter, value))).toEqual(yes);
    expect(no.filter((value) => lets(filter, value))).toEqual([]);
  });

  it.each([
    [`metric.type = "m" OR metric.type = "n"`, "'OR' is where 'AND' should be."],
    [`NOT metric.type = "m"`, "'NOT' is where a selector should be."],
    [`(metric.type = "m")`, "'(' is where a selector should be."],
    [`project = "p"`, "'project' is where a selector should be."],
    [`metadata.system_labels.name = "x"`, "'metadata.system_labels.name' is where a selector"],
    [`"metric.type" = "m"`, "'metric.type' is where a selector should be."],
    [`metric.type : "m"`, "':' is where '=' or '!=' should be."],
    [`metric.labels.x >= "m"`, "'>=' is where '=' or '!=' should be."],
    [`metric.type = m`, "'m' is where a text in quotes should be."],
    [`metric.labels.x = 200`, "'2' is where a text in quotes should be."],
    [`metric.type = "m`, `'"' is where a text in quotes should be.`],
    [`metric.type = ends_with("m")`, "'ends_with' is where a text in quotes should be."],
    [`metric.type = constructor("m")`, "'constructor' is where a text in quotes should be."],
    [`metric.type = one_of("m"`, "It ends where ',' or ')' should be."],
    [`metric.type = "m" AND`, "It ends where a selector should be."],
    [`metric.type = starts_with("m", "n")`, "'starts_with' takes one text."],
  ])("refuses %s, naming what it does not understand", (filter, reason) => {
    expect(refusal(filter)).toContain(reason);
  });

  it.each([
    ["a)|(b", "The regular expression is not valid."],
    ["(?=a)a", "RE2 has no look-around and no back-references."],
    ["(a)\\\\1", "RE2 has no look-around and no back-references."],
    ["(a+)+b", "The regular expression takes too long."],
  ])("refuses the regular expression %s", (pattern, reason) => {
    expect(refusal(`${LABEL} = monitoring.regex.full_match("${pattern}")`)).toBe(reason);
  });

  it("refuses a filter of more than 2048 characters", () => {
    expect(refusal(`${LABEL} = "${"a".repeat(2048)}"`)).toBe(
      "A filter has at most 2048 characters.",
    );
  });
});
