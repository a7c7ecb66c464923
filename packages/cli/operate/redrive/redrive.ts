import { deadLetterId } from "../../../../tasks/contract/deadLetter.ts";
import type { Duration } from "../../../../tasks/contract/contract.ts";
import { CommandError, EXIT } from "../../command/exitCodes.ts";
import { idOf } from "../calls/ownNames.ts";
import { readDeadLetter, ttlMsOf, type DeadLetter } from "../deadLetters/deadLetter.ts";
import { deadLetterQueue } from "../deadLetters/readDeadLetters.ts";
import { CLAIM_SIZE, type Claimed } from "./claim.ts";
import {
  CLAIM_MS,
  lineOf,
  placeClaim,
  placeMark,
  removeOldClaims,
  SAFE_MS,
  type Surroundings,
} from "./claims.ts";
import type { Edit } from "./edit.ts";
import type { Known } from "./journal.ts";
import { MIN_AGE_MS, ownQueue, refusalOf, targetOf, type Rules } from "./judge.ts";
import { redrivenId, redrivenTask } from "./redriven.ts";
import { settle } from "./settle.ts";
import { readClaims, type Survey } from "./survey.ts";

/*
 * Puts dead letters back onto their queues, so that none runs twice and none is lost, wherever this ends midway
 * and whoever else does the same at the same time.
 *
 * The task that a letter becomes has a name that follows from the letter. For an hour at the least after its end
 * Cloud Tasks takes no other of that name (https://cloud.google.com/tasks/docs/reference/rest/v2/projects.locations.queues.tasks/create),
 * so that within the hour to ask twice is to ask once. Beyond it, claims tell what may have been done: each is
 * written before anything of it is done, and goes when all of it is. Hence nothing is created
 *   - of a letter that was seen, without a claim on it, longer than SAFE_MS ago: one may have come and gone,
 *   - of a letter with a claim older than that, unless it is known what became of it,
 *   - of a letter that somebody made of its task, unless it is known that he deleted that before it ran (`bury/`).
 * The clock is looked at right before a call is sent. A machine that falls asleep between the two, and wakes an
 * hour later, is what this does not guard against.
 */

/** When claims are read anew. */
const SURVEY_MS = 30 * 60_000;

export const RESULTS = [
  "created",
  "existed",
  "uncertain",
  "still-delivered",
  "refused",
  "skipped",
  "failed",
] as const;

export type Result = (typeof RESULTS)[number];

/** What became of a dead letter. */
export interface RedriveResult {
  /** The dead letter's. */
  readonly id: string;
  readonly result: Result;
  /** The full name of the task that it is now, where there is one. */
  readonly task?: string;
  /** When that is due, in milliseconds. @default - at once */
  readonly due?: number;
  /** The full name of the dead letter that it would end as, once more. */
  readonly next?: string;
  /** Why not. */
  readonly why?: string;
}

export interface RedriveOptions {
  /** Names the run. */
  readonly run: string;
  /** Who does it. */
  readonly by: string;
  readonly rules: Rules;
  /** The dead letters; their bodies are read again. */
  readonly letters: readonly DeadLetter[];
  /** What the queue held when these were read, or after. */
  readonly survey: Survey;
  /** Tasks a second that fall due on a queue. @default - all at once */
  readonly rateOf?: (queue: string) => number;
  /** Letters that may have been redriven already are redriven all the same. @default false */
  readonly uncertain?: boolean;
  /** What is changed of bodies. @default - nothing */
  readonly edit?: Edit;
  /** Whether to end after the claim at hand. */
  readonly isStopped?: () => boolean;
  readonly onResult?: (result: RedriveResult) => void;
  /** @default CLAIM_SIZE */
  readonly claimSize?: number;
}

export interface Redriven {
  readonly results: readonly RedriveResult[];
  /** Why it ended before its end: whoever asks may not, or nobody answers. */
  readonly end?: CommandError;
}

/** A letter that is about to be put back. */
interface Ready {
  readonly letter: DeadLetter;
  readonly body: Uint8Array;
  readonly queue: string;
  /** The full name of the task that it becomes. */
  readonly name: string;
  /** When it must not be created any more, in milliseconds. */
  readonly until: number;
}

export async function redrive(
  surroundings: Surroundings,
  options: RedriveOptions,
): Promise<Redriven> {
  return new Run(surroundings, options).all();
}

