import { consoleToken, headers, readAddress } from "./session.ts";

/*
 * Asks for what the first view shows before the script of the page is read, which takes a browser longer than the answer
 * takes to come.
 */

/** What was asked early by its address; `undefined` where nobody answered. */
const early = new Map<string, Promise<Response | undefined>>();

/** The address of a call that changes nothing. */
export function addressOf(name: string, args: object): string {
  return `/console/v1/${name}?args=${encodeURIComponent(JSON.stringify(args))}`;
}

/** The answer to what was asked early, once. What is asked after a refusal is asked anew. */
export async function earlyAnswer(address: string): Promise<Response | undefined> {
  const asked = early.get(address);
  if (!asked) return undefined;
  early.delete(address);
  const response = await asked;
  if (response?.ok) return response;
  early.clear();
  return undefined;
}

// Who goes to another view first comes back to what is true then.
addEventListener("hashchange", () => {
  early.clear();
});

const { view } = readAddress();
if (consoleToken() !== "") {
  for (const name of view === "overview" ? ["about", "overview"] : ["about"]) {
    const address = addressOf(name, {});
    early.set(
      address,
      fetch(address, { headers: headers() }).catch(() => undefined),
    );
  }
}
