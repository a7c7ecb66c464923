import type { OperatorCalls } from "../calls/operatorCalls.ts";
import { idOf } from "../calls/ownNames.ts";
import type { Time } from "../calls/retries.ts";
import { deadLetterQueue } from "../deadLetters/readDeadLetters.ts";
import { claimTask, type Claim } from "./claim.ts";
import { claimName } from "./claimName.ts";
import type { Journal } from "./journal.ts";

/** For so long, in milliseconds, a name that was given is sure to be taken: less than Cloud Tasks' hour, with the time that a call's retries take. */
export const SAFE_MS = 45 * 60_000;
/** Nothing is sent for a claim that is older. */
export const CLAIM_MS = 10 * 60_000;
/** Nothing of a claim that is older can be under way: its last call has come to its end. */
export const CLOSED_MS = 15 * 60_000;

/** What whoever makes claims works with. */
export interface Surroundings {
  readonly calls: Pick<
    OperatorCalls,
    "operations" | "getQueue" | "getTask" | "listTasks" | "createTask" | "deleteTask"
  >;
  readonly time: Time;
  readonly journal: Journal;
  readonly randomHex: (bytes: number) => string;
}

/** Makes a claim. Returns its full name. */
export async function placeClaim(
  { calls, time, journal, randomHex }: Surroundings,
  { kind, by, claimed }: Pick<Claim, "kind" | "by" | "claimed">,
): Promise<string> {
  const queue = deadLetterQueue(calls);
  const name = claimName(queue, randomHex(16));
  if (claimed.length > 0) {
    const letters = claimed.map(({ letter }) => letter);
    await journal.write([{ kind: "claim", ...lineOf(name, time), letters }]);
  }
  await calls.createTask(queue, claimTask({ name, kind, by, claimed }, time.now()));
  return name;
}

/** What all lines of a journal have. */
export function lineOf(
  claim: string,
  { now }: Pick<Time, "now">,
): { readonly time: string; readonly claim: string } {
  return { time: new Date(now()).toISOString(), claim: idOf(claim) };
}

export interface Mark {
  /** The full name. */
  readonly name: string;
  /** By how much Google's clock is ahead of this machine's, or a little more. In milliseconds. */
  readonly aheadMs: number;
}

/** Makes a claim on nothing: it tells Google's time, and a purge that somebody is at work. */
export async function placeMark(on: Surroundings, what: Pick<Claim, "kind" | "by">): Promise<Mark> {
  const asked = on.time.now();
  const name = await placeClaim(on, { ...what, claimed: [] });
  const marked = await on.calls.getTask(name);
  const aheadMs = typeof marked === "string" ? 0 : Date.parse(marked.createTime) - asked;
  return { name, aheadMs };
}

/** Deletes the claims of runs that have ended, of which no dead letter is left. `google` is Google's time. */
export async function removeOldClaims(
  calls: Pick<OperatorCalls, "operations" | "getTask" | "deleteTask">,
  claims: readonly Claim[],
  google: number,
): Promise<void> {
  for (const claim of claims) {
    if (!(await isOpen(calls, claim, google))) await calls.deleteTask(claim.name);
  }
}

/** Whether a claim's run may be under way, or a dead letter of it is left. `google` is Google's time. */
export async function isOpen(
  calls: Pick<OperatorCalls, "operations" | "getTask">,
  { created, claimed }: Claim,
  google: number,
): Promise<boolean> {
  if (google - created < CLOSED_MS) return true;
  const queue = deadLetterQueue(calls);
  const left = await Promise.all(
    claimed.map(({ letter }) => calls.getTask(`${queue}/tasks/${letter}`)),
  );
  return left.some((task) => typeof task !== "string");
}
