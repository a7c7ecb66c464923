import type { Contract } from "../../../../tasks/contract/contract.ts";
import { readPayload } from "../../../../tasks/contract/payload.ts";
import { isTaskName } from "../../../../tasks/contract/taskRequest.ts";
import { idOf } from "../calls/ownNames.ts";
import { countWords, shortId } from "../../command/words.ts";
import type { Operations } from "../../stack/outputs.ts";
import type { DeadLetter } from "../deadLetters/deadLetter.ts";

/** What a redrive may do, and where it puts tasks. */
export interface Rules {
  readonly contract: Pick<Contract, "queues" | "tasks">;
  readonly operations: Operations;
  /** The key of the queue for those whose own is given up. @default - none, they are refused */
  readonly to?: string;
  /** What the contract refuses is sent all the same. @default false */
  readonly force?: boolean;
}

/** A dead letter with what its task is to be given: its own body, or another. */
export interface Judged {
  readonly letter: DeadLetter;
  /** @default - its own is cut, and there is no other */
  readonly body: Uint8Array | undefined;
  /** What made that of its own, as `Edit` says it. @default - it is its own */
  readonly editedBy?: string | undefined;
}

/** The key of the queue that a dead letter's task goes to; or why there is none. */
export type Target = { readonly queue: string } | { readonly refusal: string };

/** For as long a dead letter is left alone: the answer to its task's last delivery may be under way. */
export const MIN_AGE_MS = 5000;

/** The key of a dead letter's own queue, where the stack has that yet. A worker that did not know it names its id. */
export function ownQueue({ queues }: Operations, { queue }: DeadLetter): string | undefined {
  if (Object.hasOwn(queues, queue)) return queue;
  return Object.keys(queues).find((key) => idOf(queues[key] ?? "") === queue);
}

/** Where a dead letter's task goes to. */
export function targetOf(letter: DeadLetter, { contract, operations, to }: Rules): Target {
  const own = ownQueue(operations, letter);
  const settings = own === undefined ? undefined : contract.queues[own];
  if (own !== undefined && settings && settings.retired !== true) {
    if (to === undefined || to === own) return { queue: own };
    return { refusal: `queue '${own}' takes it: '--to' is for those whose queue is given up` };
  }
  if (to !== undefined) return { queue: to };
  const now = contract.tasks[letter.task ?? ""]?.queue;
  const advice =
    now === undefined || now === own
      ? "name another with '--to <queue>'"
      : `its task is on '${now}' now: '--to ${now}'`;
  const is = settings ? "is retired" : "is no queue of this program and stack";
  return { refusal: `queue '${letter.queue}' ${is}; ${advice}` };
}

/** Why a dead letter is not redriven; `undefined` where it can be. `now` is in milliseconds. */
export function refusalOf(
  { letter, body, editedBy }: Judged,
  rules: Rules,
  now: number,
): string | undefined {
  const { task, cutFrom, created } = letter;
  if (task === undefined || !isTaskName(task)) return "its request named no task";
  if (body === undefined) {
    const size = cutFrom ? ` (it had ${countWords(cutFrom)} bytes)` : "";
    return `its body was cut${size}: give it one with 'redrive ${shortId(letter.id)} --payload <file>'`;
  }
  if (now - created < MIN_AGE_MS) return "it is not 5 s old yet: run the command again";
  const target = targetOf(letter, rules);
  if ("refusal" in target) return target.refusal;
  if (rules.force === true) return undefined;
  const schema = Object.hasOwn(rules.contract.tasks, task)
    ? rules.contract.tasks[task]?.payload
    : undefined;
  if (!schema) return `there is no task '${task}' here; fix and deploy first, or '--force'`;
  try {
    readPayload(task, schema, body);
    return undefined;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return editedBy === undefined
      ? `${why} Fix and deploy first, give it another with '--payload', or '--force'`
      : `${why} That is what ${editedBy} makes of it: give another value, or '--force'`;
  }
}
