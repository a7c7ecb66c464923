import { Command } from "commander";
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
}

async function main({ reviews, headSha }: Options): Promise<void> {
  const api = githubApi(githubFromEnvironment(process.env));
  for (const line of await postReviews(api, readReviews(reviews), headSha)) console.log(line);
}

const command = new Command("npm run comment --")
  .description("Writes a pull request's comments, one for each stack, from what its jobs left.")
  .requiredOption("--reviews <folder>", "the folder with the jobs' JSON")
  .requiredOption("--head-sha <commit>", "the commit that the jobs ran for, as GitHub says");

void main(command.parse().opts<Options>()).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
