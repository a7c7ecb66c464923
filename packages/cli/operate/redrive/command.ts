import { join } from "node:path";
import { Option, type Command } from "commander";
import type { Contract } from "../../../../tasks/contract/contract.ts";
import { DEAD_LETTER_QUEUE } from "../../../../tasks/contract/deadLetter.ts";
import { loadContract } from "../../../../tasks/contract/loadContract.ts";
import { CommandError, EXIT, type ExitCode } from "../../command/exitCodes.ts";
import { count, path, rate, repeated } from "../../command/readers.ts";
import { countOf, countWords, shortId, spanWords, timeWords } from "../../command/words.ts";
import { queueNamed } from "../calls/ownNames.ts";
import { confirm, withConsent, type Consent } from "../change/confirm.ts";
import { refusePurged } from "../change/purged.ts";
import { GROUP_BY, UNKNOWN_TASK, type GroupBy } from "../deadLetters/groups.ts";
import type { DeadLetter } from "../deadLetters/deadLetter.ts";
import { deadLetterQueue, getDeadLetter } from "../deadLetters/readDeadLetters.ts";
import { chosenOf, withSelector } from "../deadLetters/selectorOptions.ts";
import { meantWords, type Selector } from "../deadLetters/selector.ts";
import { operate, withAudit, withOperator, type Operating } from "../operatorCommand.ts";
import { stateFolder } from "../stateFolder.ts";
import { editOf, type Edit, type EditOptions } from "./edit.ts";
import { editByHand, userEditor } from "./editor.ts";
import { refusalOf, targetOf, type Rules } from "./judge.ts";
import { payloadDiff } from "./payloadDiff.ts";
import { plannedGroups, plannedWords } from "./plannedGroups.ts";
import { probe } from "./probe.ts";
import { redrive, type Redriven, type RedriveResult } from "./redrive.ts";
import { redriveLine } from "./redriveLine.ts";
import { newRun, runHere, type RunSurroundings } from "./runs.ts";
import { stopRun } from "./stop.ts";
import { findLetters, type Found } from "./survey.ts";

export interface RedriveCommandOptions extends Consent {
  readonly dryRun: boolean;
  /** What a dry run puts together. @default "cause" */
  readonly by?: GroupBy;
  /** So many first; the rest if they succeed. */
  readonly probe?: number;
  /** Tasks a second. @default - a quarter of the queue's */
  readonly rate?: number;
  /** The key of a queue. */
  readonly to?: string;
  readonly force: boolean;
  readonly uncertain: boolean;
  /** What is changed is shown with its sensitive fields. */
  readonly reveal: boolean;
  readonly json: boolean;
}

/** The options that do not go with '--stop'. */
const STOP_ALONE = [
  ...["task", "queue", "reason", "cause", "hour", "revision", "error", "since", "until", "id"],
  ...["where", "limit", "all", "by"],
  ...["probe", "rate", "edit", "set", "payload", "transform", "reveal", "to", "force", "uncertain"],
] as const;

interface Options extends RedriveCommandOptions, EditOptions {
  readonly edit: boolean;
  readonly stop?: string;
}

