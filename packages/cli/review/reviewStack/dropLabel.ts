import { GithubError, type GithubApi } from "../github/githubApi.ts";

/** What somebody who has looked at a pull request's commit gives it, for a stack of its own. */
const LABEL = "review-stack";

/** Takes the label from a pull request, which may have lost it meanwhile. */
export async function dropLabel(api: GithubApi, pullRequest: number): Promise<void> {
  try {
    await api.request("DELETE", `/issues/${pullRequest}/labels/${LABEL}`);
  } catch (error) {
    if (!(error instanceof GithubError && error.status === 404)) throw error;
  }
}
