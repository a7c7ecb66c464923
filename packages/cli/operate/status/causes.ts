import type { OperatorCalls } from "../calls/operatorCalls.ts";
import { readDeadLetter } from "../deadLetters/deadLetter.ts";
import { Groups, type Group } from "../deadLetters/groups.ts";
import { deadLetterQueue } from "../deadLetters/readDeadLetters.ts";
import type { DeadLettersView } from "./stackStatus.ts";

/** What dead letters died of, as far as a page of them says. */
export interface CausesView {
  /** Tasks that were listed, each of which Google charges as an operation: a page at most. */
  readonly read: number;
  /** Whether these are all that there are. */
  readonly isWhole: boolean;
  /** The largest first. */
  readonly groups: readonly Group[];
}

/** Puts one page of dead letters together by cause; lists nothing where there are none. */
export async function causesView(
  calls: Pick<OperatorCalls, "operations" | "listTasks">,
  { count, keptMs }: DeadLettersView,
): Promise<CausesView> {
  const groups = new Groups("cause");
  let read = 0;
  if (count > 0) {
    for await (const page of calls.listTasks(deadLetterQueue(calls))) {
      read = page.length;
      groups.add(page.flatMap((task) => readDeadLetter(task, keptMs) ?? []));
      break;
    }
  }
  return { read, isWhole: read >= count, groups: groups.all };
}
