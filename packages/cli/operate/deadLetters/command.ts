import { Option, type Command } from "commander";
import { EXIT, type ExitCode } from "../../command/exitCodes.ts";
import { duration } from "../../command/readers.ts";
import { countWords } from "../../command/words.ts";
import { listCost } from "../cost.ts";
import { operate, withOperator, type Operating } from "../operatorCommand.ts";
import { deadLetterLine, groupLine } from "./deadLetterLine.ts";
import { deadLetterTable, foundSentence, groupTable } from "./deadLetterTables.ts";
import { GROUP_BY, Groups, UNKNOWN_TASK, type GroupBy } from "./groups.ts";
import type { Reading } from "./readDeadLetters.ts";
import { matchingDeadLetters, selectDeadLetters, type Selector } from "./selector.ts";
import { selectorOf, withSelector } from "./selectorOptions.ts";

export interface ListOptions {
  readonly by: GroupBy;
  readonly each: boolean;
  /** In milliseconds. */
  readonly expiring?: number;
  readonly quiet: boolean;
  readonly json: boolean;
}

export function configure(command: Command): void {
  withSelector(withOperator(command))
    .description(
      "Lists dead letters, put together by what they died of. Payloads are not read. Ends with 4 where " +
        "there are none.",
    )
    .argument("[ids...]", "ids of dead letters or of their tasks, or their beginnings")
    .addOption(
      new Option("--by <what>", "what they are put together by").choices(GROUP_BY).default("cause"),
    )
    .option("--each", "print each of them, the oldest first", false)
    .option(
      "--expiring <duration>",
      "those that Google deletes within it; ends with 1 where there are any, with 0 where not",
      duration,
    )
    .option("--quiet", "print nothing: ends with 1 where there are any, with 0 where not", false)
    .addHelpText(
      "after",
      "\nExamples:\n" +
        "  npm run tasks -- dead-letters --stack prod\n" +
        "  npm run tasks -- dead-letters --each --since 2h --json\n" +
        "  npm run tasks -- dead-letters --stack prod --expiring 7d --quiet",
    )
    .action(async (ids: string[], options: ListOptions) => {
      const selector = await selectorOf(command, ids);
      await operate(command, (operating) => listDeadLetters(operating, selector, options));
    });
}

/** As much of RFC 3339 as tells an hour. */
const HOUR_LENGTH = "2026-11-25T09".length;

/** Lists what a selector selects. */
export async function listDeadLetters(
  operating: Operating,
  given: Selector,
  { by, each, expiring, quiet, json }: ListOptions,
): Promise<ExitCode> {
  const { calls, output, flags } = operating;
  const selector: Selector = {
    ...given,
    ...(expiring !== undefined && { expiresBy: output.now() + expiring }),
  };
  // Whoever asks for what is about to go, or for a code alone, asks whether there is any.
  const isAlarm = quiet || expiring !== undefined;
  const none = isAlarm ? EXIT.done : EXIT.nothing;
  const some = isAlarm ? EXIT.failed : EXIT.done;
  let reading: Reading = { read: 0, total: 0, others: 0 };
  const onPage = (now: Reading): void => {
    reading = now;
    const cost = now.read === 0 ? listCost(now.total) : undefined;
    if (cost !== undefined && !quiet) output.note(cost);
    output.progress(`read ${countWords(now.read)} of ${countWords(now.total)} tasks`);
  };

  if (quiet) {
    for await (const page of matchingDeadLetters(calls, selector)) if (page.length > 0) return some;
    return none;
  }
  if (each) {
    const { letters } = await selectDeadLetters(calls, selector, { onPage });
    const expires = letters.reduce((least, one) => Math.min(least, one.expires), Infinity);
    if (letters.length === 0) return nothing();
    if (json) for (const letter of letters) output.print(JSON.stringify(deadLetterLine(letter)));
    else {
      output.print(foundSentence(letters.length, undefined, expires, reading, output.now()));
      output.print(deadLetterTable(letters, output.width));
    }
    return some;
  }
  const groups = new Groups(by);
  if (selector.limit === undefined) {
    for await (const page of matchingDeadLetters(calls, selector, { onPage })) groups.add(page);
  } else {
    groups.add((await selectDeadLetters(calls, selector, { onPage })).letters);
  }
  const { all } = groups;
  const [first] = all;
  if (!first) return nothing();
  if (json) for (const group of all) output.print(JSON.stringify(groupLine(by, group)));
  else {
    const count = all.reduce((sum, group) => sum + group.count, 0);
    const expires = all.reduce((least, group) => Math.min(least, group.expires), Infinity);
    output.print(foundSentence(count, { by, count: all.length }, expires, reading, output.now()));
    output.print(groupTable(by, all, output.width));
    // A shell knows brackets.
    const key = first.key === UNKNOWN_TASK ? `'${first.key}'` : first.key;
    const word = by === "hour" ? key.slice(0, HOUR_LENGTH) : key;
    output.print(
      `Each of one ${by}:  npm run tasks -- dead-letters --${by} ${word} --each${flags}`,
    );
  }
  return some;

  function nothing(): ExitCode {
    if (!json)
      output.print(`There are no such dead letters. Read ${countWords(reading.read)} tasks.`);
    return none;
  }
}
