import { timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";

/** What of a request decides whether it may be answered. */
export interface Asked {
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  /** The port that it came in at. */
  readonly port: number;
}

/** A refusal: a status, and why. */
export interface Refusal {
  readonly status: 401 | 403 | 405 | 415;
  readonly message: string;
}

/** The header with the token of the console, which the page has from its address. */
export const TOKEN_HEADER = "x-console-token";

/**
 * Why a file of the page is not given, if so. The page itself is no secret, but no page of elsewhere may show it, and a
 * name that resolves to this machine (DNS rebinding) is none of its own.
 */
export function pageRefusal({ method, headers, port }: Asked): Refusal | undefined {
  if (method !== "GET" && method !== "HEAD") {
    return { status: 405, message: `The page is read: GET, not ${method}.` };
  }
  return hostRefusal(headers, port) ?? siteRefusal(headers, ["same-origin", "none"]);
}

/**
 * Why a call is not answered, if so. Every call needs the token and the header `X-Console`, which no form and no image
 * of elsewhere can send; what may change something also needs to say that this very page sends it.
 */
export function callRefusal({ method, headers, port }: Asked, token: string): Refusal | undefined {
  const refusal = hostRefusal(headers, port) ?? siteRefusal(headers, ["same-origin"]);
  if (refusal) return refusal;
  const own = `http://${headers.host ?? ""}`;
  const { origin } = headers;
  if (origin !== undefined && origin !== own) return notOwn("Origin", origin, own);
  if (headers["x-console"] !== "1") {
    return { status: 403, message: "A call of the console has the header 'X-Console: 1'." };
  }
  if (method !== "GET") {
    if (method !== "POST") {
      return { status: 405, message: `A call is GET or POST, not ${method}.` };
    }
    if (origin === undefined) return notOwn("Origin", "", own);
    const site = headers["sec-fetch-site"];
    if (site === undefined) return notOwn("Sec-Fetch-Site", "", "same-origin");
    if (headers["content-type"] !== "application/json") {
      return { status: 415, message: "A call's arguments are 'application/json'." };
    }
  }
  const given = headers[TOKEN_HEADER]?.toString() ?? "";
  if (!isSame(given, token)) {
    return {
      status: 401,
      message:
        "The token is missing or not this console's. Open the link that was printed when it started.",
    };
  }
  return undefined;
}

/** The names under which the console is served. */
const OWN_HOSTS = ["127.0.0.1", "localhost"];

function hostRefusal({ host = "" }: IncomingHttpHeaders, port: number): Refusal | undefined {
  const own = OWN_HOSTS.map((name) => `${name}:${port}`);
  return own.includes(host) ? undefined : notOwn("Host", host, own.join("' or '"));
}

function siteRefusal(
  { "sec-fetch-site": site }: IncomingHttpHeaders,
  allowed: readonly string[],
): Refusal | undefined {
  if (site === undefined || allowed.includes(site)) return undefined;
  return notOwn("Sec-Fetch-Site", site, allowed.join("' or '"));
}

function notOwn(header: string, value: string, allowed: string): Refusal {
  return {
    status: 403,
    message: `${header} '${value}' is not the console's own. Allowed: '${allowed}'.`,
  };
}

/** Compares without telling by its time how much is the same. */
function isSame(a: string, b: string): boolean {
  const [one, two] = [Buffer.from(a), Buffer.from(b)];
  return one.length === two.length && timingSafeEqual(one, two);
}
