import type { Decoded } from "../api/decoded.ts";
import { headerProblem, headersSize, MAX_HEADERS_SIZE, setHeader } from "../target/headers.ts";
import { tokenOf, type Token } from "../target/token.ts";
import { GoogleError } from "../api/googleError.ts";
import type { jobMessage } from "./jobMessages.ts";

type HttpTargetFields = Decoded<(typeof jobMessage)["httpTarget"]["message"]>;

/** What a job calls, as the API returns it: defaults put in, audience and scope among them. */
export interface JobHttpTarget {
  readonly uri: string;
  readonly httpMethod: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly oidcToken?: { readonly serviceAccountEmail: string; readonly audience?: string };
  readonly oauthToken?: { readonly serviceAccountEmail: string; readonly scope?: string };
}

export type JobTarget =
  | { readonly httpTarget: JobHttpTarget }
  /** Kept and shown; nothing happens when it is due. */
  | { readonly notEmulated: "Pub/Sub" | "App Engine" };

export const USER_AGENT = "Google-Cloud-Scheduler";
const DEFAULT_SCOPE = "https://www.googleapis.com/auth/cloud-platform";
const MAX_URI_LENGTH = 2083;
/** Headers that are refused: Cloud Scheduler sets them (google-cloud.md 6.1). */
const RESERVED = /^(?:x-google-|x-appengine-)/i;

/** Reads a target. Throws INVALID_ARGUMENT for one that Google would refuse. */
export function httpTargetOf(fields: HttpTargetFields): JobHttpTarget {
  const { uri = "", headers = {}, body = "", httpMethod: method = "POST" } = fields;
  const httpMethod = method === "HTTP_METHOD_UNSPECIFIED" ? "POST" : method;
  if (!/^https?:\/\//i.test(uri) || !URL.canParse(uri)) {
    throw invalid(
      `HttpTarget.uri '${uri}' must be a URL that starts with 'http://' or 'https://'.`,
    );
  }
  if (uri.length > MAX_URI_LENGTH) {
    throw invalid(`HttpTarget.uri has ${uri.length} characters; at most 2083 are allowed.`);
  }
  if (body !== "" && !["POST", "PUT", "PATCH"].includes(httpMethod)) {
    throw invalid(`HttpTarget.body is not allowed for HTTP method ${httpMethod}.`);
  }
  const account = fields.oidcToken ?? fields.oauthToken;
  if (account && !account.serviceAccountEmail) {
    throw invalid("HttpTarget's token requires serviceAccountEmail.");
  }
  return {
    uri,
    httpMethod,
    headers: storedHeaders(headers, body !== ""),
    ...(body !== "" && { body }),
    ...tokenWithDefaults(tokenOf(fields), uri),
  };
}

function storedHeaders(
  given: Readonly<Record<string, string>>,
  hasBody: boolean,
): Record<string, string> {
  for (const [name, value] of Object.entries(given)) {
    const problem = RESERVED.test(name)
      ? `Header '${name}' is reserved.`
      : headerProblem(name, value);
    if (problem !== undefined) throw invalid(`HttpTarget.headers: ${problem}`);
  }
  const hasType = Object.keys(given).some((name) => name.toLowerCase() === "content-type");
  const headers = { ...given };
  // Unlike Cloud Tasks, which adds no content type.
  if (hasBody && !hasType) headers["Content-Type"] = "application/octet-stream";
  setHeader(headers, "User-Agent", USER_AGENT);
  const size = headersSize(headers);
  if (size < MAX_HEADERS_SIZE) return headers;
  throw invalid(`HttpTarget.headers take ${size} bytes; they must take less than 80 KB.`);
}

function tokenWithDefaults(token: Token | undefined, uri: string): Token | undefined {
  if (token === undefined) return undefined;
  if ("oidcToken" in token) {
    const { serviceAccountEmail, audience } = token.oidcToken;
    return { oidcToken: { serviceAccountEmail, audience: audience || uri } };
  }
  const { serviceAccountEmail, scope } = token.oauthToken;
  return { oauthToken: { serviceAccountEmail, scope: scope || DEFAULT_SCOPE } };
}

function invalid(message: string): GoogleError {
  return new GoogleError("INVALID_ARGUMENT", message);
}
