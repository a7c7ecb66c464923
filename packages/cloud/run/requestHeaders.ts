import { randomBytes } from "node:crypto";
import { HOP_BY_HOP } from "../network/exchange.ts";

/** The headers of a request that the front door acts upon. */
export interface DoorHeaders {
  /** The bearer token that IAM checks, where there is one. */
  readonly token: string | undefined;
  /** A credential is there, whatever it is. */
  readonly hasCredential: boolean;
  /** What the container gets, names and values in turn. */
  readonly forward: (isChecked: boolean) => string[];
}

/** Reads the headers of a request to `host` in one pass. */
export function readHeaders(headers: Readonly<Record<string, string>>, host: string): DoorHeaders {
  let authorization: string | undefined;
  let serverless: string | undefined;
  let forwardedFor = "";
  let hasTrace = false;
  const kept: string[] = [];
  for (const name in headers) {
    const value = headers[name];
    if (value === undefined) continue;
    const lower = name.toLowerCase();
    if (lower === "authorization") authorization = value;
    else if (lower === "x-serverless-authorization") serverless = value;
    else if (lower === "x-forwarded-for") forwardedFor = `${value}, `;
    else if (!IS_REPLACED.has(lower)) {
      if (lower === "traceparent") hasTrace = true;
      kept.push(name, value);
    }
  }

  // The one that is checked is the one that loses its signature.
  const checked = serverless ?? authorization;
  const token = checked === undefined ? undefined : BEARER.exec(checked)?.[1];
  return {
    token,
    hasCredential: checked !== undefined,
    forward(isChecked) {
      const strip = (value: string): string =>
        isChecked && token !== undefined ? `Bearer ${withoutSignature(token)}` : value;
      if (serverless !== undefined) kept.push("X-Serverless-Authorization", strip(serverless));
      if (authorization !== undefined) {
        const own = serverless === undefined ? strip(authorization) : authorization;
        kept.push("Authorization", own);
      }
      if (!hasTrace) kept.push("traceparent", newTraceparent());
      kept.push("Host", host, "X-Forwarded-Proto", "https");
      kept.push("X-Forwarded-For", `${forwardedFor}127.0.0.1`);
      return kept;
    },
  };
}

const BEARER = /^Bearer +(\S+) *$/i;

/** Headers that the way to the container sets itself. */
const IS_REPLACED: ReadonlySet<string> = new Set([
  ...HOP_BY_HOP,
  "content-length",
  "expect",
  "host",
  "x-forwarded-proto",
]);

/** https://cloud.google.com/run/docs/troubleshooting#signature-removed */
function withoutSignature(token: string): string {
  return `${token.slice(0, token.lastIndexOf(".") + 1)}SIGNATURE_REMOVED_BY_GOOGLE`;
}

/** https://www.w3.org/TR/trace-context/ */
function newTraceparent(): string {
  const hex = randomBytes(24).toString("hex");
  return `00-${hex.slice(0, 32)}-${hex.slice(32)}-01`;
}

/** The trace of a request, in the headers that its container gets. */
export function traceparentIn(forwarded: readonly string[]): string | undefined {
  for (let i = 0; i < forwarded.length; i += 2) {
    if (forwarded[i]?.toLowerCase() === "traceparent") return forwarded[i + 1];
  }
  return undefined;
}
