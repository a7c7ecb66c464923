import { mainBranch } from "../../review/mainBranch.ts";

/** A Git that answers these commands and fails with all others. */
const git =
  (answers: Readonly<Record<string, string>>) => async (file: string, args: readonly string[]) => {
    const found = answers[args.join(" ")];
    if (file !== "git" || found === undefined) throw new Error("fatal: not a valid ref");
    return `${found}\n`;
  };

const HEAD = "symbolic-ref --short refs/remotes/origin/HEAD";
const MAIN = "rev-parse --verify refs/remotes/origin/main";

describe("mainBranch", () => {
  it.each([
    { answers: { [HEAD]: "origin/trunk", [MAIN]: "1a2b" }, branch: "origin/trunk" },
    { answers: { [MAIN]: "1a2b" }, branch: "origin/main" },
    { answers: {}, branch: "main" },
  ])("is '$branch'", async ({ answers, branch }) => {
    expect(await mainBranch(git(answers))).toBe(branch);
  });
});
