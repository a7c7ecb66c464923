import type { TypeErrorsOptions } from "../../command/typeErrors.ts";
import { TypeWatch } from "../../start/typeWatch.ts";

type Check = (options: TypeErrorsOptions) => Promise<readonly string[]>;

function watchWith(check: Check) {
  const told: (readonly string[])[] = [];
  return { told, watch: new TypeWatch(check, (lines) => told.push(lines)) };
}

describe("The type errors of what runs", () => {
  it("are told with their number, the first of them, and how to see the others", async () => {
    const errors = ["a.ts(1,1): error TS1: A.", "b.ts(1,1): error TS2: B.", "c", "d", "e"];
    const { told, watch } = watchWith(() => Promise.resolve(errors));

    await watch.check();

    expect(told).toEqual([
      [
        "5 type errors; what is deployed runs all the same:",
        "  a.ts(1,1): error TS1: A.",
        "  b.ts(1,1): error TS2: B.",
        "  c",
        "  and 2 more: npm run check",
      ],
    ]);
  });

  it("are told once they are mended, and not where there were none", async () => {
    const answers = [[], ["a.ts(1,1): error TS1: A."], [], []];
    const { told, watch } = watchWith(() => Promise.resolve(answers.shift()!));

    for (let times = 0; times < 4; times += 1) await watch.check();

    expect(told).toEqual([
      ["1 type error; what is deployed runs all the same:", "  a.ts(1,1): error TS1: A."],
      ["The type errors are mended."],
    ]);
  });

  it("are those of the last change: a check that is under way is given up", async () => {
    const ends: ((errors: readonly string[]) => void)[] = [];
    const { told, watch } = watchWith(
      ({ signal }) =>
        new Promise((resolve, reject) => {
          ends.push(resolve);
          signal?.addEventListener("abort", () => {
            reject(new Error("given up"));
          });
        }),
    );

    const first = watch.check();
    const second = watch.check();
    ends[1]!(["second"]);
    await Promise.all([first, second]);

    expect(told.map(([, error]) => error)).toEqual(["  second"]);
  });

  it("are said not to be known where there is no compiler", async () => {
    const { told, watch } = watchWith(() => Promise.reject(new Error("Cannot find 'typescript'")));

    await watch.check();

    expect(told).toEqual([["The types could not be checked: Cannot find 'typescript'"]]);
  });
});
