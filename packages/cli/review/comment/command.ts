import type { Command } from "commander";
import { path } from "../../command/readers.ts";
import { githubFromEnvironment } from "../github/fromEnvironment.ts";
import { githubApi } from "../github/githubApi.ts";
import { postReviews } from "./postReviews.ts";
import { readReviews } from "./reviews.ts";

/*
 * `npm run comment`: writes the comments of a pull request from what its jobs left. It runs with the code of
 * the main branch, since it may write.
 */

interface Options {
  readonly reviews: string;
  readonly headSha: string;
  readonly failedAt: string;
}

async function run({ reviews, headSha, failedAt }: Options): Promise<void> {
  const api = githubApi(githubFromEnvironment(process.env));
  const ended = { headSha, ...(failedAt !== "" && { failedAt }) };
  const lines = await postReviews(api, readReviews(reviews), ended);
  for (const line of lines) console.log(line);
}

export function configure(command: Command): void {
  command
    .requiredOption("--reviews <folder>", "the folder with the jobs' JSON", path)
    .requiredOption("--head-sha <commit>", "the commit that the jobs ran for, as GitHub says")
    .option("--failed-at <url>", "where the jobs' run is shown, if it ended red; empty if not", "")
    .action(run);
}
