import { createHash } from "node:crypto";
import { GoogleError } from "./googleError.ts";
import type { Call } from "./method.ts";
import { badRequest } from "./protoJson.ts";

/** A page of a list as a caller asks for it. */
export interface Page {
  readonly size: number;
  /** Where the page before ended; `undefined` for the first. */
  readonly after: string | undefined;
}

/** Page tokens are good for two hours (google-cloud.md 1.2). */
const TOKEN_LIFE_MS = 7_200_000;

const MAX_INT32 = 2 ** 31 - 1;

/**
 * The page that `pageSize` and `pageToken` name: without a size one of `defaultSize`. More than `maxSize` is
 * read as `maxSize`.
 */
export function pageOf({ query }: Call, maxSize: number, now: number, defaultSize = maxSize): Page {
  const asked = query.get("pageSize") ?? "0";
  const size = Number(asked);
  if (!/^-?\d+$/.test(asked) || Math.abs(size) > MAX_INT32) {
    const field = "page_size";
    throw badRequest([
      { field, description: `Invalid value at '${field}' (TYPE_INT32), ${JSON.stringify(asked)}` },
    ]);
  }
  if (size < 0) throw new GoogleError("INVALID_ARGUMENT", `Page size '${asked}' is not valid.`);
  return {
    size: size === 0 ? defaultSize : Math.min(size, maxSize),
    after: readToken(query, now),
  };
}

/** What a page of a list has, and the token of the next page if there is one. */
export interface Listed<T> {
  readonly page: readonly T[];
  readonly next: { readonly nextPageToken?: string };
}

/** The page of a list in the order of its names that a call asks for. */
export function pageByName<T extends { readonly name: string }>(
  call: Call,
  list: readonly T[],
  now: number,
  { maxSize, defaultSize }: { readonly maxSize: number; readonly defaultSize?: number | undefined },
): Listed<T> {
  const { size, after } = pageOf(call, maxSize, now, defaultSize);
  const rest = after === undefined ? list : list.filter(({ name }) => name > after);
  const page = rest.slice(0, size);
  const last = page.at(-1);
  const more = last !== undefined && rest.length > size;
  return { page, next: more ? { nextPageToken: tokenAfter(last.name, now, call) } : {} };
}

/** The token of the page that follows the entry `last`. It is good for the filter of its call, and no other. */
export function tokenAfter(last: string, now: number, { query }: Call): string {
  const token = [last, now + TOKEN_LIFE_MS, ...filterHash(query)];
  return Buffer.from(JSON.stringify(token)).toString("base64url");
}

function readToken(query: URLSearchParams, now: number): string | undefined {
  const token = query.get("pageToken") ?? "";
  if (token === "") return undefined;
  const content = parsed(Buffer.from(token, "base64url").toString());
  if (Array.isArray(content)) {
    const [last, expiry, ...hash] = content as unknown[];
    if (typeof last === "string" && typeof expiry === "number" && now < expiry) {
      if (hash[0] === filterHash(query)[0]) return last;
      throw new GoogleError(
        "INVALID_ARGUMENT",
        "The page token is of a list with another filter; the filter must not change between pages.",
      );
    }
  }
  throw new GoogleError("INVALID_ARGUMENT", "The page token is not valid, or no longer.");
}

/** Nothing where there is no filter. */
function filterHash(query: URLSearchParams): string[] {
  const filter = query.get("filter") ?? "";
  return filter === "" ? [] : [createHash("sha256").update(filter).digest("base64url").slice(0, 8)];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // Not a token of ours: the caller is told so.
  }
}
