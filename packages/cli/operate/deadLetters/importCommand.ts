import { createHash } from "node:crypto";
import { open, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Command } from "commander";
import * as z from "zod";
import { DEAD_LETTER_QUEUE } from "../../../../tasks/contract/deadLetter.ts";
import { CommandError, EXIT, type ExitCode } from "../../command/exitCodes.ts";
import { countOf, countWords, shortId } from "../../command/words.ts";
import { confirm, withConsent, type Consent } from "../change/confirm.ts";
import { refusePurged } from "../change/purged.ts";
import { operate, withAudit, withOperator, type Operating } from "../operatorCommand.ts";
import { ownQueue } from "../redrive/judge.ts";
import { redrivenId } from "../redrive/redriven.ts";
import { makeStateFolder, stateFolder } from "../stateFolder.ts";
import { readLetterFile, type FiledLetter } from "./readLetterFile.ts";
import { deadLetterQueue } from "./readDeadLetters.ts";

export interface ImportOptions extends Consent {
  /** Those too that were imported before and are gone since. */
  readonly again: boolean;
  readonly dryRun: boolean;
  readonly json: boolean;
}

/** Which letters were imported from here before, by their new ids. */
export interface Imported {
  has(id: string): boolean;
  /** Resolves once it is on the disk. */
  add(ids: readonly string[]): Promise<void>;
}

const RESULTS = ["imported", "there", "redriven", "existed", "failed"] as const;

/** What became of a line, as `--json` prints it. */
export const importLineSchema = z.strictObject({
  kind: z.literal("import"),
  /** The id of the dead letter in the file. */
  of: z.string(),
  /** Its id now. */
  id: z.string(),
  result: z.enum([...RESULTS, "planned"]),
  error: z.string().optional(),
});

/** The last line. */
export const importSummarySchema = z.strictObject({
  kind: z.literal("summary"),
  results: z.partialRecord(z.enum([...RESULTS, "planned"]), z.int()),
});

export function configure(command: Command): void {
  withConsent(withAudit(withOperator(command)))
    .description(
      "Puts dead letters back onto the dead-letter queue that 'export' or 'discard' has written into a file, under " +
        "new ids. Those that are there are left alone; run again, it goes on. What was redriven more than an hour ago " +
        "is not recognised: redriven again, it runs twice.",
    )
    .argument("<file>", "the file")
    .option("--dry-run", "check the file, and do nothing", false)
    .option("--again", "those too that were imported from here before and are gone since", false)
    .action(async (file: string, options: ImportOptions) => {
      await operate(command, async (operating) => {
        const folder = join(stateFolder(operating.calls.operations.stack), "imported");
        return importLetters(operating, file, options, () => openImported(folder));
      });
    });
}

/** Letters that are created at once. */
const CHUNK = 20;

export async function importLetters(
  operating: Operating,
  file: string,
  { again, dryRun, json, ...consent }: ImportOptions,
  openRecord: () => Promise<Imported & AsyncDisposable>,
): Promise<ExitCode> {
  const { calls, output } = operating;
  const queue = deadLetterQueue(calls);
  const letters = await readLetterFile(file, queue);
  if (letters.length === 0) {
    if (!json) output.print(`'${file}' holds no dead letters.`);
    return EXIT.nothing;
  }
  type Line = z.output<typeof importLineSchema>;
  const print = (line: Omit<Line, "kind">): void => {
    output.print(JSON.stringify({ kind: "import", ...line }));
  };
  if (dryRun) {
    if (json) {
      for (const one of letters) {
        print({ of: one.letter.id, id: importedId(one), result: "planned" });
      }
    } else output.print(`${countOf(letters.length, "dead letter")} would be imported.`);
    return EXIT.done;
  }
  refusePurged(DEAD_LETTER_QUEUE, await calls.getQueue(queue), output.now());
  const words = `Import ${countOf(letters.length, "dead letter")}`;
  const ids = letters.map(({ letter }) => shortId(letter.id));
  await confirm(operating, { words, count: letters.length, ids }, consent);

  await operating.audit({ what: "import", count: letters.length });
  await using record = await openRecord();
  const all: (typeof RESULTS)[number][] = [];
  let end: CommandError | undefined;
  for (let i = 0; i < letters.length && !end; i += CHUNK) {
    const results = await Promise.all(letters.slice(i, i + CHUNK).map(importOne));
    await record.add(results.flatMap(({ id, result }) => (result === "imported" ? [id] : [])));
    for (const line of results) {
      all.push(line.result);
      if (json) print(line);
      else if (line.error !== undefined)
        output.note(`${shortId(line.of)}: ${line.result}, ${line.error}`);
    }
    output.progress(
      `${countWords(Math.min(i + CHUNK, letters.length))}/${countWords(letters.length)}`,
    );
  }
  const told = RESULTS.flatMap((result): [string, number][] => {
    const n = all.filter((one) => one === result).length;
    return n === 0 ? [] : [[result, n]];
  });
  output.print(
    json
      ? JSON.stringify({ kind: "summary", results: Object.fromEntries(told) })
      : `${told.map(([result, n]) => `${countWords(n)} ${result}`).join(", ")}.`,
  );
  if (end) {
    output.note(end.message);
    return end.exitCode;
  }
  const isDone = told.every(([result]) => result === "imported" || result === "there");
  return isDone ? EXIT.done : EXIT.failed;

  async function importOne(
    filed: FiledLetter,
  ): Promise<{ of: string; id: string; result: (typeof RESULTS)[number]; error?: string }> {
    const { letter, httpRequest } = filed;
    const id = importedId(filed);
    const name = `${queue}/tasks/${id}`;
    const line = { of: letter.id, id };
    try {
      if (typeof (await calls.getTask(letter.name)) !== "string")
        return { ...line, result: "there" };
      const source = calls.operations.queues[ownQueue(calls.operations, letter) ?? ""];
      if (source !== undefined) {
        const redriven = await calls.getTask(`${source}/tasks/${redrivenId(letter)}`);
        if (redriven !== "unknown") {
          const error = "it was redriven since it was written into the file";
          return { ...line, result: "redriven", error };
        }
      }
      const wasImported = record.has(id) && !again;
      if (!wasImported && (await calls.createTask(queue, { name, httpRequest })) === "created") {
        return { ...line, result: "imported" };
      }
      if (typeof (await calls.getTask(name)) !== "string") return { ...line, result: "there" };
      const when = wasImported ? "'--again' imports it once more" : "its new id is free in an hour";
      const error = `it was imported before, and redriven or discarded since: ${when}`;
      return { ...line, result: "existed", error };
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      const isEnd = error.exitCode === EXIT.permission || error.exitCode === EXIT.noAnswer;
      if (isEnd) end ??= error;
      return { ...line, result: "failed", error: error.message };
    }
  }
}

/** The id that a letter is imported under. It follows from the letter, so that Cloud Tasks takes it once. */
function importedId({ letter: { id, created } }: FiledLetter): string {
  return createHash("sha256").update(`import ${id} ${created}`).digest("hex");
}

/** What a folder tells of earlier imports. */
async function openImported(folder: string): Promise<Imported & AsyncDisposable> {
  await makeStateFolder(folder);
  const file = join(folder, "ids");
  const handle = await open(file, "a", 0o600);
  const known = new Set((await readFile(file, "utf8")).split("\n"));
  return {
    has: (id) => known.has(id),
    async add(ids) {
      await handle.appendFile(ids.map((id) => `${id}\n`).join(""));
      await handle.datasync();
    },
    [Symbol.asyncDispose]: () => handle.close(),
  };
}
