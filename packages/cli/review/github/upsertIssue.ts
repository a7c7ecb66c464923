import { z } from "zod";
import type { GithubApi } from "./githubApi.ts";

/** What an issue says, and the label by which the issues of its kind are found. */
export interface IssueText {
  /** The hidden line that the body begins with. */
  readonly marker: string;
  readonly label: string;
  readonly title: string;
  readonly body: string;
}

const issues = z.array(
  z.object({
    number: z.number(),
    title: z.string(),
    body: z.string().nullish(),
    pull_request: z.unknown().optional(),
  }),
);

/** Opens the issue, or brings the open one up to date. Returns its number. */
export async function upsertIssue(api: GithubApi, issue: IssueText): Promise<number> {
  const { marker, label, title } = issue;
  const body = `${marker}\n${issue.body}`;
  const open = await findIssue(api, issue);
  if (!open) {
    const made = await api.request("POST", "/issues", { title, body, labels: [label] });
    return z.object({ number: z.number() }).parse(made).number;
  }
  if (open.body !== body || open.title !== title) {
    await api.request("PATCH", `/issues/${open.number}`, { title, body });
  }
  return open.number;
}

/** Closes the issue, if there is one: what it told of is over. Returns its number. */
export async function closeIssue(
  api: GithubApi,
  issue: Pick<IssueText, "marker" | "label">,
): Promise<number | undefined> {
  const open = await findIssue(api, issue);
  if (!open) return undefined;
  await api.request("PATCH", `/issues/${open.number}`, {
    state: "closed",
    state_reason: "completed",
  });
  return open.number;
}

async function findIssue(api: GithubApi, { marker, label }: Pick<IssueText, "marker" | "label">) {
  const path = `/issues?state=open&labels=${encodeURIComponent(label)}`;
  const found = issues.parse(await api.list(path));
  // GitHub lists pull requests among the issues.
  return found.find(
    ({ body, pull_request: pull }) => pull === undefined && body?.startsWith(marker) === true,
  );
}
