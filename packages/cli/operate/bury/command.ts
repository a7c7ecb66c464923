import type { Command } from "commander";
import { causeOf } from "../../../../tasks/contract/cause.ts";
import { DEAD_LETTER_QUEUE } from "../../../../tasks/contract/deadLetter.ts";
import { CommandError, EXIT, type ExitCode } from "../../command/exitCodes.ts";
import { count, duration } from "../../command/readers.ts";
import { countOf, countWords } from "../../command/words.ts";
import type { Task } from "../calls/messages.ts";
import { queueNamed } from "../calls/ownNames.ts";
import { withConsent } from "../change/confirm.ts";
import { listCost } from "../cost.ts";
import { operate, withAudit, withOperator, type Operating } from "../operatorCommand.ts";
import { runHere, type RunSurroundings } from "../redrive/runs.ts";
import { readClaims } from "../redrive/survey.ts";
import { taskView, type TaskView } from "../tasks/taskView.ts";
import { carryOut, type CarryOutOptions } from "./carryOut.ts";
import type { Burial } from "./letterOf.ts";

export interface BuryCommandOptions extends CarryOutOptions {
  /** Ids of tasks, or their beginnings. */
  readonly ids: readonly string[];
  readonly task?: string;
  /** In milliseconds. */
  readonly olderThan?: number;
  /** Those that were delivered at least so often. */
  readonly deliveries?: number;
  readonly limit?: number;
  /** What their dead letters tell as the error. */
  readonly because?: string;
}

export function configure(command: Command): void {
  withConsent(withAudit(withOperator(command)))
    .description(
      "Makes dead letters of tasks that wait on a queue, such as those that never reach the worker: they are kept, and " +
        "'redrive' puts them back. The queue must be paused, so that none of them runs meanwhile.",
    )
    .argument("<queue>", "its key in tasks/queues.ts")
    .argument("[ids...]", "ids of tasks, or their beginnings")
    .option("--all", "all its tasks", false)
    .option("--task <task>", "those of this task")
    .option("--older-than <duration>", "those that have been due for so long", duration)
    .option("--deliveries <n>", "those that were delivered at least so often", count)
    .option("--limit <n>", "the oldest due so many of them", count)
    .option("--because <text>", "what their dead letters tell as the error")
    .option("--dry-run", "say what would be done, and do nothing", false)
    .addHelpText(
      "after",
      "\nExamples:\n" +
        "  npm run tasks -- pause email --stack prod\n" +
        "  npm run tasks -- bury email --deliveries 20 --stack prod --because 'headers too large'\n" +
        "  npm run tasks -- resume email --stack prod",
    )
    .action(
      async (
        queue: string,
        ids: string[],
        options: Omit<BuryCommandOptions, "ids"> & { readonly all: boolean },
      ) => {
        const { all, task, olderThan, deliveries } = options;
        const isChosen = ids.length > 0 || [task, olderThan, deliveries].some(isGiven);
        if (all === isChosen) {
          command.error(
            all
              ? "Give either what selects, or '--all', not both."
              : "Which tasks? Give ids, options that select, or '--all'.",
          );
        }
        await operate(command, (operating) =>
          buryQueue(operating, queue, { ...options, ids }, runHere()),
        );
      },
    );
}

function isGiven(value: unknown): boolean {
  return value !== undefined;
}

/** Makes dead letters of tasks that wait on a queue. */
export async function buryQueue(
  operating: Operating,
  key: string,
  options: BuryCommandOptions,
  surroundings: RunSurroundings,
): Promise<ExitCode> {
  const { calls, output, flags } = operating;
  const { by, time } = surroundings;
  const queue = queueNamed(calls.operations, key);
  if (key === DEAD_LETTER_QUEUE) {
    throw new CommandError(EXIT.usage, "What is on 'dead-letter' is dead letters already.");
  }
  const { state, stats } = await calls.getQueue(queue);
  if (state === "RUNNING" || (stats?.concurrentDispatchesCount ?? 0) > 0) {
    throw new CommandError(
      EXIT.failed,
      state === "RUNNING"
        ? `Queue '${key}' is running, and its tasks may run while they are made dead letters. First: npm run tasks -- pause ${key}${flags}`
        : `Queue '${key}' is paused, and ${countOf(stats?.concurrentDispatchesCount ?? 0, "delivery", "deliveries")} of it have not ended. Wait until they have.`,
    );
  }
  const total = stats?.tasksCount ?? 0;
  const cost = listCost(total);
  if (cost !== undefined) output.note(cost);
  const survey = await readClaims(calls, time.now);
  const views: TaskView[] = [];
  let read = 0;
  for await (const page of calls.listTasks(queue)) {
    read += page.length;
    views.push(...page.map(taskView).filter((view) => isMeant(view, options, time.now())));
    output.progress(`read ${countWords(read)} of ${countWords(Math.max(read, total))} tasks`);
  }
  const tasks = views
    .sort((a, b) => a.due - b.due || (a.name < b.name ? -1 : 1))
    .slice(0, options.limit ?? Infinity)
    .map(({ name }) => name);
  if (tasks.length === 0) {
    if (!options.json) output.print(`There are no such tasks on ${key}.`);
    return EXIT.nothing;
  }
  return carryOut(
    operating,
    {
      ...{ kind: "bury", verb: "Make dead letters of", tasks, survey },
      burialOf: (task, google) => burialOf(task, google, by, options.because),
    },
    options,
    surroundings,
  );
}

function isMeant(
  { id, task, due, deliveries }: TaskView,
  options: BuryCommandOptions,
  now: number,
): boolean {
  const { ids, olderThan, deliveries: least = 0 } = options;
  return (
    (ids.length === 0 || ids.some((one) => id.startsWith(one))) &&
    (options.task === undefined || task === options.task) &&
    (olderThan === undefined || due <= now - olderThan) &&
    deliveries >= least
  );
}

/** How a task ends that somebody buries. */
function burialOf(task: Task, google: number, by: string, because: string | undefined): Burial {
  const { task: name, deliveries, answers, lastAnswer } = taskView(task);
  const times = `${countOf(deliveries, "delivery", "deliveries")} without an end`;
  const last = answers > 0 ? `, the last answered with status ${lastAnswer}` : "";
  const error = because ?? `It was buried by ${by} after ${times}${last}.`;
  const reason = "deliveries-exhausted";
  return {
    ...{ reason, error, deliveries },
    cause: causeOf({ task: name, reason, error }),
    attempts: answers,
    time: new Date(google),
  };
}
