import type { DeadLetterReason } from "../../../../tasks/contract/deadLetter.ts";
import { CommandError, EXIT } from "../../command/exitCodes.ts";
import type { OperatorCalls } from "../calls/operatorCalls.ts";
import type { DeadLetter } from "./deadLetter.ts";
import { GROUP_BY, keyOf } from "./groups.ts";
import { readDeadLetters, type Reading, type ReadOptions } from "./readDeadLetters.ts";

/** Which dead letters are meant: those that all of it is true of. Where nothing is given, all. */
export interface Selector {
  /** Ids of dead letters, or those that they had on their queues, or the beginnings of either. */
  readonly ids?: readonly string[];
  /** Those of any of these tasks; `(unknown)` is one that named none. */
  readonly task?: readonly string[];
  /** The keys of the queues that they were on. */
  readonly queue?: readonly string[];
  readonly reason?: DeadLetterReason;
  /** Each whole, or the first four digits or more of one. */
  readonly cause?: readonly string[];
  /** The hours in which they ended, as `Group` names them. */
  readonly hour?: readonly string[];
  /** The worker's revisions that wrote them. */
  readonly revision?: readonly string[];
  /** Matches any part of their errors. */
  readonly error?: RegExp;
  /** When they ended, in milliseconds: at this time or later. */
  readonly since?: number;
  /** Before this time. */
  readonly until?: number;
  /** Their `Idempotency-Key`: the `id` that the producer gave. */
  readonly id?: string;
  /** Those that Google will have deleted by this time, in milliseconds. */
  readonly expiresBy?: number;
  /** Asked last, of the payload and the dead letter. */
  readonly where?: Where;
  /** The oldest so many of them. */
  readonly limit?: number;
}

/** The payload is the body's JSON; `undefined` where `payloadOf` tells none. */
export type Where = (payload: unknown, letter: DeadLetter) => unknown;

/** Whether a selector selects anything less than all: its `limit` alone does not. */
export function isSelective(selector: Selector): boolean {
  return Object.keys(selector).some((name) => name !== "limit");
}

/** Makes the test that a selector is, its `limit` aside. */
export function matcherOf(selector: Selector): (letter: DeadLetter) => boolean {
  const { ids, cause, reason, error, since, until, id, expiresBy, where } = selector;
  const isOneOf = makeIsOneOf();
  return (letter) =>
    (ids === undefined || letterCalled(ids)(letter)) &&
    (cause === undefined || cause.some((one) => isOfCause(letter, one))) &&
    GROUP_BY.every((by) => by === "cause" || (selector[by]?.includes(keyOf(letter, by)) ?? true)) &&
    (reason === undefined || letter.reason === reason) &&
    (error === undefined || error.test(letter.error)) &&
    (since === undefined || letter.time >= since) &&
    (until === undefined || letter.time < until) &&
    (id === undefined || letter.idempotencyKey === id) &&
    (expiresBy === undefined || letter.expires <= expiresBy) &&
    (where === undefined || Boolean(where(payloadOf(letter), letter))) &&
    // The last: what is not meant for another reason is not mistaken for it.
    isOneOf(selector, letter);
}

/** Such a text is no whole cause that a worker reckons, and may be the beginning of one. */
const OF_CAUSE = /^[0-9a-f]{4,7}$/;

/** Whether a dead letter is of that cause, or of one that begins so. */
export function isOfCause({ cause }: Pick<DeadLetter, "cause">, given: string): boolean {
  return cause === given || (OF_CAUSE.test(given) && cause.startsWith(given));
}

/** The test that no beginning is that of two: it throws a usage error for the second, and is true of all others. */
function makeIsOneOf(): (selector: Selector, letter: DeadLetter) => true {
  const found = new Map<string, string>();
  const note = (beginning: string, whole: string, what: string): void => {
    const before = found.get(beginning) ?? whole;
    found.set(beginning, before);
    if (before === whole) return;
    throw new CommandError(
      EXIT.usage,
      `'${beginning}' is the beginning of more than one ${what}: ${before}, ${whole}. Give more of it. Nothing was done.`,
    );
  };
  return ({ ids = [], cause = [] }, letter) => {
    for (const one of ids) {
      const isWhole = one === letter.id || one === letter.taskId;
      if (!isWhole && letterCalled([one])(letter)) note(one, letter.id, "dead letter's id");
    }
    for (const one of cause) {
      if (isOfCause(letter, one)) note(one, letter.cause, "cause");
    }
    return true;
  };
}

