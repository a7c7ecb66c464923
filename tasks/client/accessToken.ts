import * as z from "zod";
import { NoAnswerError } from "./cloudTasksError.ts";
import type { Endpoint } from "../contract/endpoint.ts";
import { isLoopback } from "@background-tasks/google/loopback.ts";

/** Gives the token that a call to the Cloud Tasks API carries. */
export interface AccessToken {
  get(): Promise<string>;
  /** Makes the next `get` fetch a new token. Returns whether that can give another one. */
  forget(): boolean;
}

export interface AccessTokenDependencies {
  readonly fetch: (url: string, request: RequestInit) => Promise<Response>;
  readonly now: () => number;
  /** Application default credentials, as google-auth-library finds them. */
  readonly loadDefaultCredentials: () => Promise<() => Promise<string | null | undefined>>;
}

/**
 * The token for an endpoint: of the application default credentials for Google, and of the local cloud's
 * metadata server for a local cloud, which is never shown a developer's own credentials.
 */
export function makeAccessToken(
  endpoint: Endpoint,
  metadataHost: string | undefined,
  dependencies: AccessTokenDependencies,
): AccessToken {
  return endpoint.isLocal
    ? new LocalToken(metadataServer(endpoint, metadataHost), dependencies)
    : new DefaultCredentials(dependencies);
}

const TOKEN_PATH = "/computeMetadata/v1/instance/service-accounts/default/token";

/** A metadata server that is not on loopback is a real one: a local cloud is not given its tokens. */
function metadataServer(endpoint: Endpoint, metadataHost: string | undefined): string {
  const address = metadataHost === undefined ? "" : `http://${metadataHost}`;
  const isLocal = URL.canParse(address) && isLoopback(new URL(address).hostname);
  return (isLocal ? address : endpoint.url) + TOKEN_PATH;
}

class DefaultCredentials implements AccessToken {
  readonly #load: AccessTokenDependencies["loadDefaultCredentials"];
  #source: ReturnType<AccessTokenDependencies["loadDefaultCredentials"]> | undefined;

  constructor({ loadDefaultCredentials }: AccessTokenDependencies) {
    this.#load = loadDefaultCredentials;
  }

  async get(): Promise<string> {
    // google-auth-library caches the token and renews it before it expires.
    this.#source ??= this.#load().catch((error: unknown) => {
      this.#source = undefined;
      throw error;
    });
    const token = await (await this.#source)();
    if (token) return token;
    throw new Error("The application default credentials gave no access token.");
  }

  forget(): boolean {
    return false;
  }
}

const tokenSchema = z.object({ access_token: z.string().min(1), expires_in: z.number() });
const RENEW_BEFORE_MS = 60_000;
const TIMEOUT_MS = 10_000;

class LocalToken implements AccessToken {
  readonly #url: string;
  readonly #fetch: AccessTokenDependencies["fetch"];
  readonly #now: () => number;
  #token: Promise<string> | undefined;
  #renewAt = Infinity;

  constructor(url: string, { fetch, now }: AccessTokenDependencies) {
    this.#url = url;
    this.#fetch = fetch;
    this.#now = now;
  }

  get(): Promise<string> {
    if (this.#now() >= this.#renewAt) this.#token = undefined;
    this.#token ??= this.#request().catch((error: unknown) => {
      this.#token = undefined;
      throw error;
    });
    return this.#token;
  }

  forget(): boolean {
    this.#token = undefined;
    return true;
  }

  async #request(): Promise<string> {
    this.#renewAt = Infinity;
    let response;
    let text;
    try {
      response = await this.#fetch(this.#url, {
        headers: { "Metadata-Flavor": "Google" },
        redirect: "manual",
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      text = await response.text();
    } catch (error) {
      throw new NoAnswerError(`The metadata server at '${this.#url}'`, error);
    }
    if (!response.ok) {
      throw new Error(`The metadata server at '${this.#url}' answered ${response.status}: ${text}`);
    }
    const { access_token, expires_in } = tokenSchema.parse(JSON.parse(text));
    this.#renewAt = this.#now() + expires_in * 1000 - RENEW_BEFORE_MS;
    return access_token;
  }
}
