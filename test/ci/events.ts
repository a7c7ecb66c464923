import { REPOSITORY, type FakeGithub } from "./fakeGithub.ts";
import type { Push } from "./throwAwayRepository.ts";
import type { Event, WorkflowRun } from "./act.ts";

export interface PullRequest {
  readonly number: number;
  readonly title?: string;
  /** Whose branch it is. @default - this repository's */
  readonly from?: string;
}

/** What happened to a pull request, whose head is this now. GitHub is told. */
export function pullRequestEvent(
  github: FakeGithub,
  action: "opened" | "synchronize" | "labeled" | "closed",
  { number, title = "A change", from = REPOSITORY }: PullRequest,
  { branch, sha }: Push,
  more: Readonly<Record<string, unknown>> = {},
): Event {
  const known = github.issues.find((one) => one.number === number);
  if (known?.pull_request) known.pull_request.sha = sha;
  const issue = known ?? {
    number,
    title,
    body: "",
    state: "open",
    labels: [],
    pull_request: { sha },
  };
  if (!known) github.issues.push(issue);
  if (action === "closed") issue.state = "closed";
  return {
    name: "pull_request",
    ref: `refs/pull/${number}/merge`,
    payload: {
      action,
      number,
      pull_request: {
        number,
        title,
        state: issue.state,
        labels: issue.labels,
        head: { ref: branch, sha, repo: { full_name: from } },
        base: { ref: "main", repo: { full_name: REPOSITORY } },
      },
      ...more,
    },
  };
}

/** Something that was pushed to a branch of this repository. */
export function pushEvent({ branch, sha }: Push): Event {
  return {
    name: "push",
    ref: branch,
    payload: { ref: `refs/heads/${branch}`, after: sha, deleted: false },
  };
}

/** Somebody starts a workflow by hand, on the main branch. */
export function byHand(inputs: Readonly<Record<string, string>>): Event {
  return {
    name: "workflow_dispatch",
    ref: "main",
    payload: { ref: "refs/heads/main", inputs },
  };
}

/** A run for a pull request has ended. */
export function endOf(run: WorkflowRun, { sha }: Push): Event {
  return {
    name: "workflow_run",
    ref: "main",
    payload: {
      workflow_run: {
        id: run.id,
        event: "pull_request",
        conclusion: Object.values(run.jobs).includes("failed") ? "failure" : "success",
        head_sha: sha,
        html_url: `https://github.com/${REPOSITORY}/actions/runs/${run.id}`,
      },
    },
  };
}

/** The hour at which something runs every day. */
export const DAILY: Event = { name: "schedule", ref: "main", payload: {} };
