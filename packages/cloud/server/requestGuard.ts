import type { IncomingMessage } from "node:http";
import { pageProblem } from "../network/pageGuard.ts";

/** Where a request goes: to Google's API, or to the front door of Cloud Run. */
export type Destination =
  { readonly to: "api" | "door"; readonly hostname: string } | { readonly refusal: string };

/**
 * The `Host` of a request. Of several, Node takes the first: here they are one text, which is nobody's, since
 * whatever the request came through may have looked at another (RFC 9112 3.2).
 */
export function hostOf({ headers, rawHeaders }: IncomingMessage): string | undefined {
  const hosts = rawHeaders.filter((_, i) => i % 2 === 1 && isHost(rawHeaders[i - 1]));
  return hosts.length > 1 ? hosts.join(", ") : headers.host;
}

function isHost(name: string | undefined): boolean {
  return name?.length === 4 && name.toLowerCase() === "host";
}

/**
 * Decides by the `Host` of a request where it goes, and refuses those of a web page from elsewhere: its script may
 * have a name of its own that resolves to 127.0.0.1 (DNS rebinding), or send requests that it cannot read the
 * answer of.
 */
export function destinationOf(
  host: string | undefined,
  headers: Parameters<typeof pageProblem>[0],
): Destination {
  const [, hostname = ""] = /^(\[[\da-f:]+\]|[\w.-]+)(?::\d{1,5})?$/.exec(lower(host)) ?? [];
  const to = destinations.find(({ names }) => names.test(hostname))?.to;
  if (to === undefined) {
    return { refusal: `Host '${host ?? ""}' is not the local cloud's. ${ALLOWED_HOSTS}` };
  }
  const own = [`http://${lower(host)}`, ...(to === "door" ? [`https://${hostname}`] : [])];
  const refusal = pageProblem(headers, own);
  return refusal === undefined ? { to, hostname } : { refusal };
}

/** Whether a host name is this machine's own. */
export function isLoopback(hostname: string): boolean {
  return LOOPBACK.test(hostname);
}

const LOOPBACK = /^(?:127\.0\.0\.1|localhost|\[::1\])$/;

/** A host name means one of these wherever the request came from; any other is somebody else's. */
const destinations = [
  { to: "api", names: LOOPBACK },
  { to: "api", names: /^(?:[a-z\d-]+\.)+googleapis\.com$/ },
  { to: "door", names: /^(?:[a-z\d-]+\.)+run\.app$/ },
] as const;

const ALLOWED_HOSTS = "Allowed: 127.0.0.1, localhost, [::1], *.googleapis.com and *.run.app.";

function lower(text = ""): string {
  return text.toLowerCase();
}
