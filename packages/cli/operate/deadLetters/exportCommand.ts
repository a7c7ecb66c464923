import { userInfo } from "node:os";
import type { Command } from "commander";
import type { Contract } from "../../../../tasks/contract/contract.ts";
import { loadContract } from "../../../../tasks/contract/loadContract.ts";
import { EXIT, type ExitCode } from "../../command/exitCodes.ts";
import { path } from "../../command/readers.ts";
import { countOf, countWords } from "../../command/words.ts";
import type { Task } from "../calls/messages.ts";
import { operate, withAudit, withOperator, type Operating } from "../operatorCommand.ts";
import { shownPayload } from "../show/shownPayload.ts";
import { readDeadLetter } from "./deadLetter.ts";
import { writeLetters, type LetterHead } from "./letterFile.ts";
import { readingTo } from "./readDeadLetters.ts";
import { meantWords, selectDeadLetters, type Selector } from "./selector.ts";
import { chosenOf, withSelector } from "./selectorOptions.ts";

export interface ExportOptions {
  /** A file. */
  readonly to: string;
  /** Leaves out what is sensitive of the payloads by this contract: such a file is for people, and cannot be imported. */
  readonly redact?: Pick<Contract, "tasks">;
  readonly json: boolean;
}

interface Given extends Pick<ExportOptions, "to" | "json"> {
  readonly redact: boolean;
}

export function configure(command: Command): void {
  withSelector(withAudit(withOperator(command)))
    .description(
      "Writes dead letters into a file, a line of JSON for each, with their payloads. Only you may read it.",
    )
    .argument("[ids...]", "ids of dead letters or of their tasks, or their beginnings")
    .option("--all", "all dead letters", false)
    .requiredOption("--to <file>", "the file, which must not be there yet", path)
    .option("--redact", "without sensitive fields; it cannot be imported again then", false)
    .action(async (ids: string[], options: Given) => {
      const selector = await chosenOf(command, ids);
      const { to, json } = options;
      const given = { to, json, ...(options.redact && { redact: await loadContract() }) };
      await operate(command, (operating) =>
        exportLetters(operating, selector, given, userInfo().username),
      );
    });
}

export async function exportLetters(
  { calls, output, audit }: Operating,
  selector: Selector,
  { to, redact, json }: ExportOptions,
  by: string,
): Promise<ExitCode> {
  const { stack, project } = calls.operations;
  const { letters } = await selectDeadLetters(calls, selector, { onPage: readingTo(output) });
  if (letters.length === 0) {
    if (!json) output.print("There are no such dead letters.");
    return EXIT.nothing;
  }
  for (const line of meantWords(selector, letters)) output.note(line);
  await audit({ what: "export", count: letters.length });
  let written = 0;
  const time = new Date(output.now()).toISOString();
  const head: LetterHead = {
    ...{ kind: "dead-letters", stack, project, time, by, hasPayloads: true },
    ...(redact && { isRedacted: true }),
  };
  await writeLetters(calls, to, head, letters, {
    ...(redact && { change: (task: Task) => redacted(redact, task) }),
    onChunk(chunk) {
      written += chunk.length;
      output.progress(`written ${countWords(written)} of ${countWords(letters.length)}`);
      return [];
    },
  });
  output.print(
    json
      ? JSON.stringify({ kind: "export", letters: written, file: to })
      : `${countOf(written, "dead letter")} written to ${to}.`,
  );
  return EXIT.done;
}

/** A dead letter without what is sensitive of its payload. */
function redacted(contract: Pick<Contract, "tasks">, task: Task): Task {
  const { body } = task.httpRequest;
  if (body === undefined) return task;
  const { value } = shownPayload(
    contract,
    readDeadLetter(task, 0)?.task,
    Buffer.from(body, "base64"),
  );
  const shown = Buffer.from(JSON.stringify(value)).toString("base64");
  return { ...task, httpRequest: { ...task.httpRequest, body: shown } };
}
