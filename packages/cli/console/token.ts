import { createHmac, randomBytes } from "node:crypto";
import { deployTokenOf } from "@background-tasks/cloud/control/deployToken.ts";

/** A token for the console of one run: 256 bits. */
export function freshToken(): string {
  return randomBytes(32).toString("base64url");
}

/**
 * The token of the console that a local cloud's `npm start` serves: made of that cloud's deploy token, which only this
 * user can read, so that other commands can print links, and nothing can be deployed with what stands in a link.
 */
export function localConsoleToken(deployToken: string): string {
  return createHmac("sha256", deployToken).update("console").digest("base64url");
}

/** The link to a view of a console: the token is in the fragment, which no browser sends to anybody. */
export function consoleLink(address: string, token: string, view = ""): string {
  return `${address}/#${token}${view === "" ? "" : `/${view}`}`;
}

/** The link to a view of the console that a local cloud's `npm start` serves. */
export function localConsoleLink(
  { endpoint, deployToken }: { readonly endpoint: string; readonly deployToken: string },
  view = "",
): string {
  return consoleLink(endpoint, localConsoleToken(deployToken), view);
}

/** The link to a queue, by its key, in the console of the local cloud at that address; `undefined` as below. */
export function localQueueLink(endpoint: string, queue: string): string | undefined {
  const deployToken = deployTokenOf(endpoint);
  return deployToken === undefined
    ? undefined
    : localConsoleLink({ endpoint, deployToken }, `queue/${queue}`);
}

/** The link to a task in the console of the local cloud at that address; `undefined` where this user runs none there. */
export function localTaskLink(endpoint: string, taskId: string): string | undefined {
  const deployToken = deployTokenOf(endpoint);
  return deployToken === undefined
    ? undefined
    : localConsoleLink({ endpoint, deployToken }, `task/${taskId}`);
}