class Run {
  readonly #on: Surroundings;
  readonly #options: RedriveOptions;
  readonly #results: RedriveResult[] = [];
  #survey: Survey;
  #end: CommandError | undefined;
  #ttlMs = 0;
  /** By how much Google's clock is ahead of this machine's, or a little more. */
  #aheadMs = 0;
  /** When the first task falls due. */
  readonly #start: number;
  /** Tasks for each queue so far. */
  readonly #counts = new Map<string, number>();

  constructor(surroundings: Surroundings, options: RedriveOptions) {
    this.#on = surroundings;
    this.#options = options;
    this.#survey = options.survey;
    this.#start = surroundings.time.now();
  }

  async all(): Promise<Redriven> {
    const { calls, time } = this.#on;
    const { letters, isStopped = () => false, claimSize = CLAIM_SIZE } = this.#options;
    this.#ttlMs = ttlMsOf(await calls.getQueue(deadLetterQueue(calls)));
    const mark = await placeMark(this.#on, { kind: "redrive", by: this.#options.by });
    this.#aheadMs = mark.aheadMs;

    try {
      for (let i = 0; i < letters.length && !this.#end && !isStopped(); i += claimSize) {
        if (time.now() - this.#survey.started > SURVEY_MS) {
          this.#survey = await readClaims(calls, time.now);
        }
        await this.#batch(letters.slice(i, i + claimSize));
      }
      await removeOldClaims(calls, this.#survey.claims, this.#google());
      await calls.deleteTask(mark.name);
    } catch (error) {
      // What is left of claims tells the next run.
      this.#end ??= asCommandError(error);
    }
    return { results: this.#results, ...(this.#end && { end: this.#end }) };
  }

  async #batch(letters: readonly DeadLetter[]): Promise<void> {
    const { calls, journal, time } = this.#on;
    const found = await Promise.all(
      letters.map((letter) =>
        this.#prepare(letter).catch((error: unknown) => this.#failed(letter, error)),
      ),
    );
    for (const one of found) if ("result" in one) this.#tell(one);
    const ready = found.flatMap((one) => ("result" in one ? [] : [one]));
    if (ready.length === 0 || this.#end) return;
    const now = time.now();
    const claimed: Claimed[] = ready.map(({ letter, name }) => ({ letter: letter.id, task: name }));
    const claim = await placeClaim(this.#on, {
      kind: "redrive",
      by: this.#options.by,
      claimed,
    });
    const ids = ready.map(({ letter }) => letter.id);
    await journal.write([{ kind: "create", ...lineOf(claim, time), letters: ids }]);
    const known = await Promise.all(ready.map((one) => this.#putBack(one, now + CLAIM_MS)));
    await journal.write(
      ids.map((letter, i) => ({
        kind: "result",
        ...lineOf(claim, time),
        letter,
        known: known[i]?.known ?? "unknown",
      })),
    );
    if (known.every(({ isSettled }) => isSettled)) await calls.deleteTask(claim);
  }

  /** Finds out whether a letter can be put back, or why not. */
  async #prepare(listed: DeadLetter): Promise<Ready | RedriveResult> {
    const { calls } = this.#on;
    const { operations } = calls;
    const { rules, edit, uncertain = false } = this.#options;
    const [task, original] = await Promise.all([
      calls.getTask(listed.name, "FULL"),
      this.#original(listed),
    ]);
    const letter = typeof task === "string" ? undefined : readDeadLetter(task, this.#ttlMs);
    if (!letter) {
      const why = "somebody else has redriven or discarded it";
      return { id: listed.id, result: "existed", why };
    }
    if (original) {
      const why = "Cloud Tasks still delivers its task";
      return { id: letter.id, result: "still-delivered", why };
    }
    const own = letter.cutFrom === undefined ? letter.body : undefined;
    const edited = edit?.(letter);
    if (edited === null) return { id: letter.id, result: "skipped" };
    const body = edited ?? own;
    const editedBy = edited && (edit?.by ?? "the edit");
    const why =
      this.#tooNew(letter) ?? refusalOf({ letter, body, editedBy }, rules, this.#google());
    const target = targetOf(letter, rules);
    if (why !== undefined || body === undefined || "refusal" in target) {
      return { id: letter.id, result: "refused", ...(why !== undefined && { why }) };
    }
    const name = `${operations.queues[target.queue] ?? ""}/tasks/${redrivenId(letter)}`;
    const { claims, started } = this.#survey;
    const settled = await settle(this.#on, claims, letter.id, this.#google(), name);
    if ("task" in settled) {
      await calls.deleteTask(letter.name);
      return { id: letter.id, result: "existed", task: settled.task };
    }
    if ("why" in settled && !(uncertain && settled.isOver)) {
      return { id: letter.id, result: "uncertain", why: settled.why };
    }
    const until =
      "until" in settled ? Math.min(started + SAFE_MS, settled.until - this.#aheadMs) : Infinity;
    return { letter, body, queue: target.queue, name, until };
  }

  /** Of a letter that somebody made: his claim, which is older than it, is to be among those that were read. */
  #tooNew({ by, created }: DeadLetter): string | undefined {
    const read = this.#survey.started + this.#aheadMs;
    if (by === undefined || created + MIN_AGE_MS < read) return undefined;
    return "it was made a dead letter just now: run the command again";
  }

  /** Whether the task that a letter was is still there. */
  async #original(letter: DeadLetter): Promise<boolean> {
    const { calls } = this.#on;
    const queue = calls.operations.queues[ownQueue(calls.operations, letter) ?? ""];
    if (queue === undefined || !/^[A-Za-z0-9_-]{1,500}$/.test(letter.taskId)) return false;
    return typeof (await calls.getTask(`${queue}/tasks/${letter.taskId}`)) !== "string";
  }

  /** Creates a letter's task and deletes the letter. Whether that is known to have been done, and the letter needs no claim any more. */
  async #putBack(
    ready: Ready,
    claimUntil: number,
  ): Promise<{ readonly known: Known; readonly isSettled: boolean }> {
    const { calls, randomHex } = this.#on;
    const { run, by, rules } = this.#options;
    const { letter, body, queue, name, until } = ready;
    const enqueueId = randomHex(16);
    const due = this.#dueOn(queue);
    const dispatchDeadline: Duration = rules.contract.queues[queue]?.dispatchDeadline ?? "600s";
    const settings = { name, task: letter.task ?? "", body, dispatchDeadline, enqueueId, run, by };
    const task = redrivenTask(
      letter,
      { ...settings, ...(due !== undefined && { due }) },
      randomHex,
    );
    let created;
    try {
      const target = calls.operations.queues[queue] ?? "";
      created = await calls.createTask(target, task, Math.min(until, claimUntil));
    } catch (error) {
      this.#tell(this.#failed(letter, error));
      const isRefused = error instanceof CommandError && !error.mayBeDone;
      return { known: isRefused ? "not-created" : "unknown", isSettled: isRefused };
    }
    try {
      await calls.deleteTask(letter.name);
    } catch (error) {
      this.#tell(
        this.#failed(letter, error, "it is redriven, and still here; run the command again: "),
      );
      return { known: "created", isSettled: false };
    }
    const next = `${deadLetterQueue(calls)}/tasks/${deadLetterId(queue, idOf(name), enqueueId, body)}`;
    if (created === "exists") this.#tell({ id: letter.id, result: "existed", task: name });
    else {
      const when = due !== undefined && { due };
      this.#tell({ id: letter.id, result: "created", task: name, next, ...when });
    }
    return { known: "created", isSettled: true };
  }

  /** When the next task of a queue falls due, where it is not at once. */
  #dueOn(queue: string): number | undefined {
    const i = this.#counts.get(queue) ?? 0;
    this.#counts.set(queue, i + 1);
    const due = this.#start + Math.floor((i / (this.#options.rateOf?.(queue) ?? Infinity)) * 1000);
    return due > this.#on.time.now() ? due : undefined;
  }

  /** Google's time, or a little later. */
  #google(): number {
    return this.#on.time.now() + this.#aheadMs;
  }

  #tell(result: RedriveResult): void {
    this.#results.push(result);
    this.#options.onResult?.(result);
  }

  #failed({ id }: DeadLetter, error: unknown, before = ""): RedriveResult {
    const { exitCode, message } = asCommandError(error);
    if (exitCode === EXIT.permission || exitCode === EXIT.noAnswer) {
      this.#end ??= asCommandError(error);
    }
    return { id, result: "failed", why: `${before}${message}` };
  }
}

/** What Google says is told of; anything else is a bug. */
export function asCommandError(error: unknown): CommandError {
  if (error instanceof CommandError) return error;
  throw error;
}
