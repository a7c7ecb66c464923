import { CommandError, EXIT } from "../../command/exitCodes.ts";
import { shellWord } from "../../command/shellWord.ts";
import { countOf } from "../../command/words.ts";
import type { Task } from "../calls/messages.ts";
import type { OperatorCalls, View } from "../calls/operatorCalls.ts";
import { checkTask, idOf } from "../calls/ownNames.ts";
import { TASK_ID } from "../calls/taskId.ts";
import type { DeadLetter } from "../deadLetters/deadLetter.ts";
import { getDeadLetter, deadLetterQueue, readDeadLetters } from "../deadLetters/readDeadLetters.ts";
import { isOfCause, letterCalled } from "../deadLetters/selector.ts";

/** What there is of an id: a dead letter, a task that waits on a queue, or neither any more. */
export type Found =
  | { readonly kind: "dead-letter"; readonly letter: DeadLetter }
  | { readonly kind: "task"; readonly queue: string; readonly task: Task }
  | { readonly kind: "gone" };

/** So many tasks of a queue are read to find one by the beginning of its id: each is an operation. */
const MOST_READ = 10_000;

/** Such a text may be an id of a dead letter, or the beginning of one. */
const OF_LETTER = /^[0-9a-f]{4,64}$/;

/** Such a text is no whole id of a task on a queue, and may be the beginning of one. */
const BEGINNING = /^[0-9a-f]{4,15}$/;

/**
 * Finds a task or a dead letter by its full name, its id, or the beginning of its id. A dead letter has two: its own, and
 * the one that it had on its queue; one that was redriven and died again has that of its first life, too. Where there is
 * none with the whole id, all dead letters are read, and for the beginning of an id the first 10,000 tasks of each queue;
 * a cause that is called so is meant before the beginning of an id.
 */
export async function findTask(
  calls: OperatorCalls,
  given: string,
  view: View,
  onPage?: (read: number) => void,
): Promise<Found> {
  if (given.startsWith("projects/")) checkTask(calls.operations, given);
  else if (!TASK_ID.test(given)) {
    throw new CommandError(
      EXIT.usage,
      `'${given}' is no task's id. 'npm run tasks -- list <queue>' shows those that wait; one that you gave as ` +
        `'id' finds a dead letter:\n  npm run tasks -- dead-letters --each --id ${shellWord(given)}`,
    );
  }
  const id = idOf(given);
  const letter = await getDeadLetter(calls, id, view);
  if (letter) return { kind: "dead-letter", letter };
  for (const [queue, name] of taskQueues(calls)) {
    if (given.includes("/") && !given.startsWith(`${name}/`)) continue;
    const task = await calls.getTask(`${name}/tasks/${id}`, view);
    if (typeof task !== "string") return { kind: "task", queue, task };
  }
  return findAmongAll(calls, id, view, onPage);
}

/** The stack's queues but that of the dead letters: key and full name. */
function taskQueues(calls: OperatorCalls): (readonly [string, string])[] {
  const dead = deadLetterQueue(calls);
  return Object.entries(calls.operations.queues).filter(([, name]) => name !== dead);
}

async function findAmongAll(
  calls: OperatorCalls,
  beginning: string,
  view: View,
  onPage: (read: number) => void = () => undefined,
): Promise<Found> {
  const begun: { readonly id: string; readonly isWhole: boolean; get(): Promise<Found> }[] = [];
  /** What is typed may be the cause that a list shows beside the ids. */
  const ofCause: DeadLetter[] = [];
  let read = 0;
  const isCalled = letterCalled([beginning]);
  // What was redriven keeps the id of its first life as its idempotency key.
  const isMeant = (letter: DeadLetter): boolean =>
    OF_LETTER.test(beginning)
      ? isCalled(letter) || letter.idempotencyKey.startsWith(beginning)
      : [letter.taskId, letter.idempotencyKey].includes(beginning);
  for await (const page of readDeadLetters(calls, {
    onPage: (pages) => {
      onPage(pages.read);
    },
  })) {
    read += page.length;
    for (const one of page) if (isOfCause(one, beginning)) ofCause.push(one);
    for (const one of page.filter(isMeant)) {
      begun.push({
        id: one.id,
        isWhole: [one.taskId, one.idempotencyKey].includes(beginning),
        async get() {
          const letter = await getDeadLetter(calls, one.id, view);
          return letter ? { kind: "dead-letter", letter } : { kind: "gone" };
        },
      });
    }
  }
  for (const [queue, name] of BEGINNING.test(beginning) ? taskQueues(calls) : []) {
    let ofQueue = 0;
    for await (const page of calls.listTasks(name)) {
      ofQueue += page.length;
      onPage(read + ofQueue);
      for (const one of page.filter((task) => idOf(task.name).startsWith(beginning))) {
        begun.push({
          id: idOf(one.name),
          isWhole: false,
          async get() {
            const task = await calls.getTask(one.name, view);
            return typeof task === "string" ? { kind: "gone" } : { kind: "task", queue, task };
          },
        });
      }
      if (ofQueue >= MOST_READ) break;
    }
    read += ofQueue;
  }
  // What is the whole of something is not meant as the beginning of another.
  const whole = begun.filter(({ isWhole }) => isWhole);
  const causes = ofCause.filter(({ cause }) => cause === beginning);
  const found = whole.length > 0 ? whole : causes.length > 0 ? [] : begun;
  const [first] = found;
  if (found.length > 1) {
    throw severalBegin(
      beginning,
      found.map(({ id }) => id),
    );
  }
  if (first) return first.get();
  const died = (causes.length > 0 ? causes : ofCause).map(({ id }) => id);
  const [one, ...others] = died;
  if (!one) return { kind: "gone" };
  if (others.length > 0) {
    throw new CommandError(
      EXIT.usage,
      `'${beginning}' is no id, but a cause: ${countOf(died.length, "dead letter")} died of it. Show one of them: ` +
        `${some(died)}; 'npm run tasks -- dead-letters --cause ${beginning} --each' lists all.`,
    );
  }
  const letter = await getDeadLetter(calls, one, view);
  return letter ? { kind: "dead-letter", letter } : { kind: "gone" };
}

/** The error for the beginning of several ids. */
export function severalBegin(beginning: string, ids: readonly string[]): CommandError {
  return new CommandError(
    EXIT.usage,
    `${ids.length} ids begin with '${beginning}': ${some(ids)}. Give more of the one that you mean.`,
  );
}

/** The first three of some ids. */
function some(ids: readonly string[]): string {
  return `${ids.slice(0, 3).join(", ")}${ids.length > 3 ? ", …" : ""}`;
}