export function configure(command: Command): void {
  withConsent(withSelector(withAudit(withOperator(command))))
    .description(
      "Puts dead letters back onto the queues that they were on, each once, whatever ends this command midway and " +
        "whoever else does the same. Cloud Tasks paces them: once all are created, this may end. Run again, it goes on.",
    )
    .argument("[ids...]", "ids of dead letters or of their tasks, or their beginnings")
    .option("--all", "all dead letters", false)
    .option("--dry-run", "say what would be done, and do nothing", false)
    .addOption(
      new Option("--by <what>", "what a dry run puts dead letters together by")
        .choices(GROUP_BY)
        .default("cause"),
    )
    .option("--probe <n>", "redrive so many first, and the rest if 90 % of them succeed", count)
    .option(
      "--rate <rate>",
      "how many fall due, such as '5/s'; a quarter of the queue's if not given",
      rate,
    )
    .option("--edit", "change the payload of one dead letter with $VISUAL or $EDITOR", false)
    .option(
      "--set <field=value>",
      "change a field of the payloads; again for another",
      repeated(String),
      undefined,
    )
    .option("--payload <file>", "give one dead letter the payload of a JSON file", path)
    .option(
      "--transform <file>",
      "change payloads by the file's default export, '(payload, letter) => payload'; 'null' skips one",
      path,
    )
    .option("--reveal", "show what is changed, or edited, with its sensitive fields", false)
    .option("--to <queue>", "where those go whose queue is given up")
    .option("--force", "send what the contract of this checkout refuses, too", false)
    .option(
      "--uncertain",
      "those that a broken run may have redriven already: they may run twice",
      false,
    )
    .option(
      "--stop <run>",
      "take back what a run has put back and is not due yet: it is dead letters again",
    )
    .addHelpText(
      "after",
      "\nExamples:\n" +
        "  npm run tasks -- redrive --cause 7f3a91c2 --stack prod --dry-run\n" +
        "  npm run tasks -- redrive --cause 7f3a91c2 --stack prod --probe 10 --rate 5/s\n" +
        "  npm run tasks -- redrive 0b1e44d8 --edit\n" +
        "  npm run tasks -- redrive 0b1e44d8 --set to=ada@example.com\n" +
        "  npm run tasks -- redrive --stop 20261125T120241Z-9c1f --stack prod",
    )
    .action(async (ids: string[], options: Options) => {
      const { set, payload, transform, edit: isByHand } = options;
      const edits = [isByHand || undefined, set, payload, transform];
      if (edits.filter((one) => one !== undefined).length > 1) {
        command.error("Give one of '--edit', '--set', '--payload' and '--transform'.");
      }
      const [id = ""] = ids;
      if ((isByHand || payload !== undefined) && ids.length !== 1) {
        const option = isByHand ? "--edit" : "--payload";
        command.error(`'${option}' is for one dead letter, named by its id.`);
      }
      if (options.stop !== undefined) {
        const { stop: run } = options;
        const others = STOP_ALONE.filter((name) => command.getOptionValueSource(name) === "cli");
        if (ids.length > 0 || others.length > 0) {
          command.error("'--stop <run>' takes nothing that selects, changes or paces.");
        }
        await operate(command, (operating) => stopRun(operating, run, options, runHere()));
        return;
      }
      const selector = await chosenOf(command, ids);
      const given = await editOf(options);
      const contract = await loadContract();
      await operate(command, async (operating) => {
        const edit = isByHand
          ? await editByHand(operating, contract, id, {
              ...options,
              open: userEditor(process.env),
              folder: join(stateFolder(operating.calls.operations.stack), "editing"),
            })
          : given;
        return redriveLetters(operating, contract, selector, options, edit, runHere());
      });
    });
}

