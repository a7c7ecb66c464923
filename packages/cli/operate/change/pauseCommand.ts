import type { Command } from "commander";
import { DEAD_LETTER_QUEUE } from "../../../../tasks/contract/deadLetter.ts";
import { EXIT, type ExitCode } from "../../command/exitCodes.ts";
import { duration } from "../../command/readers.ts";
import { spanWords } from "../../command/words.ts";
import { auditUndo } from "../audit.ts";
import { queueNamed } from "../calls/ownNames.ts";
import { operate, withAudit, withOperator, type Operating } from "../operatorCommand.ts";
import { foreground, type Foreground } from "./foreground.ts";
import { switchQueue } from "./switchQueue.ts";

export interface PauseOptions {
  readonly all: boolean;
  /** In milliseconds. */
  readonly for?: number;
  readonly json: boolean;
}

export function configure(command: Command): void {
  withAudit(withOperator(command))
    .description(
      "Pauses queues: they take tasks and send none, until 'resume'. With --for, this command waits and resumes " +
        "what it has paused, also when it is interrupted.",
    )
    .argument("[queues...]", "their keys in tasks/queues.ts")
    .option("--all", "all queues of the stack", false)
    .option("--for <duration>", "for how long", duration)
    .action(async (keys: string[], options: PauseOptions) => {
      const chosen = chosenQueues(command, keys, options.all);
      await operate(command, (operating) =>
        foreground((ground) => pauseQueues(operating, chosen, options, ground)),
      );
    });
}

/** The keys of queues, or `undefined` for all. Ends with a usage error where nothing or both is given. */
export function chosenQueues(
  command: Command,
  keys: readonly string[],
  all: boolean,
): readonly string[] | undefined {
  if (all && keys.length > 0) command.error("Give either queues or '--all', not both.");
  if (!all && keys.length === 0) command.error("Which queues? Name them, or give '--all'.");
  return all ? undefined : keys;
}

/** The full names of queues by their keys: those, or all that send tasks. */
export function queuesOf(
  { calls: { operations } }: Pick<Operating, "calls">,
  keys = Object.keys(operations.queues).filter((key) => key !== DEAD_LETTER_QUEUE),
): [key: string, name: string][] {
  return keys.map((key) => [key, queueNamed(operations, key)]);
}

export async function pauseQueues(
  operating: Operating,
  keys: readonly string[] | undefined,
  { for: forMs, json }: Pick<PauseOptions, "for" | "json">,
  { sleep }: Foreground,
): Promise<ExitCode> {
  const { calls, output } = operating;
  const queues = queuesOf(operating, keys ? [...keys] : undefined);
  const tell = (key: string, state: string, words: string): void => {
    output.print(json ? JSON.stringify({ kind: "queue", key, state }) : `${key}: ${words}`);
  };
  const paused: [string, string][] = [];
  let isUndone = true;
  try {
    for (const [key, name] of queues) {
      const { state } = await calls.getQueue(name);
      if (state === "PAUSED") {
        tell(key, "PAUSED", "was paused already");
        continue;
      }
      await operating.audit({ what: "pause", queue: key, count: 1 });
      // Told before it is known: of a call without an answer nobody knows whether it was done.
      if (forMs !== undefined) paused.push([key, name]);
      await switchQueue(operating, [key, name], "pause");
      tell(key, "PAUSED", "paused");
    }
    if (forMs !== undefined && paused.length > 0) {
      output.note(`Resumes in ${spanWords(forMs)}, or at once when this is interrupted.`);
      await sleep(forMs);
    }
  } finally {
    isUndone = await undoEach(output, paused, async ([key, name]) => {
      await switchQueue(operating, [key, name], "resume");
      tell(key, "RUNNING", "resumed");
      await auditUndo(operating, { what: "resume", queue: key, count: 1 });
    });
  }
  return isUndone ? EXIT.done : EXIT.failed;
}

/**
 * Undoes what was done to queues, to each whatever becomes of the others. What fails is told, with the queue's key.
 * Returns whether all is undone.
 */
export async function undoEach<Queue extends readonly [key: string, ...unknown[]]>(
  { note }: Pick<Operating["output"], "note">,
  queues: readonly Queue[],
  undo: (queue: Queue) => Promise<void>,
): Promise<boolean> {
  let isUndone = true;
  for (const queue of queues) {
    try {
      await undo(queue);
    } catch (error) {
      isUndone = false;
      note(
        `${queue[0]} is NOT as it was: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }
  return isUndone;
}
