import type { Authority } from "../api/authority.ts";
import type { Decoded } from "../api/decoded.ts";

/** The fields of a message that say whose token a request carries. */
export const oidcToken = {
  message: { serviceAccountEmail: "string", audience: "string" },
} as const;
export const oauthToken = { message: { serviceAccountEmail: "string", scope: "string" } } as const;

/** The one token that a message may have. */
export const ONE_TOKEN = { authorization_header: ["oauthToken", "oidcToken"] } as const;

type TokenFields = Decoded<{ oidcToken: typeof oidcToken; oauthToken: typeof oauthToken }>;

/** The token that a dispatched request carries. */
export type Token =
  | { readonly oidcToken: { readonly serviceAccountEmail: string; readonly audience?: string } }
  | { readonly oauthToken: { readonly serviceAccountEmail: string; readonly scope?: string } };

/** The token of a target or of a request, whichever kind it is. */
export function tokenOf({ oidcToken, oauthToken }: TokenFields): Token | undefined {
  if (oidcToken !== undefined) {
    const { serviceAccountEmail = "", audience } = oidcToken;
    return {
      oidcToken: { serviceAccountEmail, ...(audience !== undefined && { audience }) },
    };
  }
  if (oauthToken === undefined) return undefined;
  const { serviceAccountEmail = "", scope } = oauthToken;
  return { oauthToken: { serviceAccountEmail, ...(scope !== undefined && { scope }) } };
}

/** The account whose token it is. */
export function accountOf(token: Token): string {
  return ("oidcToken" in token ? token.oidcToken : token.oauthToken).serviceAccountEmail;
}

/** The value of `Authorization` for a token, minted now. The default audience is the URL as the task has it. */
export async function authorization(
  authority: Authority,
  token: Token,
  url: string,
): Promise<string> {
  if ("oauthToken" in token) {
    return `Bearer ${authority.accessToken(token.oauthToken.serviceAccountEmail)}`;
  }
  const { serviceAccountEmail, audience } = token.oidcToken;
  // Empty is absence, as everywhere in proto3.
  return `Bearer ${await authority.idToken(serviceAccountEmail, audience || url)}`;
}