/** Redrives what a selector selects. */
export async function redriveLetters(
  operating: Operating,
  contract: Pick<Contract, "queues" | "tasks">,
  selector: Selector,
  options: RedriveCommandOptions,
  edit: Edit | undefined,
  surroundings: RunSurroundings,
): Promise<ExitCode> {
  const { calls, output } = operating;
  const { operations } = calls;
  const { dryRun, to, force, uncertain, reveal, json } = options;
  const { time, randomHex, by, isStopped } = surroundings;
  checkTarget(operating, contract, to);
  const rules: Rules = { contract, operations, force, ...(to !== undefined && { to }) };
  const run = newRun(surroundings);

  const refusals = new Map<string, string>();
  const found = await findLetters(calls, selector, {
    now: time.now,
    onPage: ({ read, total }) => {
      output.progress(`read ${countWords(read)} of ${countWords(total)} tasks`);
    },
    onLetter(letter) {
      const why = planned(letter, edit, rules, time.now());
      if (why !== undefined) refusals.set(letter.id, why);
    },
  });
  const doubted = new Set(
    found.claims.flatMap(({ claimed }) => claimed.map(({ letter }) => letter)),
  );
  const meant = uncertain ? found.letters.filter(({ id }) => doubted.has(id)) : found.letters;
  if (meant.length === 0) {
    if (!json) output.print("There are no such dead letters.");
    return EXIT.nothing;
  }
  for (const line of meantWords(selector, meant)) output.note(line);
  const results: RedriveResult[] = [];
  const tell = (one: RedriveResult): void => {
    results.push(one);
    if (json) output.print(JSON.stringify(redriveLine(run, one)));
    else if (one.why !== undefined) output.note(`${shortId(one.id)}: ${one.result}, ${one.why}`);
  };
  const ready = meant.filter(({ id }) => !refusals.has(id));
  const rates = await ratesOf(operating, ready, rules, options.rate, time.now());
  for (const line of planLines(ready, rules, rates)) output.note(line);
  if (edit && ready.length > 0) {
    await operating.audit({ what: "reveal", count: Math.min(ready.length, SAMPLES) });
    let shown = 0;
    for (const { id } of ready.slice(0, SAMPLES_OF)) {
      if (shown === SAMPLES) break;
      const letter = await getDeadLetter(calls, id, "FULL");
      const edited = letter && edit(letter);
      if (!edited) continue;
      shown += 1;
      output.note(`${shortId(id)} ${letter.task ?? UNKNOWN_TASK}`);
      for (const line of payloadDiff(contract, letter, edited, reveal)) output.note(line);
    }
  }
  const groups = dryRun ? plannedGroups(options.by ?? "cause", meant, refusals) : [];
  if (json) for (const group of groups) output.print(JSON.stringify(group));
  else if (groups.length > 1) for (const group of groups) output.note(plannedWords(group));
  for (const { id } of meant) {
    const why = refusals.get(id);
    if (why !== undefined) tell({ id, result: "refused", why });
  }
  if (dryRun || ready.length === 0) {
    if (json) {
      for (const { id } of ready)
        output.print(JSON.stringify({ kind: "redrive", run, id, result: "planned" }));
      const refused = meant.length - ready.length;
      const counts = {
        ...(ready.length > 0 && { planned: ready.length }),
        ...(refused > 0 && { refused }),
      };
      output.print(JSON.stringify({ kind: "summary", run, results: counts, untried: 0 }));
    } else if (ready.length > 0)
      output.print(`${countOf(ready.length, "dead letter")} would be redriven.`);
    return ready.length < meant.length ? EXIT.failed : EXIT.done;
  }
  const words = `Redrive ${countOf(ready.length, "dead letter")}${uncertain ? ", which may run twice" : ""}`;
  await confirm(
    operating,
    { words, count: ready.length, ids: ready.map(({ id }) => shortId(id)) },
    options,
  );

  await operating.audit({ what: "redrive", count: ready.length, run });
  await using journal = await surroundings.openJournal(operations.stack, run);
  const put = (
    letters: readonly DeadLetter[],
    survey: Pick<Found, "started" | "claims">,
  ): Promise<Redriven> =>
    redrive(
      { calls, time, journal, randomHex },
      {
        ...{ run, by, rules, letters, survey, uncertain, isStopped },
        ...(edit && { edit }),
        rateOf: (queue) => rates.get(queue) ?? Infinity,
        onResult(one) {
          tell(one);
          output.progress(`redrive ${countWords(results.length)}/${countWords(meant.length)}`);
        },
      },
    );

  const first = Math.min(options.probe ?? 0, ready.length);
  let end: CommandError | undefined;
  let isGood = true;
  if (first > 0) {
    const tried = await put(ready.slice(0, first), found);
    end = tried.end;
    const probed = await probe(
      calls,
      tried.results,
      { ...time, isStopped },
      ({ done, dead, open }) => {
        output.progress(`probe: ${done} done, ${dead.length} dead again, ${open} to come`);
      },
    );
    isGood = probed.isGood && !isStopped();
    output.note(
      `probe: ${probed.done} done, ${probed.dead.length} dead again, ${probed.open} not ended`,
    );
    for (const cause of new Set(probed.dead.map((one) => `${one.cause}  ${one.error}`)))
      output.note(`  ${cause}`);
  }
  if (isGood && !end && first < ready.length) end = (await put(ready.slice(first), found)).end;
  const untried = meant.length - results.length;
  summarize(output, json, run, results, untried, journal.file);
  if (end) {
    output.note(end.message);
    return end.exitCode;
  }
  const isDone = results.every(({ result }) => ["created", "existed", "skipped"].includes(result));
  return isDone && isGood && untried === 0 ? EXIT.done : EXIT.failed;
}

/** So many dead letters it is shown of what is changed of them. */
const SAMPLES = 3;
/** So many are read for them: an edit may leave some alone. */
const SAMPLES_OF = 20;

