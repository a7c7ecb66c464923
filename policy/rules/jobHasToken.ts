import { JOB, titleOf } from "../resource.ts";
import type { ResourceRule } from "../rule.ts";
import { at, isMissing, text } from "../values.ts";

export const jobHasToken: ResourceRule = {
  kind: "resource",
  name: "job-has-token",
  severity: "mandatory",
  description:
    "A Scheduler job sends a token: an OAuth token to Google's APIs, an OIDC token to any other address.",
  types: [JOB],
  check(job) {
    const target = at(job.properties, "httpTarget");
    if (isMissing(target)) return [];
    const tokens = tokensFor(text(at(target, "uri")));
    if (tokens.some((token) => !isMissing(at(target, token, "serviceAccountEmail")))) return [];
    const places = tokens.map((token) => `'httpTarget.${token}.serviceAccountEmail'`).join(" nor ");
    return [
      `${titleOf(job)} has no ${places}, and what it calls would refuse it; set it to the schedules' account.`,
    ];
  },
};

/** The token that an address takes; either, while it is not known. */
function tokensFor(uri: string | undefined): string[] {
  if (uri === undefined) return ["oauthToken", "oidcToken"];
  return /^https:\/\/(?:[^/@]*@)?(?:[a-z0-9-]+\.)*googleapis\.com(?:[/?:]|$)/.test(uri)
    ? ["oauthToken"]
    : ["oidcToken"];
}
