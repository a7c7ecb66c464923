import fc from "fast-check";
import { matchesWildcards } from "../../faults/wildcards.ts";

describe("A pattern with wildcards", () => {
  it.each([
    ["email", "email", true],
    ["email", "emails", false],
    ["email", "an-email", false],
    ["", "", true],
    ["*", "", true],
    ["*", "email", true],
    ["local-*", "local-email", true],
    ["local-*", "locale", false],
    ["*Queue", "CreateQueue", true],
    ["*Queue", "Queues", false],
    ["a*a", "a", false],
    ["a*a", "aa", true],
    ["a*b*c", "a-c-b-c", true],
    ["a*b*c", "a-c-b", false],
    ["*aa*a", "aaa", true],
    ["*aa*aa", "aaa", false],
    ["a.c", "abc", false],
    ["(a|b)[c]$", "(a|b)[c]$", true],
  ])("%j takes %j: %j", (pattern, text, takes) => {
    expect(matchesWildcards(pattern, text)).toBe(takes);
  });

  it("takes what a search for every way to part the text takes", () => {
    const some = fc.array(fc.constantFrom("a", "b", "*"), { maxLength: 8 });
    const texts = fc.array(fc.constantFrom("a", "b"), { maxLength: 10 });
    fc.assert(
      fc.property(some, texts, (pattern, text) => {
        expect(matchesWildcards(pattern.join(""), text.join(""))).toBe(searches(pattern, text));
      }),
      { numRuns: 2000 },
    );
  });

  it("ends at once where an expression that goes back would not", () => {
    const begin = performance.now();
    expect(matchesWildcards(`${"*a".repeat(200)}*b`, "a".repeat(400))).toBe(false);
    expect(performance.now() - begin).toBeLessThan(1000);
  });
});

function searches([first, ...rest]: readonly string[], text: readonly string[]): boolean {
  if (first === undefined) return text.length === 0;
  if (first !== "*") return text[0] === first && searches(rest, text.slice(1));
  return [...text, ""].some((_, skipped) => searches(rest, text.slice(skipped)));
}
