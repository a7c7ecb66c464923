import type { Command } from "commander";
import {
  CANCELLED,
  deleteOneOf,
  taskIdsOf,
  type CancelResult,
} from "../../../../tasks/client/byId.ts";
import type { Contract } from "../../../../tasks/contract/contract.ts";
import { alternatives } from "../../../../tasks/contract/knownNames.ts";
import { loadContract } from "../../../../tasks/contract/loadContract.ts";
import { CommandError, EXIT, type ExitCode } from "../../command/exitCodes.ts";
import { whenWords } from "../../command/words.ts";
import { idOf, queueNamed } from "../calls/ownNames.ts";
import { operate, withAudit, withOperator, type Operating } from "../operatorCommand.ts";
import { confirm, withConsent, type Consent } from "./confirm.ts";

export interface CancelOptions extends Consent {
  readonly id: string;
  readonly json: boolean;
}

export function configure(command: Command): void {
  withConsent(withAudit(withOperator(command)))
    .description(
      "Deletes the task that was enqueued under an 'id', before it is done. Ends with 4 where there is none " +
        "any more, and with 1 where nobody heard whether this deleted it. A delivery that is under way ends all " +
        "the same.",
    )
    .argument("<task>", "its name in tasks/tasks.ts")
    .requiredOption("--id <id>", "the 'id' that it was enqueued under")
    .action(async (task: string, options: CancelOptions) => {
      const contract = await loadContract();
      await operate(command, (operating) => cancelTask(operating, contract, task, options));
    });
}

export async function cancelTask(
  operating: Operating,
  { tasks }: Pick<Contract, "tasks">,
  task: string,
  { id, json, ...consent }: CancelOptions,
): Promise<ExitCode> {
  const { calls, output } = operating;
  const contract = Object.hasOwn(tasks, task) ? tasks[task] : undefined;
  if (!contract) {
    const known = alternatives(task, "tasks", Object.keys(tasks));
    throw new CommandError(EXIT.usage, `Unknown task '${task}'. ${known}`);
  }
  const taskIds = taskIdsOf(id, contract);
  const names = [contract.queue, ...(contract.alsoOn ?? [])].flatMap((key) => {
    const queue = queueNamed(calls.operations, key);
    return taskIds.map((taskId) => `${queue}/tasks/${taskId}`);
  });
  const views = await Promise.all(names.map((name) => calls.getTask(name)));
  const found = views.find((view) => typeof view !== "string");
  if (!found) return told("gone");
  const due = whenWords(Date.parse(found.scheduleTime), output.now());
  const words = `Delete task '${task}' of id '${id}' on '${contract.queue}', due ${due}`;
  await confirm(operating, { words, count: 1, ids: [idOf(found.name)] }, consent);
  await operating.audit({ what: "cancel", queue: contract.queue, count: 1 });
  const result = await deleteOneOf(names, (name) => calls.deleteTask(name));
  return told(CANCELLED[result], found.name);

  function told(result: CancelResult, name?: string): ExitCode {
    const line = { kind: "cancel", task, id, result, ...(name !== undefined && { name }) };
    output.print(json ? JSON.stringify(line) : WORDS[result](`'${task}' of id '${id}'`));
    return CODES[result];
  }
}

const WORDS: Readonly<Record<CancelResult, (task: string) => string>> = {
  cancelled: (task) => `Task ${task} is cancelled.`,
  gone: (task) => `There is no task ${task} any more: it is done, or was never there.`,
  uncertain: (task) =>
    `There is no task ${task} any more. Whether this deleted it is not known: an answer was lost.`,
};

const CODES: Readonly<Record<CancelResult, ExitCode>> = {
  cancelled: EXIT.done,
  gone: EXIT.nothing,
  uncertain: EXIT.failed,
};