/** Why a letter is not redriven, as far as it says itself. */
function planned(
  letter: DeadLetter,
  edit: Edit | undefined,
  rules: Rules,
  now: number,
): string | undefined {
  try {
    const own = letter.cutFrom === undefined ? letter.body : undefined;
    const edited = edit?.(letter);
    if (edited === null) return undefined;
    const editedBy = edited && (edit?.by ?? "the edit");
    return refusalOf({ letter, body: edited ?? own, editedBy }, rules, now);
  } catch (error) {
    // Any other is not of this letter alone.
    if (error instanceof CommandError && error.exitCode === EXIT.failed) return error.message;
    throw error;
  }
}

function checkTarget(
  { calls }: Operating,
  { queues }: Pick<Contract, "queues">,
  to: string | undefined,
): void {
  if (to === undefined) return;
  queueNamed(calls.operations, to);
  if (to !== DEAD_LETTER_QUEUE && queues[to] && queues[to].retired !== true) return;
  throw new CommandError(
    EXIT.usage,
    `'--to ${to}': it takes no tasks. Name a queue of tasks/queues.ts that is not retired.`,
  );
}

/** Cloud Tasks keeps no task for later than that. */
const MAX_SPAN_MS = 30 * 86_400_000;

/** Tasks a second for each queue. Refuses where a purge would take what is redriven. */
async function ratesOf(
  { calls }: Operating,
  letters: readonly DeadLetter[],
  rules: Rules,
  given: number | undefined,
  now: number,
): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  for (const letter of letters) {
    const target = targetOf(letter, rules);
    if ("queue" in target) counts.set(target.queue, (counts.get(target.queue) ?? 0) + 1);
  }
  const rates = new Map<string, number>();
  const names = [...counts.keys()].map((key) => [key, queueNamed(calls.operations, key)] as const);
  for (const [key, name] of [...names, [DEAD_LETTER_QUEUE, deadLetterQueue(calls)] as const]) {
    const queue = await calls.getQueue(name);
    refusePurged(key, queue, now);
    const perSecond = given ?? queue.rateLimits.maxDispatchesPerSecond / 4;
    const spanMs = ((counts.get(key) ?? 0) / perSecond) * 1000;
    if (spanMs > MAX_SPAN_MS) {
      throw new CommandError(
        EXIT.usage,
        `At that rate it would take ${spanWords(spanMs)}, and Cloud Tasks keeps tasks for 30 days ahead. Give a higher '--rate', or '--limit'.`,
      );
    }
    rates.set(key, perSecond);
  }
  return rates;
}

/** What is about to be done, a line for each queue and task. */
function planLines(
  letters: readonly DeadLetter[],
  rules: Rules,
  rates: ReadonlyMap<string, number>,
): string[] {
  const counts = new Map<string, number>();
  for (const letter of letters) {
    const target = targetOf(letter, rules);
    const queue = "queue" in target ? target.queue : "";
    const key = JSON.stringify([queue, letter.task ?? UNKNOWN_TASK]);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts].map(([key, n]) => {
    const [queue = "", task = ""] = JSON.parse(key) as string[];
    const perSecond = rates.get(queue) ?? Infinity;
    const spanMs = (n / perSecond) * 1000;
    const when = spanMs < 1000 ? "at once" : `over ${spanWords(spanMs)}`;
    return `${queue}  ${task}  ${countWords(n)} at ${perSecond}/s: ${when}`;
  });
}

function summarize(
  output: Operating["output"],
  json: boolean,
  run: string,
  results: readonly RedriveResult[],
  untried: number,
  journal: string,
): void {
  const counts: Record<string, number> = {};
  let due = 0;
  for (const one of results) {
    counts[one.result] = (counts[one.result] ?? 0) + 1;
    due = Math.max(due, one.due ?? 0);
  }
  if (json) {
    output.print(JSON.stringify({ kind: "summary", run, results: counts, untried, journal }));
    return;
  }
  const words = Object.entries(counts).map(([result, n]) => `${countWords(n)} ${result}`);
  if (untried > 0) words.push(`${countWords(untried)} not tried`);
  const until = due === 0 ? "" : ` The last is due at ${timeWords(due)} (UTC).`;
  output.print(`Run ${run}: ${words.join(", ")}.${until} Journal: ${journal}`);
}
