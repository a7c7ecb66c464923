import { CommandError, EXIT } from "../../command/exitCodes.ts";
import type { Task } from "../calls/messages.ts";
import type { OperatorCalls, View } from "../calls/operatorCalls.ts";
import { checkTask, idOf } from "../calls/ownNames.ts";
import type { DeadLetter } from "../deadLetters/deadLetter.ts";
import { getDeadLetter, deadLetterQueue, readDeadLetters } from "../deadLetters/readDeadLetters.ts";

/** What there is of an id: a dead letter, a task that waits on a queue, or neither any more. */
export type Found =
  | { readonly kind: "dead-letter"; readonly letter: DeadLetter }
  | { readonly kind: "task"; readonly queue: string; readonly task: Task }
  | { readonly kind: "gone" };

/**
 * Finds a task by its full name or its id, or a dead letter by the beginning of its id, or the id that
 * it had on its queue. For these all dead letters are read, each an operation, where no task has the id.
 */
export async function findTask(
  calls: OperatorCalls,
  given: string,
  view: View,
  onPage?: (read: number) => void,
): Promise<Found> {
  if (given.includes("/")) checkTask(calls.operations, given);
  const id = idOf(given);
  const letter = await getDeadLetter(calls, id, view);
  if (letter) return { kind: "dead-letter", letter };
  const dead = deadLetterQueue(calls);
  for (const [queue, name] of Object.entries(calls.operations.queues)) {
    if (name === dead || (given.includes("/") && !given.startsWith(`${name}/`))) continue;
    const task = await calls.getTask(`${name}/tasks/${id}`, view);
    if (typeof task !== "string") return { kind: "task", queue, task };
  }
  return /^[0-9a-f]{4,63}$/.test(id) ? findByBeginning(calls, id, view, onPage) : { kind: "gone" };
}

async function findByBeginning(
  calls: OperatorCalls,
  beginning: string,
  view: View,
  onPage?: (read: number) => void,
): Promise<Found> {
  const found: string[] = [];
  let taskIdLetter: string | undefined;
  for await (const page of readDeadLetters(calls, { onPage: ({ read }) => onPage?.(read) })) {
    for (const { id, taskId } of page) {
      if (id.startsWith(beginning)) found.push(id);
      // The id that it had on its queue is what the log and the producer know it by.
      if (taskId === beginning) taskIdLetter = id;
    }
  }
  const [id = taskIdLetter, ...others] = found;
  if (others.length > 0) {
    const some = [id, ...others].slice(0, 3).join(", ");
    throw new CommandError(
      EXIT.usage,
      `${found.length} dead letters begin with '${beginning}': ${some}${found.length > 3 ? ", …" : ""}.`,
    );
  }
  const letter = id === undefined ? undefined : await getDeadLetter(calls, id, view);
  return letter ? { kind: "dead-letter", letter } : { kind: "gone" };
}
