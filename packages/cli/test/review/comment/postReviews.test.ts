import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { commentOf, markerOf } from "../../../review/comment/comment.ts";
import { postReviews } from "../../../review/comment/postReviews.ts";
import { readReviews, type Reviews } from "../../../review/comment/reviews.ts";
import { githubApi } from "../../../review/github/githubApi.ts";
import { type Answer, githubRecorder } from "../../support/githubRecorder.ts";

const DEV = { stack: "dev", changes: [], violations: [], notes: [] };
const PROD = { ...DEV, stack: "prod" };
const STEP = {
  op: "delete",
  urn: "urn:pulumi:prod::background-tasks::gcp:cloudtasks/queue:Queue::sms",
  oldState: { inputs: { name: "q" } },
};

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "reviews-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function leave(file: string, content: unknown): void {
  writeFileSync(
    join(folder, file),
    typeof content === "string" ? content : JSON.stringify(content),
  );
}

describe("what a pull request's jobs left", () => {
  it("is read stack by stack, with the preview where there is one", () => {
    leave("pull-request.json", { number: 7 });
    leave("diff-prod.json", PROD);
    leave("diff-dev.json", DEV);
    leave("preview-prod.json", { steps: [STEP] });

    expect(readReviews(folder)).toEqual({
      pullRequest: 7,
      stacks: [
        { diff: DEV },
        {
          diff: PROD,
          preview: [
            {
              operation: "delete",
              type: "gcp:cloudtasks/queue:Queue",
              name: "sms",
              inputs: [{ path: "name", before: '"q"' }],
              replacedBy: [],
            },
          ],
        },
      ],
    });
  });

  it("goes without a preview that failed", () => {
    leave("pull-request.json", { number: 7 });
    leave("diff-dev.json", DEV);
    leave("preview-dev.json", "error: no such stack");

    expect(readReviews(folder).stacks).toEqual([{ diff: DEV }]);
  });

  it("is missed where the jobs ended before they left anything", () => {
    expect(() => readReviews(join(folder, "none"))).toThrow(
      "pull-request.json': the jobs of the pull request ended before they left anything, and no comment is written. " +
        "Their run says why.",
    );
  });

  it.each([
    { what: "a number that is none", file: "pull-request.json", content: { number: "7; rm" } },
    { what: "a field that no report has", file: "diff-dev.json", content: { ...DEV, run: "x" } },
    { what: "a stack that is no name", file: "diff-dev.json", content: { ...DEV, stack: "a b" } },
  ])("is refused for $what", ({ file, content }) => {
    leave("pull-request.json", { number: 7 });
    leave("diff-dev.json", DEV);
    leave(file, content);

    expect(() => readReviews(folder)).toThrow();
  });

  it("is refused where it is of more stacks than anybody has", () => {
    leave("pull-request.json", { number: 7 });
    for (let i = 0; i < 11; i += 1) leave(`diff-s${i}.json`, DEV);

    expect(() => readReviews(folder)).toThrow(
      "There are reports of 11 stacks; at most 10 are commented on.",
    );
  });
});

describe("posting reviews", () => {
  const reviews = { pullRequest: 7, stacks: [{ diff: DEV }, { diff: PROD }] };

  function postOf(of: Reviews, ...answers: Answer[]) {
    const { sent, send } = githubRecorder(answers);
    const api = githubApi({ url: "https://api.github.com", repository: "o/r", token: "t", send });
    return { sent, lines: postReviews(api, of, { headSha: "abc" }) };
  }
  const post = (...answers: Answer[]) => postOf(reviews, ...answers);

  it("writes one comment for each stack", async () => {
    const own = { id: 3, body: `${markerOf("prod")} old`, user: { login: "github-actions[bot]" } };
    const { sent, lines } = post(
      { body: { state: "open", head: { sha: "abc" } } },
      { body: [own] },
      { status: 201 },
      { body: [own] },
      {},
    );

    expect(await lines).toEqual([
      "Comment of stack 'dev' on pull request 7: created.",
      "Comment of stack 'prod' on pull request 7: updated.",
    ]);
    expect(sent.filter(({ method }) => method !== "GET").map(({ body }) => body)).toEqual([
      { body: commentOf({ diff: DEV }) },
      { body: commentOf({ diff: PROD }) },
    ]);
  });

  it.each([
    { of: "the same commit", at: "abc", end: "unchanged" },
    { of: "another commit", at: "def", end: "updated" },
  ])("that have no preview leave one of $of: $end", async ({ at, end }) => {
    const body = commentOf({ diff: PROD, preview: [] }, { headSha: at });
    const own = { id: 3, body, user: { login: "github-actions[bot]" } };

    const { lines } = postOf(
      { pullRequest: 7, stacks: [{ diff: PROD }] },
      { body: { state: "open", head: { sha: "abc" } } },
      { body: [own] },
      {},
    );

    expect(await lines).toEqual([`Comment of stack 'prod' on pull request 7: ${end}.`]);
  });

  it("writes nothing on a pull request whose commit is another", async () => {
    const { sent, lines } = post({ body: { state: "open", head: { sha: "def" } } });

    expect(await lines).toEqual([
      "Pull request 7 is at commit 'def' and the reviews are of 'abc': nothing is written.",
    ]);
    expect(sent).toHaveLength(1);
  });

  it("writes nothing on a pull request that is closed", async () => {
    const { sent, lines } = post({ body: { state: "closed", head: { sha: "abc" } } });

    expect(await lines).toEqual(["Pull request 7 is closed: nothing is written."]);
    expect(sent).toHaveLength(1);
  });
});
