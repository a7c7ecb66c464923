import type { GithubSettings } from "./githubApi.ts";

/** What a workflow gives its steps: `GITHUB_TOKEN` has to be handed over by name. */
export function githubFromEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
): GithubSettings {
  const { GITHUB_TOKEN: token, GITHUB_REPOSITORY: repository, GITHUB_API_URL } = environment;
  const missing = Object.entries({ GITHUB_TOKEN: token, GITHUB_REPOSITORY: repository })
    .filter(([, value]) => (value ?? "") === "")
    .map(([name]) => `'${name}'`);
  if (token === undefined || repository === undefined || missing.length > 0) {
    throw new Error(
      `Missing environment variables: ${missing.join(", ")}. They say which repository is meant and ` +
        "who asks; in a workflow GITHUB_TOKEN is '${{ github.token }}'.",
    );
  }
  return { url: GITHUB_API_URL ?? "https://api.github.com", repository, token };
}
