import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { githubRoutes, NOT_FOUND, written, type Held } from "./githubRoutes.ts";

/** Who owns the repository, and its name. */
export const REPOSITORY = "octo-org/background-tasks";

/** Where a list's next page is, as GitHub names it: by the number of the repository. */
const NUMBERED = "/repositories/1300192";

/** What jobs show it. It answers nobody else. */
export const GITHUB_TOKEN = "a-token-of-github";

const OURS = new RegExp(`^(?:/repos/${REPOSITORY}|${NUMBERED})(?=/)`);

/** What GitHub takes as the text of a comment or an issue. */
const LONGEST_BODY = 65_536;
const LARGEST_PAGE = 100;

/** GitHub's API for one repository, on this machine: what it holds can be read and set. */
export interface FakeGithub extends Held, AsyncDisposable {
  readonly url: string;
  /** Refuses this many of the next requests, as GitHub does where somebody asks too often. */
  throttle(requests: number): void;
}

interface Reply {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export async function startFakeGithub(): Promise<FakeGithub> {
  const held: Held = { comments: [], issues: [] };
  const routes = githubRoutes(held);
  let throttled = 0;

  async function reply(request: IncomingMessage): Promise<Reply> {
    const { method = "", headers } = request;
    const asked = new URL(request.url ?? "", url);
    if (headers.authorization !== `Bearer ${GITHUB_TOKEN}`) {
      return { status: 401, body: { message: "Bad credentials" } };
    }
    if (throttled > 0) {
      throttled -= 1;
      return {
        status: throttled % 2 === 0 ? 403 : 429,
        body: { message: "You have exceeded a secondary rate limit." },
        headers: { "retry-after": "1" },
      };
    }
    const body = written.parse(JSON.parse((await text(request)) || "{}"));
    if ((body.body ?? "").length > LONGEST_BODY) {
      return { status: 422, body: { message: "Body is too long (maximum is 65536 characters)" } };
    }
    const path = `${method} ${asked.pathname.replace(OURS, "")}`;
    const [route, act] = routes.find(([pattern]) => pattern.test(path)) ?? [];
    const parts = route?.exec(path)?.slice(1) ?? [];
    const answer = act?.({ parts, query: asked.searchParams, body }) ?? NOT_FOUND;
    return "all" in answer ? pageOf(answer.all, asked) : answer;
  }

  const server = createServer((request, response) => {
    void reply(request).then(({ status, body, headers }) => {
      response.writeHead(status, { "content-type": "application/json", ...headers });
      response.end(JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    ...held,
    url,
    throttle(requests) {
      throttled = requests;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The page of a list that is asked for, and where the next one is. */
function pageOf(all: readonly unknown[], asked: URL): Reply {
  const size = Math.min(Number(asked.searchParams.get("per_page") ?? 30), LARGEST_PAGE);
  const page = Number(asked.searchParams.get("page") ?? 1);
  const body = all.slice((page - 1) * size, page * size);
  if (all.length <= page * size) return { status: 200, body };
  const next = new URL(asked);
  next.pathname = next.pathname.replace(OURS, NUMBERED);
  next.searchParams.set("page", String(page + 1));
  return { status: 200, body, headers: { link: `<${next.href}>; rel="next"` } };
}
