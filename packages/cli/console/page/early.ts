import { addressOf } from "./earlyAnswers.ts";
import { headersWith, peekAddress, readAddress } from "./session.ts";

// Asks for what the first view shows (earlyAnswers.ts).

/** Read whole, so that a view that wants it is drawn before the browser paints what is around it. */
async function answerTo(address: string): Promise<unknown> {
  try {
    const response = await fetch(address, { headers: headersWith(token) });
    return response.ok ? await response.json() : undefined;
  } catch {
    return undefined;
  }
}

const { token, view } = peekAddress();
const names = token === "" ? [] : view === "overview" ? ["about", "overview"] : ["about"];
const answers = new Map(
  names.map((name) => {
    const address = addressOf(name, {});
    return [address, answerTo(address)];
  }),
);
globalThis.earlyAnswers = answers;
// Not before: to keep the token takes a browser longer than to ask.
readAddress();
// Who goes to another view first comes back to what is true then.
addEventListener("hashchange", () => {
  answers.clear();
});
