import { evaluate } from "../../policy/evaluate.ts";
import type { ResourceRule, StackRule } from "../../policy/rule.ts";
import { resource } from "../support/policyResource.ts";

const atMost: ResourceRule<{ most: number }> = {
  kind: "resource",
  name: "at-most",
  severity: "mandatory",
  description: "A thing has few parts.",
  settings: { most: { description: "Parts, at most.", default: 5 } },
  types: ["test:index/thing:Thing"],
  check: ({ properties }, { most }) =>
    Number(properties["parts"]) > most ? [`More than ${most}.`] : [],
};

const notEmpty: StackRule = {
  kind: "stack",
  name: "not-empty",
  severity: "advisory",
  description: "A stack has resources.",
  check: (resources) => (resources.length === 0 ? [{ message: "There is nothing." }] : []),
};

const thing = resource("test:index/thing:Thing", "big", { parts: 4 });

describe("evaluate", () => {
  it("says which rule a resource breaks, how severe that is and why", () => {
    expect(evaluate([thing], { "at-most": { most: 3 } }, [atMost, notEmpty])).toEqual([
      { rule: "at-most", severity: "mandatory", resource: "Thing 'big'", message: "More than 3." },
    ]);
  });

  it("judges a stack that has no value of its own by the default", () => {
    expect(evaluate([thing], {}, [atMost])).toEqual([]);
  });

  it("leaves resources of other types alone", () => {
    const other = resource("test:index/other:Other", "big", { parts: 4 });

    expect(evaluate([other], { "at-most": { most: 3 } }, [atMost])).toEqual([]);
  });

  it("names no resource where the stack as a whole breaks a rule", () => {
    expect(evaluate([], {}, [notEmpty])).toEqual([
      { rule: "not-empty", severity: "advisory", message: "There is nothing." },
    ]);
  });
});
