import type { NetworkReply, NetworkRequest, Send } from "./network.ts";

/** How many redirects in a row are followed. Google states no number. */
const MAX_REDIRECTS = 5;

/**
 * Follows redirects: what their target answers is the answer, and it is no delivery of its own (google-cloud.md
 * 1.9 and 6.2). A redirect without a `Location`, and one too many, is an answer like others. The method changes
 * as in browsers, and no token is carried to another origin. https://fetch.spec.whatwg.org/#http-redirect-fetch
 */
export function followRedirects(send: Send): Send {
  return async (request) => {
    let asked = request;
    for (let followed = 0; ; followed++) {
      const reply = await send(asked);
      const next = followed < MAX_REDIRECTS ? redirected(asked, reply) : undefined;
      if (!next) return reply;
      // Who waits no longer has nothing more done for it.
      next.signal.throwIfAborted();
      asked = next;
    }
  };
}

function redirected(
  request: NetworkRequest,
  { status, headers }: NetworkReply,
): NetworkRequest | undefined {
  const location = headers["location"];
  if (!REDIRECTS.has(status) || typeof location !== "string") return undefined;
  if (!URL.canParse(location, request.url.href)) return undefined;
  const url = new URL(location, request.url);
  const { method } = request;
  const becomesGet =
    status === 303 ? method !== "GET" && method !== "HEAD" : status < 303 && method === "POST";
  const dropped = (name: string): boolean =>
    (url.origin !== request.url.origin && name === "authorization") ||
    (becomesGet && name.startsWith("content-"));
  return {
    ...request,
    url,
    ...(becomesGet && { method: "GET", body: undefined }),
    headers: Object.fromEntries(
      Object.entries(request.headers).filter(([name]) => !dropped(name.toLowerCase())),
    ),
  };
}

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
