import { githubApi } from "../../../review/github/githubApi.ts";
import { upsertComment } from "../../../review/github/upsertComment.ts";
import { closeIssue, upsertIssue } from "../../../review/github/upsertIssue.ts";
import { type Answer, githubRecorder } from "../../support/githubRecorder.ts";

const MARKER = "<!-- marker -->";
const BOT = { login: "github-actions[bot]" };

function api(...answers: Answer[]) {
  const { sent, send } = githubRecorder(answers);
  const wait = (): Promise<void> => Promise.resolve();
  const made = githubApi({
    url: "https://api.github.com",
    repository: "o/r",
    token: "t",
    send,
    wait,
  });
  const calls = () => sent.map(({ method, path }) => `${method} ${path.replace("/repos/o/r", "")}`);
  return { made, sent, calls };
}

describe("the comment on a pull request", () => {
  it("is written where there is none", async () => {
    const { made, sent, calls } = api({ body: [] }, { status: 201, body: { id: 1 } });

    expect(await upsertComment(made, 7, MARKER, `${MARKER} new`)).toBe("created");

    expect(calls()).toEqual(["GET /issues/7/comments?per_page=100", "POST /issues/7/comments"]);
    expect(sent[1]?.body).toEqual({ body: `${MARKER} new` });
  });

  it("is edited in place where it is there, on whichever page", async () => {
    const others = Array.from({ length: 100 }, (_, id) => ({ id, body: "Hello", user: BOT }));
    const own = { id: 700, body: `${MARKER} old`, user: BOT };
    const link = '<https://api.github.com/repositories/1/issues/7/comments?page=2>; rel="next"';
    const { made, calls } = api({ body: others, headers: { link } }, { body: [own] }, { body: {} });

    expect(await upsertComment(made, 7, MARKER, `${MARKER} new`)).toBe("updated");

    expect(calls().at(-1)).toBe("PATCH /issues/comments/700");
  });

  it("is left alone where it says the same", async () => {
    const { made, calls } = api({ body: [{ id: 1, body: `${MARKER} same`, user: BOT }] });

    expect(await upsertComment(made, 7, MARKER, `${MARKER} same`)).toBe("unchanged");
    expect(calls()).toHaveLength(1);
  });

  it("is not one that somebody else began with the marker", async () => {
    const other = { id: 1, body: `${MARKER} mine`, user: { login: "mallory" } };
    const { made, calls } = api({ body: [other] }, { status: 201 });

    expect(await upsertComment(made, 7, MARKER, `${MARKER} new`)).toBe("created");
    expect(calls().at(-1)).toBe("POST /issues/7/comments");
  });

  it("is looked for before it is written again", async () => {
    const written = { id: 9, body: `${MARKER} new`, user: BOT };
    const { made, calls } = api({ body: [] }, { broken: "socket hang up" }, { body: [written] });

    expect(await upsertComment(made, 7, MARKER, `${MARKER} new`)).toBe("created");
    expect(calls()).toEqual([
      "GET /issues/7/comments?per_page=100",
      "POST /issues/7/comments",
      "GET /issues/7/comments?per_page=100",
    ]);
  });
});

describe("the issue", () => {
  const issue = { marker: MARKER, label: "drift", title: "Drift", body: "Text" };

  it("is opened where none is open", async () => {
    const { made, sent } = api({ body: [] }, { status: 201, body: { number: 12 } });

    expect(await upsertIssue(made, issue)).toBe(12);

    expect(sent[0]?.path).toBe("/repos/o/r/issues?state=open&labels=drift&per_page=100");
    expect(sent[1]?.body).toEqual({ title: "Drift", body: `${MARKER}\nText`, labels: ["drift"] });
  });

  it("is brought up to date where it is open", async () => {
    const open = { number: 5, title: "Drift", body: `${MARKER}\nOld` };
    const { made, sent, calls } = api({ body: [open] }, { body: {} });

    expect(await upsertIssue(made, issue)).toBe(5);

    expect(calls()[1]).toBe("PATCH /issues/5");
    expect(sent[1]?.body).toEqual({ title: "Drift", body: `${MARKER}\nText` });
  });

  it("is not a pull request with the marker", async () => {
    const pull = { number: 5, title: "Drift", body: MARKER, pull_request: {} };
    const { made } = api({ body: [pull] }, { status: 201, body: { number: 6 } });

    expect(await upsertIssue(made, issue)).toBe(6);
  });

  it("is closed when it is over, if it was open", async () => {
    const open = { number: 5, title: "Drift", body: `${MARKER}\nOld` };
    const one = api({ body: [open] }, { body: {} });
    const none = api({ body: [] });

    expect(await closeIssue(one.made, issue)).toBe(5);
    expect(await closeIssue(none.made, issue)).toBeUndefined();

    expect(one.sent[1]?.body).toEqual({ state: "closed", state_reason: "completed" });
  });
});
