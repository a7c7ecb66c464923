import { GoogleError } from "../googleError.ts";
import type { Call } from "../method.ts";

/** A page of a list as a caller asks for it. */
export interface Page {
  readonly size: number;
  /** Where the page before ended; `undefined` for the first. */
  readonly after: string | undefined;
}

/** Page tokens are good for two hours (google-cloud.md 1.2). */
const TOKEN_LIFE_MS = 7_200_000;

/** The page that `pageSize` and `pageToken` name. More than `maxSize` is read as `maxSize`. */
export function pageOf({ query }: Call, maxSize: number, now: number): Page {
  const size = Number(query.get("pageSize") ?? 0);
  if (!Number.isInteger(size) || size < 0) {
    throw new GoogleError(
      "INVALID_ARGUMENT",
      `Page size '${String(query.get("pageSize"))}' is not valid.`,
    );
  }
  return {
    size: size === 0 ? maxSize : Math.min(size, maxSize),
    after: readToken(query.get("pageToken") ?? "", now),
  };
}

/** The token of the page that follows the entry `last`. */
export function tokenAfter(last: string, now: number): string {
  return Buffer.from(JSON.stringify([last, now + TOKEN_LIFE_MS])).toString("base64url");
}

function readToken(token: string, now: number): string | undefined {
  if (token === "") return undefined;
  const content = parsed(Buffer.from(token, "base64url").toString());
  if (Array.isArray(content)) {
    const [last, expiry] = content as unknown[];
    if (typeof last === "string" && typeof expiry === "number" && now < expiry) return last;
  }
  throw new GoogleError("INVALID_ARGUMENT", "The page token is not valid, or no longer.");
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // Not a token of ours: the caller is told so.
  }
}
