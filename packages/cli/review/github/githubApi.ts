/** GitHub's REST API for one repository. */
export interface GithubApi {
  /** Answers what GitHub answers, which nobody has looked at yet. `path` begins behind the repository. */
  readonly request: (method: Method, path: string, body?: object) => Promise<unknown>;
  /** All of a list, page after page, as far as GitHub names a next one. */
  readonly list: (path: string) => Promise<unknown[]>;
}

export type Method = "GET" | "POST" | "PATCH" | "DELETE";

export interface GithubSettings {
  /** Such as `https://api.github.com`. */
  readonly url: string;
  /** Owner and name: `octo-org/background-tasks`. */
  readonly repository: string;
  readonly token: string;
  /** @default fetch */
  readonly send?: typeof fetch;
  /** Waits before a request is tried again. */
  readonly wait?: (ms: number) => Promise<void>;
}

/** An answer that is not a success. Its message holds no token. */
export class GithubError extends Error {
  override readonly name = "GithubError";
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

const LARGEST_PAGE = 100;
const MAX_TRIES = 4;
const LONGEST_WAIT_MS = 60_000;

/**
 * Calls GitHub, again where it was busy. A POST that may have been carried out is not sent again: its
 * caller knows how to look whether it was.
 */
export function githubApi(settings: GithubSettings): GithubApi {
  const { url, repository, token, send = fetch, wait = sleep } = settings;

  const root = `${url}/repos/${repository}`;

  async function once(method: Method, path: string, body?: object): Promise<Response> {
    return send(path.startsWith("/") ? root + path : path, {
      method,
      headers: {
        accept: "application/vnd.github+json",
        authorization: `Bearer ${token}`,
        "x-github-api-version": "2022-11-28",
        ...(body && { "content-type": "application/json" }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
  }

  async function answered(method: Method, path: string, body?: object): Promise<Response> {
    for (let tries = 1; ; tries += 1) {
      const isLast = tries === MAX_TRIES;
      try {
        const response = await once(method, path, body);
        if (response.ok) return response;
        const pause = pauseAfter(response, method, tries);
        if (pause === undefined || isLast) throw await errorFrom(response, method, path);
        await wait(pause);
      } catch (error) {
        if (error instanceof GithubError) throw error;
        if (method === "POST" || isLast) {
          // What a socket says may quote the request.
          const reason = String(error).replaceAll(token, "[token]");
          throw new GithubError(0, `GitHub did not answer ${method} ${path}: ${reason}`);
        }
        await wait(backoff(tries));
      }
    }
  }

  async function list(path: string): Promise<unknown[]> {
    const all: unknown[] = [];
    let next: string | undefined =
      `${path}${path.includes("?") ? "&" : "?"}per_page=${LARGEST_PAGE}`;
    while (next !== undefined) {
      const response = await answered("GET", next);
      const page: unknown = await response.json();
      if (!Array.isArray(page))
        throw new GithubError(0, `GitHub answers GET ${next} with no list.`);
      all.push(...(page as unknown[]));
      next = nextPage(response, url);
    }
    return all;
  }

  return {
    async request(method, path, body) {
      const response = await answered(method, path, body);
      return response.status === 204 ? undefined : await response.json();
    },
    list,
  };
}

/** Where the next page is, which GitHub names by the repository's number. A token is shown to GitHub alone. */
function nextPage({ headers }: Response, url: string): string | undefined {
  const next = /<([^>]*)>; *rel="next"/.exec(headers.get("link") ?? "")?.[1];
  if (next === undefined || next.startsWith(`${url}/`)) return next;
  throw new GithubError(0, `GitHub names '${next}' as the next page, which is not at '${url}'.`);
}

/** How long to wait before the same request may be sent again; `undefined` where it would not help. */
function pauseAfter(response: Response, method: Method, tries: number): number | undefined {
  const { status, headers } = response;
  const retryAfter = Number(headers.get("retry-after"));
  const isThrottled =
    status === 429 ||
    (status === 403 && (retryAfter > 0 || headers.get("x-ratelimit-remaining") === "0"));
  if (isThrottled) {
    return Math.min(retryAfter > 0 ? retryAfter * 1_000 : LONGEST_WAIT_MS, LONGEST_WAIT_MS);
  }
  return status >= 500 && method !== "POST" ? backoff(tries) : undefined;
}

function backoff(tries: number): number {
  return 1_000 * 2 ** (tries - 1);
}

async function errorFrom(response: Response, method: Method, path: string): Promise<GithubError> {
  const body = await response.text();
  const said = /"message":\s*"([^"]*)"/.exec(body)?.[1] ?? response.statusText;
  return new GithubError(
    response.status,
    `GitHub refuses ${method} ${path} with ${response.status}: ${said}`,
  );
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
