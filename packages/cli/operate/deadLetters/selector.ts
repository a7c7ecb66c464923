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
  /**
   * Whether ids and causes are given whole, as a program gives them, so that none is taken for the beginning of another.
   *
   * @default false
   */
  readonly isWhole?: boolean;
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

/** Whether a selector selects anything less than all: how many, and how it is read, do not. */
export function isSelective(selector: Selector): boolean {
  return Object.keys(selector).some((name) => name !== "limit" && name !== "isWhole");
}

/**
 * Which dead letters a selector means, its `limit` aside. What is given as an id or a cause is the whole of one, or, where
 * none is called so, the beginning of one: that is known when all are read.
 */
export interface Choice {
  /** Whether a dead letter is meant; `undefined` of one to be kept for `settle`. */
  of(letter: DeadLetter): boolean | undefined;
  /** Those that are meant of those that were kept. Throws a usage error where something is the beginning of several. */
  settle(kept: readonly DeadLetter[]): DeadLetter[];
}

export function makeChoice(selector: Selector): Choice {
  const { ids, cause: causes, isWhole = false } = selector;
  const given = { ids: new Set(ids), causes: new Set(causes) };
  const matches = matcherOf(selector);
  /** What is the whole of an id or a cause. */
  const wholes = { ids: new Set<string>(), causes: new Set<string>() };
  const isId = (one: string, { id, taskId }: DeadLetter): boolean => one === id || one === taskId;

  return {
    of(letter) {
      const { id, taskId, cause } = letter;
      const ofIds = [id, taskId].filter((one) => given.ids.has(one));
      const ofCauses = [cause].filter((one) => given.causes.has(one));
      const byId = !ids || ofIds.length > 0;
      const byCause = !causes || ofCauses.length > 0;
      const mayBe =
        !isWhole &&
        (byId || letterCalled(ids)(letter)) &&
        (byCause || causes.some((one) => isOfCause(letter, one)));
      if (!((byId && byCause) || mayBe) || !matches(letter)) return false;
      for (const one of ofIds) wholes.ids.add(one);
      for (const one of ofCauses) wholes.causes.add(one);
      return (byId && byCause) || undefined;
    },
    settle(kept) {
      const begun = {
        ids: ids?.filter((one) => !wholes.ids.has(one)) ?? [],
        causes: causes?.filter((one) => !wholes.causes.has(one)) ?? [],
      };
      const isOneOf = makeIsOneOf();
      return kept.filter((letter) => {
        const byId = begun.ids.filter((one) => letterCalled([one])(letter));
        const byCause = begun.causes.filter((one) => isOfCause(letter, one));
        const isMeant =
          (!ids || byId.length > 0 || ids.some((one) => isId(one, letter))) &&
          (!causes || byCause.length > 0 || causes.includes(letter.cause));
        // What is not meant for another reason is not mistaken for it.
        return isMeant && isOneOf(letter, byId, byCause);
      });
    },
  };
}

/** Makes the test that a selector is, but for ids, causes and `limit`. */
function matcherOf(selector: Selector): (letter: DeadLetter) => boolean {
  const { reason, error, since, until, id, expiresBy, where } = selector;
  return (letter) =>
    GROUP_BY.every((by) => by === "cause" || (selector[by]?.includes(keyOf(letter, by)) ?? true)) &&
    (reason === undefined || letter.reason === reason) &&
    (error === undefined || error.test(letter.error)) &&
    (since === undefined || letter.time >= since) &&
    (until === undefined || letter.time < until) &&
    (id === undefined || letter.idempotencyKey === id) &&
    (expiresBy === undefined || letter.expires <= expiresBy) &&
    (where === undefined || Boolean(where(payloadOf(letter), letter)));
}

/** Such a text is no whole cause that a worker reckons, and may be the beginning of one. */
const OF_CAUSE = /^[0-9a-f]{4,7}$/;

/** Whether a dead letter is of that cause, or of one that begins so. */
export function isOfCause({ cause }: Pick<DeadLetter, "cause">, given: string): boolean {
  return cause === given || (OF_CAUSE.test(given) && cause.startsWith(given));
}

/** The test that no beginning is that of two: it throws a usage error for the second, and is true of all others. */
function makeIsOneOf() {
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
  return (letter: DeadLetter, ids: readonly string[], causes: readonly string[]): true => {
    for (const one of ids) note(one, letter.id, "dead letter's id");
    for (const one of causes) note(one, letter.cause, "cause");
    return true;
  };
}

/** In words: which causes were meant by their beginnings, and which ids and causes mean none of what was selected. */
export function meantWords(
  { ids = [], cause = [] }: Selector,
  letters: readonly DeadLetter[],
): string[] {
  return [
    ...cause.flatMap((given) => {
      if (letters.some((letter) => letter.cause === given)) return [];
      const one = letters.find((letter) => isOfCause(letter, given));
      return one ? `Cause ${given} is ${one.cause}.` : `None of them died of '${given}'.`;
    }),
    ...ids
      .filter((given) => !letters.some(letterCalled([given])))
      .map((given) => `None of them is called '${given}'.`),
  ];
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
    letters = letters.concat(page);
    // So that a small limit needs little memory.
    if (letters.length > 2 * limit) letters = oldest(letters, limit);
  }
  return { letters: oldest(letters, limit), matched, reading };
}

/**
 * Those that a selector selects, page by page, in no order, its `limit` aside and without bodies: at the end those that
 * something given is the beginning of.
 */
export async function* matchingDeadLetters(
  calls: Pick<OperatorCalls, "operations" | "getQueue" | "listTasks">,
  selector: Selector,
  { onPage }: Pick<ReadOptions, "onPage"> = {},
): AsyncGenerator<readonly DeadLetter[], void> {
  const choice = makeChoice(selector);
  const kept: DeadLetter[] = [];
  const view = selector.where === undefined ? "BASIC" : "FULL";
  for await (const page of readDeadLetters(calls, { view, ...(onPage && { onPage }) })) {
    const chosen: DeadLetter[] = [];
    for (const letter of page) {
      const isMeant = choice.of(letter);
      if (isMeant !== false) (isMeant ? chosen : kept).push({ ...letter, body: undefined });
    }
    yield chosen;
  }
  const rest = choice.settle(kept);
  if (rest.length > 0) yield rest;
}

function oldest(letters: readonly DeadLetter[], limit: number): DeadLetter[] {
  return letters.toSorted((a, b) => a.time - b.time || (a.id < b.id ? -1 : 1)).slice(0, limit);
}
