import type { EnvironmentConfig } from "./config.ts";

/** An environment on GitHub: who a job in it is, and what has to be before one runs. */
export interface GithubEnvironment {
  readonly account: "deployer" | "previewer";
  /** Whether only what is on the main branch runs there, as Google asks, too. */
  readonly isMainOnly: boolean;
  /** Whether a person lets each job run. */
  readonly isReviewed: boolean;
}

/** The main branch, as GitHub's tokens name it. */
export const MAIN_REF = "refs/heads/main";

/** The environments on GitHub of a stack, or of the throw-away stacks, by name. */
export function githubEnvironments(
  name: string,
  { isThrowAway, promotesFrom }: EnvironmentConfig,
): Readonly<Record<string, GithubEnvironment>> {
  if (isThrowAway) {
    return {
      // Deploys what was labelled, of any branch.
      [name]: { account: "deployer", isMainOnly: false, isReviewed: true },
      [`${name}-sweep`]: { account: "deployer", isMainOnly: true, isReviewed: false },
    };
  }
  // What runs the images of another stack is what users see.
  const isReviewed = promotesFrom !== undefined;
  return {
    [name]: { account: "deployer", isMainOnly: true, isReviewed },
    // Runs what a pull request says.
    [`${name}-preview`]: { account: "previewer", isMainOnly: false, isReviewed },
    [`${name}-drift`]: { account: "previewer", isMainOnly: true, isReviewed: false },
  };
}
