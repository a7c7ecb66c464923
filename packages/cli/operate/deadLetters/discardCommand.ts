import { userInfo } from "node:os";
import { join } from "node:path";
import type { Command } from "commander";
import type { Deleted } from "../../../../tasks/client/cloudTasks.ts";
import { EXIT, type ExitCode } from "../../command/exitCodes.ts";
import { countOf, countWords, shortId } from "../../command/words.ts";
import { confirm, withConsent, type Consent } from "../change/confirm.ts";
import type { OperatorCalls } from "../calls/operatorCalls.ts";
import { operate, withAudit, withOperator, type Operating } from "../operatorCommand.ts";
import type { Claim } from "../redrive/claim.ts";
import { removeOldClaims } from "../redrive/claims.ts";
import { journalsOf, type Journal } from "../redrive/journal.ts";
import { ownQueue } from "../redrive/judge.ts";
import { redrivenId } from "../redrive/redriven.ts";
import { settle } from "../redrive/settle.ts";
import { readClaims } from "../redrive/survey.ts";
import { makeStateFolder, stateFolder } from "../stateFolder.ts";
import type { DeadLetter } from "./deadLetter.ts";
import { deadLetterLine } from "./deadLetterLine.ts";
import { deadLetterTable } from "./deadLetterTables.ts";
import { readingTo } from "./readDeadLetters.ts";
import { writeLetters } from "./letterFile.ts";
import { meantWords, selectDeadLetters, type Selector } from "./selector.ts";
import { chosenOf, withSelector } from "./selectorOptions.ts";

export interface DiscardOptions extends Consent {
  /** Whether what is deleted is written to a file with its payloads. */
  readonly backup: boolean;
  /** Why. */
  readonly because?: string;
  readonly uncertain: boolean;
  readonly dryRun: boolean;
  readonly json: boolean;
}

/** What a discard is given besides. */
export interface DiscardSurroundings {
  readonly by: string;
  /** Where what is deleted is kept. */
  readonly folder: string;
  /** What the journals of redrives here tell. */
  readonly journal: Pick<Journal, "told">;
}

export function configure(command: Command): void {
  withConsent(withSelector(withAudit(withOperator(command))))
    .description(
      "Deletes dead letters for good. What is deleted is written to a file first, with its payloads, which only you may " +
        "read; 'import' puts it back.",
    )
    .argument("[ids...]", "ids of dead letters or of their tasks, or their beginnings")
    .option("--all", "all dead letters", false)
    .option("--dry-run", "say what would be deleted, and delete nothing", false)
    .option("--because <text>", "why: it is written to the file")
    .option("--no-backup", "keep no payloads: they are not read, and the file has the rest")
    .option(
      "--uncertain",
      "those that a broken run may have redriven already, and of which nobody knows",
      false,
    )
    .addHelpText(
      "after",
      "\nExamples:\n" +
        "  npm run tasks -- discard --cause 0b1e44d8 --stack prod --because 'addresses of 2019'\n" +
        "  npm run tasks -- discard --all --uncertain --stack prod",
    )
    .action(async (ids: string[], options: DiscardOptions) => {
      const selector = await chosenOf(command, ids);
      await operate(command, (operating) => {
        const here = stateFolder(operating.calls.operations.stack);
        return discardLetters(operating, selector, options, {
          by: userInfo().username,
          folder: join(here, "discarded"),
          journal: { told: journalsOf(here) },
        });
      });
    });
}

