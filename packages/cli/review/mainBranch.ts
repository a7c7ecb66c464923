import { runProgram, type Run } from "../command/program.ts";

/** What `--base` is where it is not given, as `--help` says it. */
export const BASE_DESCRIPTION =
  "the branch or commit to compare with; otherwise the main branch: that of 'origin/HEAD', else " +
  "'origin/main', else 'main'";

/** The branch that changes are made for: the one that `origin` has for its own, else one that is usual. */
export async function mainBranch(run: Run = runProgram): Promise<string> {
  const ofOrigin = await answer(run, "symbolic-ref", "--short", "refs/remotes/origin/HEAD");
  if (ofOrigin !== undefined) return ofOrigin;
  const usual = await answer(run, "rev-parse", "--verify", "refs/remotes/origin/main");
  return usual === undefined ? "main" : "origin/main";
}

/** What a base was found to be, in a line before what is compared with it. */
export function comparedWith(ref: string, commit: string): string {
  return `Compared with commit ${commit.slice(0, 8)}, where this tree parted from '${ref}'.`;
}

/** What Git answers; `undefined` where it has no such thing. */
async function answer(run: Run, ...args: readonly string[]): Promise<string | undefined> {
  try {
    return (await run("git", args)).trim();
  } catch {
    return undefined;
  }
}
