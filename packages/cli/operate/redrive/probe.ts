import type { OperatorCalls } from "../calls/operatorCalls.ts";
import type { Time } from "../calls/retries.ts";
import { readDeadLetter, type DeadLetter } from "../deadLetters/deadLetter.ts";
import type { RedriveResult } from "./redrive.ts";

/** Of the tasks of a probe so many must succeed for the rest to follow. */
const GOOD_SHARE = 0.9;
const POLL_MS = 2000;
/** So long a probe is waited for. */
const PATIENCE_MS = 30 * 60_000;

export interface Probed {
  readonly done: number;
  /** Those that ended as dead letters once more. */
  readonly dead: readonly DeadLetter[];
  /** Those that have not come to an end. */
  readonly open: number;
  readonly isGood: boolean;
}

/** Waits for redriven tasks to end, and says how. */
export async function probe(
  calls: Pick<OperatorCalls, "getTask">,
  results: readonly RedriveResult[],
  { now, sleep, isStopped }: Time & { readonly isStopped: () => boolean },
  onProgress: (probed: Omit<Probed, "isGood">) => void = () => undefined,
): Promise<Probed> {
  const created = results.filter(({ result }) => result === "created");
  const start = now();
  const dead: DeadLetter[] = [];
  let open = created;
  let done = 0;
  for (;;) {
    const left: RedriveResult[] = [];
    for (const one of open) {
      if (typeof (await calls.getTask(one.task ?? "")) !== "string") {
        left.push(one);
        continue;
      }
      const again = await calls.getTask(one.next ?? "");
      const letter = typeof again === "string" ? undefined : readDeadLetter(again, 0);
      if (letter) dead.push(letter);
      else done += 1;
    }
    open = left;
    onProgress({ done, dead, open: open.length });
    if (open.length === 0 || isStopped() || now() - start > PATIENCE_MS) break;
    await sleep(POLL_MS);
  }
  const isGood = open.length === 0 && done >= created.length * GOOD_SHARE;
  return { done, dead, open: open.length, isGood };
}
