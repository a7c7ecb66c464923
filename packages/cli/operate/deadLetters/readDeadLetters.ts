import { DEAD_LETTER_QUEUE } from "../../../../tasks/contract/deadLetter.ts";
import { countWords } from "../../command/words.ts";
import type { Output } from "../output.ts";
import type { OperatorCalls, View } from "../calls/operatorCalls.ts";
import { queueNamed } from "../calls/ownNames.ts";
import { readDeadLetter, ttlMsOf, type DeadLetter } from "./deadLetter.ts";

/** How far the reading of a queue has come. */
export interface Reading {
  /** Tasks read so far, each of which Google charges as an operation. */
  readonly read: number;
  /** Tasks that there were when it began; more may have come since. */
  readonly total: number;
  /** Those of the read that are no dead letters. */
  readonly others: number;
}

export interface ReadOptions {
  /** @default "BASIC" - without bodies */
  readonly view?: View;
  /** Told after each page, the first time before any. */
  readonly onPage?: (reading: Reading) => void;
}

/** Tells how far a reading is as the progress of a command. */
export function readingTo({ progress }: Pick<Output, "progress">): (reading: Reading) => void {
  return ({ read, total }) => {
    progress(`read ${countWords(read)} of ${countWords(total)} tasks`);
  };
}

/** The full name of a stack's dead-letter queue. */
export function deadLetterQueue({ operations }: Pick<OperatorCalls, "operations">): string {
  return queueNamed(operations, DEAD_LETTER_QUEUE);
}

/** All dead letters of a stack, page by page, in no order: none is kept here. */
export async function* readDeadLetters(
  calls: Pick<OperatorCalls, "operations" | "getQueue" | "listTasks">,
  { view = "BASIC", onPage }: ReadOptions = {},
): AsyncGenerator<readonly DeadLetter[], void> {
  const name = deadLetterQueue(calls);
  const queue = await calls.getQueue(name);
  const ttlMs = ttlMsOf(queue);
  let read = 0;
  let others = 0;
  const tell = (): void => {
    onPage?.({ read, others, total: Math.max(read, queue.stats?.tasksCount ?? 0) });
  };
  tell();
  for await (const tasks of calls.listTasks(name, view)) {
    const letters = tasks.flatMap((task) => readDeadLetter(task, ttlMs) ?? []);
    read += tasks.length;
    others += tasks.length - letters.length;
    yield letters;
    tell();
  }
}

/** One dead letter by its whole id; `undefined` where there is none. */
export async function getDeadLetter(
  calls: Pick<OperatorCalls, "operations" | "getQueue" | "getTask">,
  id: string,
  view: View = "BASIC",
): Promise<DeadLetter | undefined> {
  const name = deadLetterQueue(calls);
  const task = await calls.getTask(`${name}/tasks/${id}`, view);
  if (typeof task === "string") return undefined;
  return readDeadLetter(task, ttlMsOf(await calls.getQueue(name)));
}
