import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Command } from "commander";
import { EXIT, type ExitCode } from "../../command/exitCodes.ts";
import { countOf, countWords } from "../../command/words.ts";
import { confirm, withConsent, type Consent } from "../change/confirm.ts";
import { operate, withOperator, type Operating } from "../operatorCommand.ts";
import { stateFolder } from "../stateFolder.ts";
import type { DeadLetter } from "./deadLetter.ts";
import { writeLetters } from "./letterFile.ts";
import { selectDeadLetters, type Selector } from "./selector.ts";
import { chosenOf, withSelector } from "./selectorOptions.ts";

export interface DiscardOptions extends Consent {
  /** Whether what is deleted is written to a file first. */
  readonly backup: boolean;
  readonly json: boolean;
}

export function configure(command: Command): void {
  withConsent(withSelector(withOperator(command)))
    .description(
      "Deletes dead letters for good. What is deleted is written to a file first, with its payloads, which only you may read.",
    )
    .argument("[ids...]", "ids of dead letters, or their beginnings")
    .option("--all", "all dead letters", false)
    .option("--no-backup", "write no file: payloads are not read")
    .action(async (ids: string[], options: DiscardOptions) => {
      const selector = await chosenOf(command, ids);
      await operate(command, (operating) => discardLetters(operating, selector, options));
    });
}

export async function discardLetters(
  operating: Operating,
  selector: Selector,
  { backup, json, ...consent }: DiscardOptions,
  folder = join(stateFolder(operating.calls.operations.stack), "discarded"),
): Promise<ExitCode> {
  const { calls, output } = operating;
  const { letters } = await selectDeadLetters(calls, selector);
  if (letters.length === 0) {
    if (!json) output.print("There are no such dead letters.");
    return EXIT.nothing;
  }
  const words = `Delete ${countOf(letters.length, "dead letter")} for good`;
  const ids = letters.map(({ id }) => id.slice(0, 12));
  await confirm(operating, { words, count: letters.length, ids }, consent);

  let discarded = 0;
  const remove = async (chunk: readonly DeadLetter[]): Promise<void> => {
    const gone = await Promise.all(chunk.map(({ name }) => calls.deleteTask(name)));
    discarded += gone.filter((each) => each === "deleted").length;
    output.progress(`deleted ${countWords(discarded)} of ${countWords(letters.length)}`);
  };
  const time = new Date(output.now()).toISOString().replace(/[-:]|\.\d+/g, "");
  const file = join(folder, `${time}.ndjson`);
  if (backup) await mkdir(folder, { recursive: true, mode: 0o700 });
  if (backup) await writeLetters(calls, file, letters, remove);
  else for (const letter of letters) await remove([letter]);

  output.print(
    json
      ? JSON.stringify({ kind: "discard", letters: discarded, ...(backup && { file }) })
      : `${countOf(discarded, "dead letter")} deleted.${backup ? ` They are kept in ${file}.` : ""}`,
  );
  return EXIT.done;
}
