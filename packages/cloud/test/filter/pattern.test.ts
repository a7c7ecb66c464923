import vm from "node:vm";
import { fullMatch, PatternError } from "../../filter/pattern.ts";

/** An expression with which this engine would be busy for ages. */
const BACKTRACKING = "(a+)+b";
const AS = "a".repeat(40);

afterEach(() => jest.restoreAllMocks());

describe("A regular expression", () => {
  it("is given up once it has had its time", () => {
    const budget = { leftMs: 20 };

    expect(() => fullMatch(BACKTRACKING, budget)(AS)).toThrow(PatternError);
    expect(budget.leftMs).toBeLessThanOrEqual(0);
  });

  it("has its time from the processor: one that waited for it is tried again", () => {
    const run = jest.spyOn(vm.Script.prototype, "runInContext").mockImplementationOnce(() => {
      throw Object.assign(new Error("Script execution timed out after 20ms"), {
        code: "ERR_SCRIPT_EXECUTION_TIMEOUT",
      });
    });

    expect(fullMatch("a+", { leftMs: 20 })(AS)).toBe(true);
    expect(run).toHaveBeenCalledTimes(2);
  });

  it("remembers of a text whether it matches, unless that is longer than labels are", () => {
    const run = jest.spyOn(vm.Script.prototype, "runInContext");
    const matches = fullMatch("a+", { leftMs: 20 });

    const found = [AS, AS, "a".repeat(257), "a".repeat(257)].map(matches);

    expect(found).toEqual([true, true, true, true]);
    expect(run).toHaveBeenCalledTimes(3);
  });
});
