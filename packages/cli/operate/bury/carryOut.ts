import * as z from "zod";
import { DEAD_LETTER_QUEUE } from "../../../../tasks/contract/deadLetter.ts";
import { EXIT, type ExitCode } from "../../command/exitCodes.ts";
import { countOf, countWords, shortId } from "../../command/words.ts";
import { idOf } from "../calls/ownNames.ts";
import { confirm, type Consent } from "../change/confirm.ts";
import { refusePurged } from "../change/purged.ts";
import { deadLetterQueue } from "../deadLetters/readDeadLetters.ts";
import type { Operating } from "../operatorCommand.ts";
import { newRun, type RunSurroundings } from "../redrive/runs.ts";
import { buryTasks, BURY_RESULTS, type Buried, type BuryOptions } from "./bury.ts";

/** What becomes of a task that is made a dead letter, as `--json` prints it: one object a line. */
export const buryLineSchema = z.strictObject({
  /** `stop` where a redrive is taken back. */
  kind: z.enum(["bury", "stop"]),
  /** The task's full name. */
  task: z.string(),
  /** `planned` is what a dry run would bury. */
  result: z.enum([...BURY_RESULTS, "planned"]),
  /** The id of the dead letter that it is now. */
  id: z.string().optional(),
  error: z.string().optional(),
});

/** The last line. */
export const burySummarySchema = z.strictObject({
  kind: z.literal("summary"),
  results: z.partialRecord(z.enum(BURY_RESULTS), z.int()),
  /** Those that were left when it was interrupted. */
  untried: z.int(),
  /** The journal's file. */
  journal: z.string(),
});

export interface CarryOutOptions extends Consent {
  readonly dryRun: boolean;
  readonly json: boolean;
}

/** What is about to be done. */
export interface Burials extends Pick<
  BuryOptions,
  "tasks" | "survey" | "burialOf" | "dueOf" | "formerOf"
> {
  readonly kind: "bury" | "stop";
  /** That goes on with the count: `Take back`. */
  readonly verb: string;
}

/** Makes dead letters of tasks as a command does: asks first, and says what became of each. */
export async function carryOut(
  operating: Operating,
  { kind, verb, ...burials }: Burials,
  { dryRun, json, ...consent }: CarryOutOptions,
  surroundings: RunSurroundings,
): Promise<ExitCode> {
  const { calls, output } = operating;
  const { time, randomHex, by, isStopped } = surroundings;
  const { tasks } = burials;
  const print = (line: z.output<typeof buryLineSchema>): void => {
    output.print(JSON.stringify(line));
  };
  if (dryRun) {
    if (json) for (const task of tasks) print({ kind, task, result: "planned" });
    else output.print(`${countOf(tasks.length, "task")} would become dead letters.`);
    return EXIT.done;
  }
  refusePurged(DEAD_LETTER_QUEUE, await calls.getQueue(deadLetterQueue(calls)), time.now());
  const ids = tasks.map((name) => shortId(idOf(name)));
  const words = `${verb} ${countOf(tasks.length, "task")}`;
  await confirm(operating, { words, count: tasks.length, ids }, consent);

  const { stack } = calls.operations;
  const run = newRun(surroundings);
  const what = kind === "stop" ? "redrive --stop" : "bury";
  await operating.audit({ what, count: tasks.length, run });
  await using journal = await surroundings.openJournal(stack, run);
  let tried = 0;
  const { results, end } = await buryTasks(
    { calls, time, journal, randomHex },
    {
      ...burials,
      ...{ by, isStopped },
      onResult(one) {
        tried += 1;
        const { task, result, letter: id, why: error } = one;
        if (json) print({ kind, task, result, ...(id && { id }), ...(error && { error }) });
        else if (error !== undefined) output.note(`${shortId(idOf(task))}: ${result}, ${error}`);
        output.progress(`${countWords(tried)}/${countWords(tasks.length)}`);
      },
    },
  );
  const untried = tasks.length - results.length;
  const counts = countsOf(results);
  const { file } = journal;
  if (json) {
    output.print(JSON.stringify({ kind: "summary", results: counts, untried, journal: file }));
  } else {
    const told = Object.entries(counts).map(([result, n]) => `${countWords(n)} ${result}`);
    if (untried > 0) told.push(`${countWords(untried)} not tried`);
    output.print(`${told.join(", ")}. Journal: ${file}`);
  }
  if (end) {
    output.note(end.message);
    return end.exitCode;
  }
  const isDone = results.every(({ result }) => ["buried", "gone", "left"].includes(result));
  return isDone && untried === 0 ? EXIT.done : EXIT.failed;
}

function countsOf(results: readonly Buried[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { result } of results) counts[result] = (counts[result] ?? 0) + 1;
  return counts;
}