/** Which causes were meant by their beginnings, in words. */
export function causesMeant({ cause = [] }: Selector, letters: readonly DeadLetter[]): string[] {
  return cause.flatMap((given) => {
    const one = letters.find((letter) => letter.cause !== given && isOfCause(letter, given));
    return one ? [`Cause ${given} is ${one.cause}.`] : [];
  });
}

/** The test whether one of these is the beginning of a dead letter's id, or of the one that it had on its queue. */
export function letterCalled(
  beginnings: readonly string[],
): (letter: Pick<DeadLetter, "id" | "taskId">) => boolean {
  return ({ id, taskId }) =>
    beginnings.some((beginning) => id.startsWith(beginning) || taskId.startsWith(beginning));
}

/** Nobody means to nest a payload deeper: what looks at each of its parts would run out of stack. */
export const DEEPEST = 500;

/**
 * The payload of a dead letter that was read with its body; `undefined` where that is no JSON, is nested more than
 * 500 deep, or was cut.
 */
export function payloadOf({ body, cutFrom }: Pick<DeadLetter, "body" | "cutFrom">): unknown {
  if (body === undefined || cutFrom !== undefined) return undefined;
  try {
    const payload: unknown = JSON.parse(body.toString());
    return isDeeper(payload, DEEPEST) ? undefined : payload;
  } catch {
    return undefined;
  }
}

function isDeeper(value: unknown, depth: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return depth === 0 || Object.values(value).some((one) => isDeeper(one, depth - 1));
}

export interface Selected {
  /** The oldest first, without bodies. */
  readonly letters: readonly DeadLetter[];
  /** How many match, those beyond the limit too. */
  readonly matched: number;
  readonly reading: Reading;
}

/**
 * Reads all dead letters and selects of them, the oldest first. Bodies are read only for `where`, and kept
 * for nobody: `getDeadLetter` gives those of the few that are worked on.
 */
export async function selectDeadLetters(
  calls: Pick<OperatorCalls, "operations" | "getQueue" | "listTasks">,
  selector: Selector,
  { onPage }: Pick<ReadOptions, "onPage"> = {},
): Promise<Selected> {
  const { limit = Infinity } = selector;
  let reading: Reading = { read: 0, total: 0, others: 0 };
  let letters: DeadLetter[] = [];
  let matched = 0;
  for await (const page of matchingDeadLetters(calls, selector, {
    onPage(now) {
      reading = now;
      onPage?.(now);
    },
  })) {
    matched += page.length;
    letters.push(...page);
    // So that a small limit needs little memory.
    if (letters.length > 2 * limit) letters = oldest(letters, limit);
  }
  return { letters: oldest(letters, limit), matched, reading };
}

/** Those that a selector selects, page by page, in no order, its `limit` aside and without bodies. */
export async function* matchingDeadLetters(
  calls: Pick<OperatorCalls, "operations" | "getQueue" | "listTasks">,
  selector: Selector,
  { onPage }: Pick<ReadOptions, "onPage"> = {},
): AsyncGenerator<readonly DeadLetter[], void> {
  const matches = matcherOf(selector);
  const view = selector.where === undefined ? "BASIC" : "FULL";
  for await (const page of readDeadLetters(calls, { view, ...(onPage && { onPage }) })) {
    yield page.filter(matches).map((letter) => ({ ...letter, body: undefined }));
  }
}

function oldest(letters: readonly DeadLetter[], limit: number): DeadLetter[] {
  return letters.toSorted((a, b) => a.time - b.time || (a.id < b.id ? -1 : 1)).slice(0, limit);
}
