/** Who is who, and who may do what: the part of IAM that the other services ask. */
export interface Authority {
  /**
   * The caller that an `Authorization` header names. Without one, and for a token that this cloud did not
   * mint, it is the owner of the project. Throws UNAUTHENTICATED for one that it minted and that is no longer good.
   */
  identify(authorization: string | undefined): string;
  /** Throws PERMISSION_DENIED, in Google's words, unless `member` has `permission` on `resource` or above it. */
  require(member: string, permission: string, resource: string): void;
  allows(member: string, permission: string, resource: string): boolean;
  /**
   * Throws NOT_FOUND unless the account exists, PERMISSION_DENIED unless `member` may act as it. Nobody may as one
   * of another project.
   */
  requireActAs(member: string, account: string): void;
  /** An OAuth access token of a service account, good for `ACCESS_TOKEN_GOOD_FOR_MS` at least. */
  accessToken(account: string): string;
  /** An ID token of a service account, RS256: `iss`, `aud`, `sub`, `azp`, `email`, `email_verified`, `iat`, `exp`. */
  idToken(account: string, audience: string): Promise<string>;
  /** The e-mail address of a good ID token whose audience is one of these; otherwise why it is not good. */
  verifyIdToken(
    token: string,
    audiences: readonly string[],
  ): Promise<{ readonly email: string } | { readonly problem: string }>;
}

/**
 * How long an access token that is handed out is good for, at least. It is made for an hour, and handed out again
 * for a minute.
 */
export const ACCESS_TOKEN_GOOD_FOR_MS = 3_540_000;
