import { z } from "zod";
import type { GithubApi } from "../github/githubApi.ts";
import { upsertComment } from "../github/upsertComment.ts";
import { commentOf, markerOf, previewedAt, type Run } from "./comment.ts";
import type { Reviews } from "./reviews.ts";

const pullRequest = z.object({ state: z.string(), head: z.object({ sha: z.string() }) });

/**
 * Writes a pull request's comments, one for each stack. `run` is what left the reviews, as GitHub says: reviews that
 * name another pull request than that of its commit are refused.
 */
export async function postReviews(
  api: GithubApi,
  { pullRequest: number, stacks }: Reviews,
  run: Run,
): Promise<string[]> {
  const { headSha } = run;
  const { head, state } = pullRequest.parse(await api.request("GET", `/pulls/${number}`));
  if (head.sha !== headSha) {
    return [
      `Pull request ${number} is at commit '${head.sha}' and the reviews are of '${headSha}': nothing is written.`,
    ];
  }
  if (state !== "open") return [`Pull request ${number} is ${state}: nothing is written.`];
  const lines: string[] = [];
  for (const review of stacks) {
    const { stack } = review.diff;
    // The job that asks the engine need not be the last to end, and knows all that the other one does.
    const keep = review.preview ? undefined : previewedAt(headSha);
    const done = await upsertComment(api, number, markerOf(stack), commentOf(review, run), keep);
    lines.push(`Comment of stack '${stack}' on pull request ${number}: ${done}.`);
  }
  return lines;
}
