/** Where the page is: `task/f1ba…` is the view `task` of one id. */
export interface Route {
  readonly view: string;
  readonly of: string;
}

const KEPT = "console-token";

/** The fragment of a printed link: the token, and the view after it. */
const WITH_TOKEN = /^#([A-Za-z0-9_-]{43})(?:\/(.*))?$/;

let token = "";

/** The console's token, which every call carries; empty where the page was opened without its link. */
export function consoleToken(): string {
  return token;
}

/** What each call carries. */
export function headers(): Record<string, string> {
  return headersWith(token);
}

export function headersWith(own: string): Record<string, string> {
  return { "X-Console": "1", "X-Console-Token": own };
}

/** The token and the view of the address, which stays as it is; the token is empty where the page has none. */
export function peekAddress(): { readonly token: string; readonly view: string } {
  const [, given, rest] = WITH_TOKEN.exec(location.hash) ?? [];
  const { view } = routeOf(given === undefined ? location.hash : `#/${rest ?? ""}`);
  return { token: given ?? sessionStorage.getItem(KEPT) ?? "", view };
}

/** Reads the address. A token in it is taken out of it, so that it stays in no history and on no screenshot. */
export function readAddress(): Route {
  const [, given, rest = ""] = WITH_TOKEN.exec(location.hash) ?? [];
  if (given !== undefined) {
    token = given;
    // Of this tab and this very port alone, so that the page can be loaded again.
    sessionStorage.setItem(KEPT, given);
    history.replaceState(null, "", `#/${rest}`);
  }
  if (token === "") token = sessionStorage.getItem(KEPT) ?? "";
  return routeOf(location.hash);
}

function routeOf(hash: string): Route {
  const [, view = "", of = ""] = /^#\/([^/]*)\/?(.*)$/.exec(hash) ?? [];
  return { view: view || "overview", of: decoded(of) };
}

/** The token was not this console's. */
export function forgetToken(): void {
  token = "";
  sessionStorage.removeItem(KEPT);
}

export function linkTo(view: string, of = ""): string {
  return `#/${view}${of === "" ? "" : `/${encodeURIComponent(of)}`}`;
}

/** A group of dead letters: `#/dead-letters/cause/7f3a91c2`. */
export function linkToGroup(by: string, key = ""): string {
  return `#/dead-letters/${by}${key === "" ? "" : `/${encodeURIComponent(key)}`}`;
}

/** Reads what is percent-encoded; what is not, as it is. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
