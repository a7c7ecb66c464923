import { userInfo } from "node:os";
import type { Command } from "commander";
import { EXIT, type ExitCode } from "../../command/exitCodes.ts";
import { path } from "../../command/readers.ts";
import { countOf, countWords } from "../../command/words.ts";
import { operate, withOperator, type Operating } from "../operatorCommand.ts";
import { writeLetters } from "./letterFile.ts";
import { readingTo } from "./readDeadLetters.ts";
import { selectDeadLetters, type Selector } from "./selector.ts";
import { chosenOf, withSelector } from "./selectorOptions.ts";

export interface ExportOptions {
  /** A file. */
  readonly to: string;
  readonly json: boolean;
}

export function configure(command: Command): void {
  withSelector(withOperator(command))
    .description(
      "Writes dead letters into a file, a line of JSON for each, with their payloads. Only you may read it.",
    )
    .argument("[ids...]", "ids of dead letters or of their tasks, or their beginnings")
    .option("--all", "all dead letters", false)
    .requiredOption("--to <file>", "the file, which must not be there yet", path)
    .action(async (ids: string[], options: ExportOptions) => {
      const selector = await chosenOf(command, ids);
      await operate(command, (operating) =>
        exportLetters(operating, selector, options, userInfo().username),
      );
    });
}

export async function exportLetters(
  { calls, output }: Operating,
  selector: Selector,
  { to, json }: ExportOptions,
  by: string,
): Promise<ExitCode> {
  const { stack, project } = calls.operations;
  const { letters } = await selectDeadLetters(calls, selector, { onPage: readingTo(output) });
  if (letters.length === 0) {
    if (!json) output.print("There are no such dead letters.");
    return EXIT.nothing;
  }
  let written = 0;
  const time = new Date(output.now()).toISOString();
  const head = { kind: "dead-letters", stack, project, time, by, hasPayloads: true } as const;
  await writeLetters(calls, to, head, letters, (chunk) => {
    written += chunk.length;
    output.progress(`written ${countWords(written)} of ${countWords(letters.length)}`);
  });
  output.print(
    json
      ? JSON.stringify({ kind: "export", letters: written, file: to })
      : `${countOf(written, "dead letter")} written to ${to}.`,
  );
  return EXIT.done;
}
