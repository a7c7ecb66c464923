import { InvalidArgumentError } from "commander";

/** Who lets a job run. */
export interface Reviewer {
  readonly type: "User" | "Team";
  /** Where GitHub tells the number of it. */
  readonly path: string;
}

/** Reads a login, or a team as `organization/team`. */
export function reviewer(text: string): Reviewer {
  const [, first = "", team] = /^([\w-]+)(?:\/([\w-]+))?$/.exec(text) ?? [];
  if (first === "") {
    throw new InvalidArgumentError("A reviewer is a login, or a team such as 'octo-org/platform'.");
  }
  return team === undefined
    ? { type: "User", path: `users/${first}` }
    : { type: "Team", path: `orgs/${first}/teams/${team}` };
}