export async function discardLetters(
  operating: Operating,
  selector: Selector,
  { backup, because, uncertain, dryRun, json, ...consent }: DiscardOptions,
  { by, folder, journal }: DiscardSurroundings,
): Promise<ExitCode> {
  const { calls, output } = operating;
  const { stack, project } = calls.operations;
  const selected = await selectDeadLetters(calls, selector, { onPage: readingTo(output) });
  const claims = uncertain ? (await readClaims(calls, output.now)).claims : [];
  const letters = uncertain
    ? await doubtedOf({ calls, journal }, claims, selected.letters, output.now())
    : selected.letters;
  if (letters.length === 0) {
    if (!json) output.print("There are no such dead letters.");
    return EXIT.nothing;
  }
  for (const line of meantWords(selector, letters)) output.note(line);
  const ids = letters.map(({ id }) => shortId(id));
  if (dryRun) {
    if (json) for (const letter of letters) output.print(JSON.stringify(deadLetterLine(letter)));
    else {
      output.print(`${countOf(letters.length, "dead letter")} would be deleted.`);
      output.print(deadLetterTable(letters, output.width));
    }
    return EXIT.done;
  }
  const words = `Delete ${countOf(letters.length, "dead letter")} for good`;
  await confirm(operating, { words, count: letters.length, ids }, consent);

  await operating.audit({ what: "discard", count: letters.length });
  const ends: Record<Deleted, number> = { deleted: 0, missing: 0, uncertain: 0 };
  const time = new Date(output.now()).toISOString();
  const file = join(folder, `${time.replace(/[-:]|\.\d+/g, "")}.ndjson`);
  await makeStateFolder(folder);
  await writeLetters(
    calls,
    file,
    {
      ...{ kind: "dead-letters", stack, project, time, by, hasPayloads: backup },
      ...(because !== undefined && { because }),
    },
    letters,
    {
      async onChunk(chunk) {
        const all = await Promise.all(chunk.map((letter) => deleteLetter(calls, letter)));
        for (const end of all) ends[end] += 1;
        output.progress(`deleted ${countWords(ends.deleted)} of ${countWords(letters.length)}`);
        return chunk.filter((_, i) => all[i] === "missing").map(({ id }) => id);
      },
    },
  );
  await removeOldClaims(calls, claims, output.now());

  const { deleted, uncertain: doubtful } = ends;
  // Some were gone before they were read.
  const gone = letters.length - deleted - doubtful;
  // Those that were gone are not in the file.
  const isOne = deleted + doubtful === 1;
  const kept = backup
    ? ` ${isOne ? "It is" : "They are"} kept in ${file}.`
    : ` What ${isOne ? "it was" : "they were"} is in ${file}.`;
  output.print(
    json
      ? JSON.stringify({ kind: "discard", letters: deleted, gone, uncertain: doubtful, file })
      : `${discardWords(deleted, gone, doubtful)}.${deleted + doubtful > 0 ? kept : ""}`,
  );
  return EXIT.done;
}

/**
 * Deletes a letter. One whose task a redrive has created already, and which it has not deleted yet, is as good as gone:
 * it is put back, whoever deletes it.
 */
async function deleteLetter(
  { operations, getTask, deleteTask }: Pick<OperatorCalls, "operations" | "getTask" | "deleteTask">,
  letter: DeadLetter,
): Promise<Deleted> {
  const end = await deleteTask(letter.name);
  const queue = operations.queues[ownQueue(operations, letter) ?? ""];
  if (end !== "deleted" || queue === undefined) return end;
  const redriven = await getTask(`${queue}/tasks/${redrivenId(letter)}`);
  return redriven === "unknown" ? end : "missing";
}

function discardWords(deleted: number, gone: number, uncertain: number): string {
  const were = `${countWords(gone)} ${gone === 1 ? "was" : "were"} gone: redriven or discarded by somebody else`;
  return [
    `${countOf(deleted, "dead letter")} deleted`,
    ...(gone > 0 ? [were] : []),
    ...(uncertain > 0
      ? [`${countWords(uncertain)} gone, and nobody knows by whom: an answer was lost`]
      : []),
  ].join("; ");
}

/** Those of which nobody knows whether they were redriven: a redrive names them, and leaves them. */
async function doubtedOf(
  known: Parameters<typeof settle>[0],
  claims: readonly Claim[],
  letters: readonly DeadLetter[],
  now: number,
): Promise<readonly DeadLetter[]> {
  const doubted: DeadLetter[] = [];
  const claimed = new Set(claims.flatMap((claim) => claim.claimed.map(({ letter }) => letter)));
  for (const letter of letters) {
    if (!claimed.has(letter.id)) continue;
    const settled = await settle(known, claims, letter.id, now);
    if ("why" in settled && settled.isOver) doubted.push(letter);
  }
  return doubted;
}
