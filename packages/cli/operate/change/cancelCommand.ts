import { createHash } from "node:crypto";
import type { Command } from "commander";
import type { Contract } from "../../../../tasks/contract/contract.ts";
import { alternatives } from "../../../../tasks/contract/knownNames.ts";
import { loadContract } from "../../../../tasks/contract/loadContract.ts";
import { CommandError, EXIT, type ExitCode } from "../../command/exitCodes.ts";
import { whenWords } from "../../command/words.ts";
import { queueNamed } from "../calls/ownNames.ts";
import { operate, withOperator, type Operating } from "../operatorCommand.ts";
import { confirm, withConsent, type Consent } from "./confirm.ts";

export interface CancelOptions extends Consent {
  readonly id: string;
  readonly json: boolean;
}

export function configure(command: Command): void {
  withConsent(withOperator(command))
    .description(
      "Deletes the task that was enqueued under an 'id', before it is done. Ends with 4 where there is none " +
        "any more. A delivery that is under way ends all the same.",
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
  const taskId = taskIdOf(id);
  const name = `${queueNamed(calls.operations, contract.queue)}/tasks/${taskId}`;
  const found = await calls.getTask(name);
  if (typeof found === "string") return told("gone");
  const due = whenWords(Date.parse(found.scheduleTime), output.now());
  const words = `Delete task '${task}' of id '${id}' on '${contract.queue}', due ${due}`;
  await confirm(operating, { words, count: 1, ids: [taskId] }, consent);
  return told((await calls.deleteTask(name)) ? "cancelled" : "gone");

  function told(result: "cancelled" | "gone"): ExitCode {
    const words =
      result === "cancelled"
        ? `Task '${task}' of id '${id}' is cancelled.`
        : `There is no task '${task}' of id '${id}' any more: it is done, or was never there.`;
    output.print(json ? JSON.stringify({ kind: "cancel", task, id, result, name }) : words);
    return result === "cancelled" ? EXIT.done : EXIT.nothing;
  }
}

/** The task id under which the client enqueues what has that `id`. */
function taskIdOf(id: string): string {
  return createHash("sha256").update(id).digest("hex");
}
