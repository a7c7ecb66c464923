import type { Command } from "commander";
import { EXIT, type ExitCode } from "../../command/exitCodes.ts";
import { count, duration } from "../../command/readers.ts";
import { table } from "../../command/table.ts";
import { countOf, countWords, shortId, whenWords } from "../../command/words.ts";
import { queueNamed } from "../calls/ownNames.ts";
import { listCost } from "../cost.ts";
import { UNKNOWN_TASK } from "../deadLetters/groups.ts";
import { operate, withOperator, type Operating } from "../operatorCommand.ts";
import { taskView, type TaskView } from "./taskView.ts";

export interface ListTasksOptions {
  readonly task?: string;
  /** In milliseconds. */
  readonly olderThan?: number;
  readonly limit: number;
  readonly json: boolean;
}

export function configure(command: Command): void {
  withOperator(command)
    .description(
      "Lists the tasks that wait on a queue, the oldest due first, without their payloads. Ends with 4 " +
        "where there are none. Each task that is there is an operation, also beyond the limit.",
    )
    .argument("<queue>", "its key in tasks/queues.ts")
    .option("--task <task>", "those of this task")
    .option("--older-than <duration>", "those that have been due for so long", duration)
    .option("--limit <n>", "the first so many of them", count, 50)
    .action(async (queue: string, options: ListTasksOptions) => {
      await operate(command, (operating) => listTasks(operating, queue, options));
    });
}

export async function listTasks(
  { calls, output }: Operating,
  key: string,
  { task, olderThan, limit, json }: ListTasksOptions,
): Promise<ExitCode> {
  const queue = queueNamed(calls.operations, key);
  const total = (await calls.getQueue(queue)).stats?.tasksCount ?? 0;
  const cost = listCost(total);
  if (cost !== undefined) output.note(cost);
  const now = output.now();
  const dueBy = olderThan === undefined ? Infinity : now - olderThan;
  let read = 0;
  let matched = 0;
  let first: TaskView[] = [];
  for await (const page of calls.listTasks(queue)) {
    const views = page
      .map(taskView)
      .filter((view) => (task === undefined || view.task === task) && view.due <= dueBy);
    read += page.length;
    matched += views.length;
    first = [...first, ...views].sort((a, b) => a.due - b.due).slice(0, limit);
    output.progress(`read ${countWords(read)} of ${countWords(Math.max(read, total))} tasks`);
  }
  if (json) {
    for (const { due, created, ...view } of first) {
      const times = { due: new Date(due).toISOString(), created: new Date(created).toISOString() };
      output.print(JSON.stringify({ kind: "task", queue: key, ...view, ...times }));
    }
  } else {
    const shown = matched > first.length ? `, of which the first ${countWords(first.length)}` : "";
    output.print(`${countOf(matched, "task")} on ${key}${shown}. Read ${countOf(read, "task")}.`);
    if (matched > 0) output.print(taskTable(first, now, output.width));
  }
  return matched === 0 ? EXIT.nothing : EXIT.done;
}

function taskTable(views: readonly TaskView[], now: number, width: number): string {
  const head = ["Id", "Task", "Due", "Enqueued", "Deliveries", "Last answer", "Idempotency-Key"];
  const rows = views.map((view) => [
    shortId(view.id),
    view.task ?? UNKNOWN_TASK,
    whenWords(view.due, now),
    whenWords(view.created, now),
    countWords(view.deliveries),
    view.lastAnswer,
    view.idempotencyKey,
  ]);
  return table(head, rows, { width, numbers: ["Deliveries"], whole: ["Id"] });
}
