import { z } from "zod";

const BOT = "github-actions[bot]";

export interface Comment {
  readonly id: number;
  readonly user: { readonly login: string };
  readonly issue: number;
  body: string;
}

export interface Issue {
  readonly number: number;
  title: string;
  body: string;
  state: "open" | "closed";
  labels: { readonly name: string }[];
  /** It is a pull request, with this commit at its head. */
  readonly pull_request?: { sha: string };
}

/** What a repository holds. */
export interface Held {
  readonly comments: Comment[];
  readonly issues: Issue[];
}

/** What is answered: one thing, or a list that is answered by pages. */
export type Answer =
  { readonly status: number; readonly body: unknown } | { readonly all: readonly unknown[] };

export const written = z.object({
  title: z.string().max(256).optional(),
  body: z.string().optional(),
  state: z.enum(["open", "closed"]).optional(),
  labels: z.array(z.string()).optional(),
});

const changes = written.omit({ labels: true });

export interface Asked {
  /** What the path's pattern has caught: a number, and a label. */
  readonly parts: readonly string[];
  readonly query: URLSearchParams;
  readonly body: z.output<typeof written>;
}

export const NOT_FOUND: Answer = { status: 404, body: { message: "Not Found" } };

/** The methods of GitHub's API that the workflows call, by `METHOD /path` behind the repository. */
export function githubRoutes({
  comments,
  issues,
}: Held): readonly (readonly [route: RegExp, answer: (asked: Asked) => Answer])[] {
  const pulls = () => issues.filter(({ pull_request: pull }) => pull !== undefined);
  const issueOf = (number = "") => issues.find((one) => one.number === Number(number));
  return [
    [
      /^GET \/pulls$/,
      ({ query }) => ({
        all: pulls()
          .filter(({ state }) => state === query.get("state"))
          .map(pullOf),
      }),
    ],
    [
      /^GET \/pulls\/(\d+)$/,
      ({ parts: [number] }) =>
        found(
          pulls().find((one) => one.number === Number(number)),
          pullOf,
        ),
    ],
    [
      /^GET \/issues$/,
      ({ query }) => {
        const labels = (query.get("labels") ?? "").split(",").filter((label) => label !== "");
        const isAsked = ({ state, labels: own }: Issue): boolean =>
          state === (query.get("state") ?? "open") &&
          labels.every((label) => own.some(({ name }) => name === label));
        return { all: issues.filter(isAsked) };
      },
    ],
    [
      /^POST \/issues$/,
      ({ body: { title = "", body = "", labels = [] } }) => {
        const number = Math.max(0, ...issues.map((one) => one.number)) + 1;
        const named = labels.map((name) => ({ name }));
        const issue: Issue = { number, title, body, state: "open", labels: named };
        issues.push(issue);
        return { status: 201, body: issue };
      },
    ],
    [
      /^PATCH \/issues\/(\d+)$/,
      ({ parts: [number], body }) =>
        found(issueOf(number), (issue) => Object.assign(issue, changes.parse(body))),
    ],
    [
      /^DELETE \/issues\/(\d+)\/labels\/([^/]+)$/,
      ({ parts: [number, label = ""] }) => {
        const issue = issueOf(number);
        const kept = issue?.labels.filter(({ name }) => name !== decodeURIComponent(label));
        if (!issue || !kept || kept.length === issue.labels.length) return NOT_FOUND;
        issue.labels = kept;
        return { status: 200, body: kept };
      },
    ],
    [
      /^GET \/issues\/(\d+)\/comments$/,
      ({ parts: [number] }) => ({ all: comments.filter(({ issue }) => issue === Number(number)) }),
    ],
    [
      /^POST \/issues\/(\d+)\/comments$/,
      ({ parts: [number], body: { body = "" } }) => {
        const id = 1_000 + comments.length;
        comments.push({ id, user: { login: BOT }, issue: Number(number), body });
        return { status: 201, body: comments.at(-1) };
      },
    ],
    [
      /^PATCH \/issues\/comments\/(\d+)$/,
      ({ parts: [id], body: { body = "" } }) =>
        found(
          comments.find((one) => one.id === Number(id)),
          (comment) => Object.assign(comment, { body }),
        ),
    ],
  ];
}

function found<T>(one: T | undefined, answer: (one: T) => unknown): Answer {
  return one === undefined ? NOT_FOUND : { status: 200, body: answer(one) };
}

function pullOf({ number, title, state, pull_request: pull }: Issue): unknown {
  return { number, title, state, head: { sha: pull?.sha } };
}
