import { randomBytes } from "node:crypto";
import { ACCESS_TOKEN_GOOD_FOR_MS } from "../api/authority.ts";
import type { Clock } from "../time/clock.ts";

/** How long a token of either kind is good for. */
export const TOKEN_LIFETIME_MS = 3_600_000;

/** An ID token is handed out again until so long before its end. */
export const RENEW_BEFORE_MS = 300_000;

interface Minted {
  readonly account: string;
  readonly expires: number;
}

/** The OAuth access tokens that this cloud has minted. They are opaque. */
export class AccessTokens {
  readonly #clock: Clock;
  readonly #minted = new Map<string, Minted>();
  readonly #current = new Map<string, string>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A token of an account. */
  mint(account: string): string {
    const current = this.#current.get(account);
    if (current !== undefined) {
      const left = (this.#minted.get(current)?.expires ?? 0) - this.#clock.now();
      if (left > ACCESS_TOKEN_GOOD_FOR_MS) return current;
    }
    const token = `ya29.local.${randomBytes(48).toString("base64url")}`;
    this.#minted.set(token, { account, expires: this.#clock.now() + TOKEN_LIFETIME_MS });
    this.#current.set(account, token);
    return token;
  }

  /** Whose token this is, `"expired"`, or `undefined` for one that was not minted here. */
  accountOf(token: string): { readonly account: string } | "expired" | undefined {
    const minted = this.#minted.get(token);
    if (!minted) return undefined;
    return minted.expires > this.#clock.now() ? { account: minted.account } : "expired";
  }
}
