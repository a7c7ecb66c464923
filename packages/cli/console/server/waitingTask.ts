import { CommandError, EXIT, type ExitCode } from "../../command/exitCodes.ts";
import type { OperatorCalls } from "../../operate/calls/operatorCalls.ts";
import { idOf } from "../../operate/calls/ownNames.ts";
import { confirm, type Consent } from "../../operate/change/confirm.ts";
import type { Operating } from "../../operate/operatorCommand.ts";
import { findTask, type Found } from "../../operate/show/findTask.ts";
import type { ConsoleContext } from "./context.ts";
import { editablePayload, typed } from "./wholeEdit.ts";

/*
 * What is done to one task that waits on its queue, by its id.
 */

type Waiting = Extract<Found, { readonly kind: "task" }>;

/** The task of an id. Throws where it is done, or a dead letter by now. */
export async function waitingTask(calls: OperatorCalls, id: string): Promise<Waiting> {
  const found = await findTask(calls, id, "BASIC");
  switch (found.kind) {
    case "task":
      return found;
    case "gone":
      throw goneError(id);
    case "dead-letter":
      throw new CommandError(
        EXIT.usage,
        `'${id}' waits no more: it is a dead letter. Redrive or discard it. Nothing was done.`,
      );
  }
}

export function goneError(id: string): CommandError {
  return new CommandError(
    EXIT.nothing,
    `There is no task '${id}' any more: it is done, or somebody deleted it. Nothing was done.`,
  );
}

/** Deletes a task for good: it becomes no dead letter. */
export async function deleteWaiting(
  operating: Operating,
  id: string,
  consent: Consent,
): Promise<ExitCode> {
  const { calls, output, audit } = operating;
  const { queue, task } = await waitingTask(calls, id);
  const ids = [idOf(task.name)];
  await confirm(operating, { words: `Delete a task of '${queue}'`, count: 1, ids }, consent);
  await audit({ what: "delete", queue, count: 1 });
  const result = await calls.deleteTask(task.name);
  if (result === "missing") throw goneError(id);
  output.print(JSON.stringify({ kind: "delete", id: idOf(task.name), queue, result }));
  return result === "deleted" ? EXIT.done : EXIT.failed;
}

/** The name of a task, and the payload that was typed in the place of its own. */
export async function changedTask(
  context: Pick<ConsoleContext, "connect" | "contract" | "reveal">,
  id: string,
  text: string,
): Promise<{ readonly task: string; readonly value: unknown }> {
  const { task, jsonOf } = await editablePayload(context, id);
  if (task === undefined) {
    throw new CommandError(EXIT.usage, `The URL of '${id}' names no task of tasks/tasks.ts.`);
  }
  return { task, value: JSON.parse(typed(() => jsonOf(text))) };
}
