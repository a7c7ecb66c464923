import { deadLetterHeaders } from "../../../../tasks/contract/deadLetter.ts";
import type { TaskResource } from "../../../../tasks/contract/taskRequest.ts";
import { CommandError, EXIT } from "../../command/exitCodes.ts";
import type { Task } from "../calls/messages.ts";
import { idOf } from "../calls/ownNames.ts";
import { deadLetterQueue } from "../deadLetters/readDeadLetters.ts";
import { CLAIM_SIZE, type Claimed } from "../redrive/claim.ts";
import {
  CLAIM_MS,
  lineOf,
  placeClaim,
  placeMark,
  removeOldClaims,
  type Surroundings,
} from "../redrive/claims.ts";
import type { Known } from "../redrive/journal.ts";
import { asCommandError } from "../redrive/redrive.ts";
import type { Survey } from "../redrive/survey.ts";
import { letterOf, type Burial } from "./letterOf.ts";

/*
 * Makes dead letters of tasks, so that none of them is lost and none runs twice, wherever this ends midway and
 * whoever else does the same at the same time: the dead letter is there before its task is deleted. Where both are
 * there, a redrive leaves the letter alone. Where the task is gone, it may have run meanwhile, unless it was this that
 * deleted it: a claim, which is written before anything is done and goes when all of it is, tells that nobody knows.
 * A task that was gone before it was due has not run, whoever deleted it.
 */

export const BURY_RESULTS = ["buried", "gone", "left", "refused", "uncertain", "failed"] as const;

export type BuryResult = (typeof BURY_RESULTS)[number];

/** What became of a task. */
export interface Buried {
  /** Its full name. */
  readonly task: string;
  readonly result: BuryResult;
  /** The id of the dead letter that it is now, or may be. */
  readonly letter?: string;
  /** Why not. */
  readonly why?: string;
}

export interface BuryOptions {
  /** Who does it. */
  readonly by: string;
  /** Full names. The tasks are read again. */
  readonly tasks: readonly string[];
  /** What the dead-letter queue held. */
  readonly survey: Survey;
  /** How a task ends; or why it is left alone. `google` is Google's time, in milliseconds. */
  readonly burialOf: (task: Task, google: number) => Burial | string;
  /** Before which time a task must be gone, by Google's clock, in milliseconds. @default - it is not about to run */
  readonly dueOf?: (task: Task) => number;
  /** The id of a dead letter that has become the task already, and goes where it is still there. */
  readonly formerOf?: (task: Task) => string | undefined;
  /** Whether to end after the claim at hand. */
  readonly isStopped?: () => boolean;
  readonly onResult?: (result: Buried) => void;
  /** @default CLAIM_SIZE */
  readonly claimSize?: number;
}

export interface BuriedAll {
  readonly results: readonly Buried[];
  /** Why it ended before its end: whoever asks may not, or nobody answers. */
  readonly end?: CommandError;
}

/** A task that is about to become a dead letter. */
interface Ready {
  readonly task: Task;
  readonly letter: TaskResource & { readonly name: string };
  /** By Google's clock, in milliseconds. */
  readonly due: number | undefined;
}

/** So long before a task is due it is left alone. */
export const LEAST_MS = 15_000;

