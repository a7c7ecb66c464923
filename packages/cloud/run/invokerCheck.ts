import type { Authority } from "../api/authority.ts";
import type { DoorHeaders } from "./requestHeaders.ts";

/** What IAM looks at, of a service. */
export interface Invocable {
  /** The full name. */
  readonly name: string;
  readonly invokerIamDisabled: boolean;
  readonly urls: readonly string[];
  readonly customAudiences: readonly string[];
}

/** What the real service does not state. */
export interface RunSettings {
  /**
   * Whether the audience of a token may be an address of the service with a query or a fragment, which Cloud Tasks'
   * default audience has where a task's URL has it. One report says that it is refused (google-cloud.md 4.4).
   *
   * @default false
   */
  readonly acceptQueryInAudience?: boolean;
}

/** What IAM says of a request: whether a token was checked, or why it is refused. */
export type Verdict =
  { readonly isChecked: boolean } | { readonly status: 401 | 403; readonly reason: string };

/** Whether a request may reach a service, by the bindings in force. */
export async function checkInvoker(
  service: Invocable,
  { token, hasCredential }: DoorHeaders,
  authority: Authority,
  { acceptQueryInAudience = false }: RunSettings,
): Promise<Verdict> {
  if (service.invokerIamDisabled || authority.allows("allUsers", INVOKE, service.name)) {
    return { isChecked: false };
  }
  if (!hasCredential) {
    return {
      status: 403,
      reason: `The request was not authenticated. Either allow unauthenticated invocations or set the proper Authorization header. Empty Authorization header value. 'allUsers' lacks '${INVOKE}' on '${service.name}'.`,
    };
  }
  if (token === undefined) return unauthorized("The Authorization header holds no bearer token.");

  const own = ownAudience(service, token);
  const isRefused = own?.hasQuery === true && !acceptQueryInAudience;
  const verified = await authority.verifyIdToken(token, [
    ...service.urls,
    ...service.customAudiences,
    ...(own && !isRefused ? [own.audience] : []),
  ]);
  if ("problem" in verified) {
    return unauthorized(isRefused ? `${verified.problem} ${QUERY_REFUSED}` : verified.problem);
  }

  const member = `serviceAccount:${verified.email}`;
  if (authority.allows(member, INVOKE, service.name)) return { isChecked: true };
  return {
    status: 403,
    reason: `The request was not authenticated. The IAM principal lacks {${INVOKE}} permission: '${member}' lacks '${INVOKE}' on '${service.name}'.`,
  };
}

const INVOKE = "run.routes.invoke";

function unauthorized(problem: string): Verdict {
  return {
    status: 401,
    reason: `The request was not authorized to invoke this service. ${problem}`,
  };
}

const QUERY_REFUSED =
  "It has a query or a fragment, which is refused unless 'settings.acceptQueryInAudience' is set: give the token the service's address for its audience.";

/**
 * The audience that a token claims, where it begins with one of the service's own addresses: the path does not matter,
 * since Cloud Tasks' default audience is a task's whole URL.
 */
function ownAudience(
  { urls }: Invocable,
  token: string,
): { readonly audience: string; readonly hasQuery: boolean } | undefined {
  const audience = audienceOf(token);
  const [address = ""] = audience?.split(/[?#]/, 1) ?? [];
  if (audience === undefined || !urls.some((url) => `${address}/`.startsWith(`${url}/`))) {
    return undefined;
  }
  return { audience, hasQuery: address !== audience };
}

/** The audience that a token claims, before anything is verified. */
function audienceOf(token: string): string | undefined {
  const payload = token.split(".", 2)[1];
  if (payload === undefined) return undefined;
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, "base64url").toString());
    if (typeof claims !== "object" || claims === null || !("aud" in claims)) return undefined;
    return typeof claims.aud === "string" ? claims.aud : undefined;
  } catch {
    // Not a JWT: verifying it says so.
    return undefined;
  }
}
