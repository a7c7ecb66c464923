import type { OperatorCalls } from "../calls/operatorCalls.ts";
import { readDeadLetter, ttlMsOf, type DeadLetter } from "../deadLetters/deadLetter.ts";
import { deadLetterQueue, type Reading } from "../deadLetters/readDeadLetters.ts";
import { makeChoice, type Selector } from "../deadLetters/selector.ts";
import { isClaim, readClaim, type Claim } from "./claim.ts";

/** What the dead-letter queue held. */
export interface Survey {
  /** When the reading began, in milliseconds: a claim made since may not be among these. */
  readonly started: number;
  readonly claims: readonly Claim[];
}

export interface Found extends Survey {
  /** Those that are meant, the oldest first, without bodies. */
  readonly letters: readonly DeadLetter[];
  /** How many match, those beyond the limit too. */
  readonly matched: number;
  readonly reading: Reading;
}

type Calls = Pick<OperatorCalls, "operations" | "getQueue" | "getTask" | "listTasks">;

export interface FindOptions {
  readonly now: () => number;
  readonly onPage?: (reading: Reading) => void;
  /** Told of each letter that matches, and that may turn out not to be meant, while it has its body. */
  readonly onLetter?: (letter: DeadLetter) => void;
}

/** Reads the dead-letter queue with all bodies: the letters that are meant, and all claims. */
export async function findLetters(
  calls: Calls,
  selector: Selector,
  { now, onPage, onLetter }: FindOptions,
): Promise<Found> {
  const started = now();
  const name = deadLetterQueue(calls);
  const queue = await calls.getQueue(name);
  const ttlMs = ttlMsOf(queue);
  const choice = makeChoice(selector);
  const chosen: DeadLetter[] = [];
  const kept: DeadLetter[] = [];
  const claims: Claim[] = [];
  let reading: Reading = { read: 0, others: 0, total: queue.stats?.tasksCount ?? 0 };
  onPage?.(reading);
  for await (const tasks of calls.listTasks(name, "FULL")) {
    let { read, others } = reading;
    read += tasks.length;
    for (const task of tasks) {
      if (isClaim(task)) claims.push(readClaim(task));
      const letter = readDeadLetter(task, ttlMs);
      const isMeant = letter && choice.of(letter);
      if (!letter) others += 1;
      else if (isMeant !== false) {
        onLetter?.(letter);
        (isMeant ? chosen : kept).push({ ...letter, body: undefined });
      }
    }
    reading = { read, others, total: Math.max(read, reading.total) };
    onPage?.(reading);
  }
  const all = [...chosen, ...choice.settle(kept)];
  all.sort((a, b) => a.time - b.time || (a.id < b.id ? -1 : 1));
  const letters = all.slice(0, selector.limit ?? Infinity);
  return { started, claims, letters, matched: all.length, reading };
}

/** Reads the claims that there are. */
export async function readClaims(calls: Calls, now: () => number): Promise<Survey> {
  const started = now();
  const claims: Claim[] = [];
  for await (const tasks of calls.listTasks(deadLetterQueue(calls))) {
    for (const { name } of tasks.filter(isClaim)) {
      const task = await calls.getTask(name, "FULL");
      if (typeof task !== "string") claims.push(readClaim(task));
    }
  }
  return { started, claims };
}
