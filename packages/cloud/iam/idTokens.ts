import { randomUUID } from "node:crypto";
import {
  decodeProtectedHeader,
  errors,
  exportJWK,
  generateKeyPair,
  jwtVerify,
  SignJWT,
  type CryptoKey,
  type JSONWebKeySet,
} from "jose";
import type { Clock } from "../time/clock.ts";
import { RENEW_BEFORE_MS, TOKEN_LIFETIME_MS } from "./accessTokens.ts";
import { selfSigned } from "./certificate.ts";

/** Who signs Google's ID tokens, by default. */
export const ISSUER = "https://accounts.google.com";

interface Keys {
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
}

/** What a good ID token says. */
interface Claims {
  readonly email: string;
  readonly audience: string;
  readonly expires: number;
}

/**
 * Google's ID tokens of service accounts: RS256, good for an hour. Minting and verifying are cached, so
 * that a token costs a signature once and not once a request.
 */
export class IdTokens {
  readonly #clock: Clock;
  readonly #issuer: string;
  readonly #keyId = randomUUID().replaceAll("-", "");
  #keys: Promise<Keys> | undefined;
  #certificate: Promise<string> | undefined;
  readonly #minted = new Map<string, { token: Promise<string>; renew: number }>();
  readonly #verified = new Map<string, Claims>();

  constructor(clock: Clock, issuer = ISSUER) {
    this.#clock = clock;
    this.#issuer = issuer;
  }

  /** Makes the keys, which takes a tenth of a second, unless they are there. */
  keys(): Promise<Keys> {
    this.#keys ??= generateKeyPair("RS256");
    return this.#keys;
  }

  /** The public key, as served at `/oauth2/v3/certs`. */
  async jwks(): Promise<JSONWebKeySet> {
    const jwk = await exportJWK((await this.keys()).publicKey);
    return { keys: [{ ...jwk, kid: this.#keyId, alg: "RS256", use: "sig" }] };
  }

  /** The certificates of the key by its id, as served at `/oauth2/v1/certs`. Few ask for them: they are made then. */
  async certificates(): Promise<Readonly<Record<string, string>>> {
    this.#certificate ??= this.keys().then(selfSigned);
    return { [this.#keyId]: await this.#certificate };
  }

  mint(account: { email: string; uniqueId: string }, audience: string): Promise<string> {
    const key = `${account.uniqueId} ${audience}`;
    const now = this.#clock.now();
    const current = this.#minted.get(key);
    if (current && current.renew > now) return current.token;
    const token = this.#sign(account, audience, now);
    remember(this.#minted, key, { token, renew: now + TOKEN_LIFETIME_MS - RENEW_BEFORE_MS });
    return token;
  }

  /** Whether this cloud signed a token, as its header has it. */
  isOwn(token: string): boolean {
    // The header of a JWT is an object. To see that of every other token by a failure costs more than a call.
    if (!token.startsWith("eyJ")) return false;
    try {
      return decodeProtectedHeader(token).kid === this.#keyId;
    } catch {
      // What is not a JWT has no header.
      return false;
    }
  }

  /** What a good token says, or why it is not good. */
  async verify(
    token: string,
    audiences: readonly string[],
  ): Promise<Claims | { readonly problem: string }> {
    let claims = this.#verified.get(token);
    if (!claims) {
      const checked = await this.#check(token);
      if ("problem" in checked) return checked;
      claims = checked;
      remember(this.#verified, token, claims);
    }
    if (claims.expires <= this.#clock.now()) return { problem: EXPIRED };
    if (audiences.includes(claims.audience)) return claims;
    return {
      problem: `The token's audience is '${claims.audience}'; expected '${audiences.join("' or '")}'.`,
    };
  }

  async #sign(
    { email, uniqueId }: { email: string; uniqueId: string },
    audience: string,
    now: number,
  ): Promise<string> {
    const { privateKey } = await this.keys();
    const issuedAt = Math.floor(now / 1000);
    return new SignJWT({ azp: uniqueId, email, email_verified: true })
      .setProtectedHeader({ alg: "RS256", kid: this.#keyId, typ: "JWT" })
      .setIssuer(this.#issuer)
      .setAudience(audience)
      .setSubject(uniqueId)
      .setIssuedAt(issuedAt)
      .setExpirationTime(issuedAt + TOKEN_LIFETIME_MS / 1000)
      .sign(privateKey);
  }

  async #check(token: string): Promise<Claims | { problem: string }> {
    try {
      const { payload } = await jwtVerify(token, (await this.keys()).publicKey, {
        issuer: this.#issuer,
        algorithms: ["RS256"],
        currentDate: new Date(this.#clock.now()),
        requiredClaims: ["aud", "exp", "email"],
      });
      return {
        email: String(payload["email"]),
        audience: String(payload.aud),
        expires: Number(payload.exp) * 1000,
      };
    } catch (error) {
      // Whatever is wrong with it, the token is the caller's and not a failure here.
      return { problem: error instanceof errors.JWTExpired ? EXPIRED : UNVERIFIABLE };
    }
  }
}

const EXPIRED = "The token has expired.";
const UNVERIFIABLE = "The token could not be verified.";

/** More than a local project's accounts and audiences make in an hour. */
const MAX_REMEMBERED = 1000;

/** Keeps the newest. */
function remember<Value>(map: Map<string, Value>, key: string, value: Value): void {
  map.delete(key);
  map.set(key, value);
  if (map.size <= MAX_REMEMBERED) return;
  for (const oldest of map.keys()) {
    map.delete(oldest);
    return;
  }
}
