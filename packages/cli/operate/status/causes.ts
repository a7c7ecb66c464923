import type { OperatorCalls } from "../calls/operatorCalls.ts";
import { readDeadLetter } from "../deadLetters/deadLetter.ts";
import { Groups, type Group } from "../deadLetters/groups.ts";
import { deadLetterQueue } from "../deadLetters/readDeadLetters.ts";
import type { DeadLettersView } from "./stackStatus.ts";

/** So many are listed at most. Google's pages may be shorter than they are asked for. */
const MOST_READ = 500;

/** What dead letters died of, as far as the first of them say. */
export interface CausesView {
  /** Tasks that were listed, each of which Google charges as an operation. */
  readonly read: number;
  /** Whether these are all that there are. */
  readonly isWhole: boolean;
  /** The largest first. */
  readonly groups: readonly Group[];
}

/** Puts the first dead letters together by cause; lists nothing where there are none. */
export async function causesView(
  calls: Pick<OperatorCalls, "operations" | "listTasks">,
  { count, keptMs }: DeadLettersView,
): Promise<CausesView> {
  const groups = new Groups("cause");
  let read = 0;
  if (count > 0) {
    for await (const page of calls.listTasks(deadLetterQueue(calls))) {
      read += page.length;
      groups.add(page.flatMap((task) => readDeadLetter(task, keptMs) ?? []));
      if (read >= MOST_READ) break;
    }
  }
  return { read, isWhole: read >= count, groups: groups.all };
}