export async function buryTasks(on: Surroundings, options: BuryOptions): Promise<BuriedAll> {
  const { calls, time, journal } = on;
  const { by, tasks, survey, burialOf, dueOf, formerOf, onResult } = options;
  const { isStopped = () => false, claimSize = CLAIM_SIZE } = options;
  const queue = deadLetterQueue(calls);
  const claims = survey.claims.filter(({ kind }) => kind === "bury");
  // One without an `Enqueue-Id` has another name each hour: what was claimed is gone on with.
  const begun = new Map(
    claims.flatMap(({ claimed }) => claimed.map(({ task, letter }) => [task, letter])),
  );
  const redriving = new Set(
    survey.claims
      .filter(({ kind }) => kind === "redrive")
      .flatMap(({ claimed }) => claimed.map(({ letter }) => letter)),
  );
  const results: Buried[] = [];
  const settled = new Set<string>();
  let end: CommandError | undefined;
  const mark = await placeMark(on, { kind: "bury", by });
  const google = (): number => time.now() + mark.aheadMs;

  try {
    for (let i = 0; i < tasks.length && !end && !isStopped(); i += claimSize) {
      await batch(tasks.slice(i, i + claimSize));
    }
    for (const { name, claimed } of claims) {
      if (claimed.every(({ letter }) => settled.has(letter))) await calls.deleteTask(name);
    }
    await removeOldClaims(calls, survey.claims, google());
    await calls.deleteTask(mark.name);
  } catch (error) {
    end ??= asCommandError(error);
  }
  return { results, ...(end && { end }) };

  async function batch(names: readonly string[]): Promise<void> {
    const start = time.now();
    const found = await Promise.all(
      names.map((name) => prepare(name).catch((error: unknown) => failed(name, error))),
    );
    for (const one of found) if ("result" in one) tell(one);
    const ready = found.flatMap((one) => ("result" in one ? [] : [one]));
    if (ready.length === 0 || end) return;
    const claimed = ready.map(claimedOf);
    const letters = claimed.map(({ letter }) => letter);
    const claim = await placeClaim(on, { kind: "bury", by, claimed });
    await journal.write([{ kind: "create", ...lineOf(claim, time), letters }]);
    const known = await Promise.all(ready.map((one) => bury(one, start + CLAIM_MS)));
    await journal.write(
      letters.map((letter, i) => ({
        kind: "result",
        ...lineOf(claim, time),
        letter,
        known: known[i] ?? "unknown",
      })),
    );
    if (known.every((one) => one !== "unknown")) await calls.deleteTask(claim);
  }

  /** Reads a task, and what it ends as. */
  async function prepare(name: string): Promise<Ready | Buried> {
    const task = await calls.getTask(name, "FULL");
    if (typeof task === "string") return { task: name, result: "gone" };
    const burial = burialOf(task, google());
    if (typeof burial === "string") return { task: name, result: "left", why: burial };
    const due = dueOf?.(task);
    if (due !== undefined && google() >= due - LEAST_MS)
      return { task: name, result: "left", why: "it is due" };
    const made = letterOf(calls.operations, queue, task, burial, by);
    if (deadLetterHeaders.cutFrom in made.httpRequest.headers) {
      const why = "its body does not fit beside what a dead letter tells";
      return { task: name, result: "refused", why };
    }
    const id = begun.get(name);
    const letter = id === undefined ? made : { ...made, name: `${queue}/tasks/${id}` };
    return { task, letter, due };
  }

  /** Makes the dead letter of a task and deletes the task. Returns what is known then. */
  async function bury({ task, letter, due }: Ready, claimUntil: number): Promise<Known> {
    const of = { task: task.name, letter: idOf(letter.name) };
    const until = Math.min(claimUntil, (due ?? Infinity) - LEAST_MS - mark.aheadMs);
    try {
      const created = await calls.createTask(queue, letter, until);
      if (created === "exists" && typeof (await calls.getTask(letter.name)) === "string") {
        const why = "a dead letter of it was here and is gone: its name is free after an hour";
        tell({ ...of, result: "refused", why });
        return "not-created";
      }
    } catch (error) {
      tell(failed(task.name, error));
      return error instanceof CommandError && !error.mayBeDone ? "not-created" : "unknown";
    }
    try {
      const former = formerOf?.(task);
      if (former !== undefined && redriving.has(former)) {
        await calls.deleteTask(`${queue}/tasks/${former}`);
      }
      const isDeleted = (await calls.deleteTask(task.name, until)) === "deleted";
      const hasNotRun = due !== undefined && google() < due;
      if (!isDeleted && !hasNotRun) {
        tell({ ...of, result: "uncertain", why: GONE });
        return "unknown";
      }
    } catch (error) {
      tell(failed(task.name, error, "its dead letter is made, and it is still here: "));
      return "unknown";
    }
    settled.add(of.letter);
    tell({ ...of, result: "buried" });
    return "not-run";
  }

  function tell(result: Buried): void {
    results.push(result);
    onResult?.(result);
  }

  function failed(task: string, error: unknown, before = ""): Buried {
    const one = asCommandError(error);
    if (one.exitCode === EXIT.permission || one.exitCode === EXIT.noAnswer) end ??= one;
    return { task, result: "failed", why: `${before}${one.message}` };
  }
}

const GONE = "it was gone when it was to be deleted, and may have run; its dead letter is here";

function claimedOf({ task, letter, due }: Ready): Claimed {
  return {
    letter: idOf(letter.name),
    task: task.name,
    ...(due !== undefined && { due: new Date(due).toISOString() }),
  };
}
