import {
  DEAD_LETTER_QUEUE,
  deadLetterHeaders,
  decoded,
} from "../../../../tasks/contract/deadLetter.ts";
import { readHistory } from "../../../../tasks/contract/redriveHistory.ts";
import { taskHeaders } from "../../../../tasks/contract/taskRequest.ts";
import { EXIT, type ExitCode } from "../../command/exitCodes.ts";
import { countOf } from "../../command/words.ts";
import { LEAST_MS, type BuryOptions } from "../bury/bury.ts";
import { carryOut, type CarryOutOptions } from "../bury/carryOut.ts";
import type { Burial } from "../bury/letterOf.ts";
import type { Task } from "../calls/messages.ts";
import type { OperatorCalls } from "../calls/operatorCalls.ts";
import { readCount } from "../deadLetters/deadLetter.ts";
import type { Operating } from "../operatorCommand.ts";
import { redriveHeaders } from "./redriven.ts";
import type { RunSurroundings } from "./runs.ts";
import { readClaims } from "./survey.ts";

/** Takes back what a run of `redrive` has put onto queues and is not due yet: it is dead letters again. */
export async function stopRun(
  operating: Operating,
  run: string,
  options: CarryOutOptions,
  surroundings: RunSurroundings,
): Promise<ExitCode> {
  const { calls, output } = operating;
  const { now } = surroundings.time;
  const survey = await readClaims(calls, now);
  const { tasks, due } = await tasksOfRun(calls, run, now(), (read) => {
    output.progress(`read ${countOf(read, "task")}`);
  });
  if (due > 0)
    output.note(
      `${countOf(due, "task")} of the run ${due === 1 ? "is" : "are"} due already, and left alone.`,
    );
  if (tasks.length === 0) {
    if (!options.json) output.print(`Run '${run}' has no tasks that are not due yet.`);
    return EXIT.nothing;
  }
  return carryOut(
    operating,
    {
      ...{ kind: "stop", verb: "Take back", tasks, survey },
      ...stopOf,
    },
    options,
    surroundings,
  );
}

/** How tasks of a run are taken back. */
export const stopOf: Pick<BuryOptions, "burialOf" | "dueOf" | "formerOf"> = {
  burialOf: (task, google) => (isDueAt(task, google) ? "it is due" : lastLife(task)),
  dueOf: ({ scheduleTime }) => Date.parse(scheduleTime),
  formerOf: ({ httpRequest }) => httpRequest.headers[redriveHeaders.of],
};

/** The full names of a run's tasks that are not due yet, and how many others there are. */
export async function tasksOfRun(
  calls: Pick<OperatorCalls, "operations" | "listTasks">,
  run: string,
  now: number,
  onPage: (read: number) => void = () => undefined,
): Promise<{ readonly tasks: readonly string[]; readonly due: number }> {
  const tasks: string[] = [];
  let due = 0;
  let read = 0;
  for (const [key, queue] of Object.entries(calls.operations.queues)) {
    if (key === DEAD_LETTER_QUEUE) continue;
    for await (const page of calls.listTasks(queue)) {
      read += page.length;
      onPage(read);
      for (const task of page) {
        if (task.httpRequest.headers[redriveHeaders.run] !== run) continue;
        if (isDueAt(task, now + LEAST_MS)) due += 1;
        else tasks.push(task.name);
      }
    }
  }
  return { tasks, due };
}

function isDueAt({ scheduleTime, dispatchCount }: Task, time: number): boolean {
  return dispatchCount > 0 || Date.parse(scheduleTime) <= time;
}

/** How a task ended before it was redriven. */
function lastLife({ httpRequest: { headers } }: Task): Burial | string {
  const life = readHistory(headers[taskHeaders.redriveHistory] ?? "")?.at(-1);
  if (!life) return "its history cannot be read";
  const { reason, cause, attempts, time } = life;
  const revision = headers[deadLetterHeaders.revision];
  return {
    ...{ reason, cause, attempts },
    time: new Date(time),
    error: decoded(headers[deadLetterHeaders.error] ?? ""),
    deliveries: readCount(headers[deadLetterHeaders.deliveries], attempts),
    revision: revision === undefined ? undefined : decoded(revision),
  };
}
