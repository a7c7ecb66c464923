import { postReviews } from "@background-tasks/cli/review/comment/postReviews.ts";
import { githubApi } from "@background-tasks/cli/review/github/githubApi.ts";
import { closeIssue, upsertIssue } from "@background-tasks/cli/review/github/upsertIssue.ts";
import type { ResourceChange } from "@background-tasks/cli/review/report.ts";
import { GITHUB_TOKEN, REPOSITORY, startFakeGithub, type FakeGithub } from "./fakeGithub.ts";

// Of what the workflows run, that which speaks to GitHub.

const HEAD = "c0ffee";
const DRIFT = { marker: "<!-- drift -->", label: "drift", title: "Drift", body: "Text" };

let github: FakeGithub;
let waits: number[];
beforeEach(async () => {
  github = await startFakeGithub();
  waits = [];
  const pull = { title: "A change", body: "", state: "open", labels: [] } as const;
  github.issues.push({ ...pull, labels: [], number: 1, pull_request: { sha: HEAD } });
});
afterEach(() => github[Symbol.asyncDispose]());

const api = () =>
  githubApi({
    url: github.url,
    repository: REPOSITORY,
    token: GITHUB_TOKEN,
    wait: (ms) => Promise.resolve(void waits.push(ms)),
  });

const post = (changes: readonly ResourceChange[] = []) =>
  postReviews(
    api(),
    {
      pullRequest: 1,
      stacks: [{ diff: { stack: "dev", changes: [...changes], violations: [], notes: [] } }],
    },
    { headSha: HEAD },
  );

/** Other people write a hundred comments, and GitHub answers a hundred at a time. */
function discuss(): void {
  for (let id = 1; id <= 100; id += 1) {
    github.comments.push({ id, user: { login: "octocat" }, issue: 1, body: "Hello" });
  }
}

describe("Within GitHub's limits", () => {
  it("a comment is found behind a hundred others, and edited in place", async () => {
    discuss();
    await post();
    const change = { operation: "update", type: "x:Queue", name: "email" } as const;

    expect(await post([{ ...change, inputs: [], replacedBy: [] }])).toEqual([
      "Comment of stack 'dev' on pull request 1: updated.",
    ]);
    expect(github.comments).toHaveLength(101);
    expect(github.comments.at(-1)?.body).toContain("### Stack `dev`: 1 to change in place");
  });

  it("an issue is found behind a hundred others with its label, and closed", async () => {
    const labels = [{ name: DRIFT.label }];
    for (let number = 2; number <= 101; number += 1) {
      github.issues.push({ number, title: "Other", body: "", state: "open", labels });
    }
    const number = await upsertIssue(api(), DRIFT);

    expect(await upsertIssue(api(), DRIFT)).toBe(number);
    expect(await closeIssue(api(), DRIFT)).toBe(number);
    expect(github.issues.filter(({ state }) => state === "closed")).toHaveLength(1);
  });

  it("a comment is cut where it would be longer than GitHub takes", async () => {
    const changes = Array.from({ length: 5_000 }, (_, i) => ({
      ...{ operation: "update" as const, type: "x:Job", name: `job-${i}`, replacedBy: [] },
      inputs: [{ path: "schedule", before: '"0 7 * * *"', after: '"0 8 * * *"' }],
    }));

    expect(await post(changes)).toEqual(["Comment of stack 'dev' on pull request 1: created."]);
    expect(github.comments[0]?.body).toMatch(
      /The rest did not fit in: `npm run diff -- --json` has all of it\.$/,
    );
    await expect(
      api().request("POST", "/issues/1/comments", { body: "x".repeat(65_537) }),
    ).rejects.toThrow("with 422: Body is too long (maximum is 65536 characters)");
  });

  it("GitHub is asked again as late as it says, where it was asked too often", async () => {
    github.throttle(2);

    expect(await post()).toEqual(["Comment of stack 'dev' on pull request 1: created."]);
    expect(waits).toEqual([1_000, 1_000]);
    expect(github.comments).toHaveLength(1);
  });
});
