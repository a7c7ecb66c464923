import { isLoopback } from "@background-tasks/google/loopback.ts";

/** Where the Cloud Tasks API is, unless `TASKS_ENDPOINT` says otherwise. */
export const GOOGLE_ENDPOINT = "https://cloudtasks.googleapis.com";

/** An address of the Cloud Tasks API that credentials may be sent to. */
export interface Endpoint {
  /** Without a slash at its end. */
  readonly url: string;
  /** A local cloud on loopback. Application default credentials never go there. */
  readonly isLocal: boolean;
}

/** Reads an address of the Cloud Tasks API. `undefined` for one that credentials may not be sent to. */
export function readEndpoint(text: string): Endpoint | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url && isHttp(url) && isPlain(url)) {
    const address = url.href.replace(/\/+$/, "");
    if (isLoopback(url.hostname)) return { url: address, isLocal: true };
    if (url.protocol === "https:" && isGoogles(url)) {
      return { url: address, isLocal: false };
    }
  }
  return undefined;
}

/** Says why `readEndpoint` gave nothing. */
export function endpointProblem(text: string): string {
  // It may hold a password.
  const shown = text.replace(/^([a-z]+:\/\/)?.*@/is, "$1…@");
  const address = URL.canParse(text) ? new URL(text) : undefined;
  if (!address || !isHttp(address)) return `'${shown}' must begin with 'http://' or 'https://'`;
  if (address.protocol === "http:" && isGoogles(address)) {
    return `'${shown}' must begin with 'https://': credentials go to Google in no other way`;
  }
  return `'${shown}' is sent no credentials; only loopback and, over https, hosts under googleapis.com are`;
}

function isHttp({ protocol }: URL): boolean {
  return protocol === "http:" || protocol === "https:";
}

function isGoogles({ hostname }: URL): boolean {
  return hostname.endsWith(".googleapis.com");
}

/** A user name, a query or a fragment in the address is a mistake, or an attempt to hide its host. */
function isPlain({ username, password, search, hash }: URL): boolean {
  return username + password + search + hash === "";
}
