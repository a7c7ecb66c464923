import type { Command } from "commander";
import { DEAD_LETTER_QUEUE } from "../../../../tasks/contract/deadLetter.ts";
import { durationMs } from "../../../../tasks/contract/duration.ts";
import { EXIT, type ExitCode } from "../../command/exitCodes.ts";
import { duration } from "../../command/readers.ts";
import { spanWords } from "../../command/words.ts";
import { queueKeyOf } from "../calls/ownNames.ts";
import { ttlMsOf } from "../deadLetters/deadLetter.ts";
import { deadLetterQueue } from "../deadLetters/readDeadLetters.ts";
import { operate, withAudit, withOperator, type Operating } from "../operatorCommand.ts";
import { confirm, withConsent, type Consent } from "./confirm.ts";

export interface KeepOptions extends Consent {
  /** In milliseconds. */
  readonly for?: number;
  /** In milliseconds. */
  readonly names?: number;
  readonly json: boolean;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** What Google takes of each. https://cloud.google.com/tasks/docs/reference/rest/v2beta3/projects.locations.queues */
const ALLOWED = {
  for: { least: 10 * DAY_MS, most: 3650 * DAY_MS, words: "from '10d' to '3650d'" },
  names: { least: HOUR_MS, most: 9 * DAY_MS, words: "from '1h' to '9d'" },
} as const;

export function configure(command: Command): void {
  withConsent(withAudit(withOperator(command)))
    .description(
      "Sets for how long dead letters are kept, and names of tasks stay taken, and prints what is in force then. " +
        "Without options, prints that alone.",
    )
    .option("--for <duration>", `how long dead letters are kept, ${ALLOWED.for.words}`, duration)
    .option(
      "--names <duration>",
      `how long the name of a task that is gone stays taken, on all queues, ${ALLOWED.names.words}`,
      duration,
    )
    .action(async (options: KeepOptions) => {
      for (const name of ["for", "names"] as const) {
        const { least, most, words } = ALLOWED[name];
        const ms = options[name];
        if (ms !== undefined && (ms < least || ms > most)) {
          command.error(`'--${name}' is ${words}.`);
        }
      }
      await operate(command, (operating) => keep(operating, options));
    });
}

export async function keep(operating: Operating, options: KeepOptions): Promise<ExitCode> {
  const { calls, output } = operating;
  const dead = deadLetterQueue(calls);
  const before = await calls.getQueue(dead);
  const { for: forMs, names: namesMs, json } = options;
  if (forMs !== undefined) {
    if (forMs < ttlMsOf(before)) {
      const count = before.stats?.tasksCount ?? 0;
      const words =
        `Keep dead letters for ${spanWords(forMs)} instead of ${spanWords(ttlMsOf(before))}: of the ` +
        `${count} that there are, Google deletes those that are older`;
      await confirm(operating, { words, count, ids: [] }, options);
    }
    await operating.audit({ what: "keep", queue: DEAD_LETTER_QUEUE, count: 1 });
    await calls.updateQueue(dead, ["taskTtl"], { taskTtl: `${forMs / 1000}s` });
  }
  if (namesMs !== undefined) {
    await operating.audit({ what: "keep", count: Object.keys(calls.operations.queues).length });
    for (const queue of Object.values(calls.operations.queues)) {
      await calls.updateQueue(queue, ["tombstoneTtl"], { tombstoneTtl: `${namesMs / 1000}s` });
    }
  }
  // What Google answers is what is in force, whatever was asked for.
  let isAsAsked = true;
  for (const queue of Object.values(calls.operations.queues)) {
    const { taskTtl, tombstoneTtl } = await calls.getQueue(queue);
    const key = queueKeyOf(calls.operations, queue) ?? queue;
    output.print(
      json
        ? JSON.stringify({ kind: "keep", queue: key, taskTtl, tombstoneTtl })
        : `${key}: tasks are kept for ${ttlWords(taskTtl)}, their names stay taken for ${ttlWords(tombstoneTtl)}`,
    );
    isAsAsked &&=
      (forMs === undefined || queue !== dead || ttlMs(taskTtl) === forMs) &&
      (namesMs === undefined || ttlMs(tombstoneTtl) === namesMs);
  }
  if (isAsAsked) return EXIT.done;
  output.note("That is not what was asked for: Google has not taken it.");
  return EXIT.failed;
}

function ttlMs(ttl: string | undefined): number | undefined {
  return ttl === undefined ? undefined : durationMs(ttl);
}

function ttlWords(ttl: string | undefined): string {
  const ms = ttlMs(ttl);
  return ms === undefined ? "a time that Google does not tell" : spanWords(ms);
}
