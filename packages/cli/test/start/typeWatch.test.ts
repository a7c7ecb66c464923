import type { CompilerListener } from "../../start/compiler.ts";
import { TypeWatch } from "../../start/typeWatch.ts";

const ERROR = "a.ts(1,1): error TS1: A.";

/** A watch whose compiler is the test, with a second that passes when the test says so. */
function watchTypes() {
  const told: (readonly string[])[] = [];
  const compilers: CompilerListener[] = [];
  let ended = 0;
  const waiting = new Set<() => void>();
  const types = new TypeWatch({
    watch: (listener) => {
      compilers.push(listener);
      return () => {
        ended += 1;
      };
    },
    tell: (lines) => told.push(lines),
    later: (_ms, act) => {
      waiting.add(act);
      return () => waiting.delete(act);
    },
  });
  return {
    types,
    told,
    get ended() {
      return ended;
    },
    compilers,
    /** What is saved and deployed, and what the compiler finds in it. */
    deploy: (...errors: string[]) => {
      types.pause();
      compilers[0]?.began();
      types.check();
      compilers[0]!.ended(errors);
    },
    aSecondPasses: () => {
      for (const act of waiting) act();
      waiting.clear();
    },
  };
}

describe("The type errors of what runs", () => {
  it("are announced once, when a check takes long, though it begins anew", () => {
    const { types, told, compilers, aSecondPasses } = watchTypes();

    types.check();
    aSecondPasses();
    compilers[0]!.began();
    aSecondPasses();
    compilers[0]!.ended([]);

    expect(told).toEqual([["Checking the types …"], ["There are no type errors."]]);
  });

  it("are told with their number, the first of them, and how to see the others", () => {
    const { deploy, told } = watchTypes();

    deploy(ERROR, "b.ts(1,1): error TS2: B.", "c", "d", "e");

    expect(told).toEqual([
      [
        "5 type errors; what is deployed runs all the same:",
        `  ${ERROR}`,
        "  b.ts(1,1): error TS2: B.",
        "  c",
        "  and 2 more: npm run check",
      ],
    ]);
  });

  it("are told once they are mended, and not where there were none", () => {
    const { deploy, told } = watchTypes();

    deploy();
    deploy(ERROR);
    deploy();
    deploy();

    expect(told).toEqual([
      ["1 type error; what is deployed runs all the same:", `  ${ERROR}`],
      ["The type errors are mended."],
    ]);
  });

  it("are said to be looked for where that takes longer than a second, and how it ended", () => {
    const { types, compilers, aSecondPasses, told } = watchTypes();

    types.check();
    compilers[0]!.began();
    aSecondPasses();
    compilers[0]!.ended([]);
    types.check();
    aSecondPasses();

    expect(told).toEqual([["Checking the types …"], ["There are no type errors."]]);
  });

  it("are not those of what is being deployed, or cannot be", () => {
    const { types, compilers, deploy, aSecondPasses, told } = watchTypes();
    deploy();

    types.pause();
    compilers[0]!.began();
    aSecondPasses();
    compilers[0]!.ended([ERROR]);
    expect(told).toEqual([]);

    types.check();
    expect(told).toEqual([["1 type error; what is deployed runs all the same:", `  ${ERROR}`]]);
  });

  it("are told by one compiler, which ends with it", () => {
    const watch = watchTypes();
    watch.deploy();
    watch.deploy();

    watch.types.stop();

    expect(watch.compilers).toHaveLength(1);
    expect(watch.ended).toBe(1);
  });

  it("are said not to be known where there is no compiler", () => {
    const { types, compilers, aSecondPasses, told } = watchTypes();

    types.check();
    compilers[0]!.failed("Cannot find 'typescript'");
    aSecondPasses();

    expect(told).toEqual([["The types could not be checked: Cannot find 'typescript'"]]);
  });

  it("are said not to be known once for one reason, though each deployment tries again", () => {
    const { types, compilers, told } = watchTypes();
    for (let n = 0; n < 3; n += 1) {
      types.check();
      compilers[n]!.failed("Cannot find 'typescript'");
      types.pause();
    }
    types.check();
    compilers[3]!.failed("The compiler ended early (SIGKILL).");

    expect(told).toEqual([
      ["The types could not be checked: Cannot find 'typescript'"],
      ["The types could not be checked: The compiler ended early (SIGKILL)."],
    ]);
  });

  it("are told by another compiler after one that ended early", () => {
    const { types, compilers, deploy, told } = watchTypes();
    deploy();
    compilers[0]!.failed("The compiler ended early (SIGKILL).");

    types.pause();
    types.check();
    compilers[1]!.began();
    compilers[1]!.ended([ERROR]);

    expect(told).toEqual([
      ["The types could not be checked: The compiler ended early (SIGKILL)."],
      ["1 type error; what is deployed runs all the same:", `  ${ERROR}`],
    ]);
  });
});
