import { CommandError, EXIT } from "../../command/exitCodes.ts";
import type { OperatorCalls } from "../../operate/calls/operatorCalls.ts";
import type { DeadLetter } from "../../operate/deadLetters/deadLetter.ts";
import { findTask } from "../../operate/show/findTask.ts";
import { taskView } from "../../operate/tasks/taskView.ts";

/** The payload of a task or a dead letter as it is, all of it, by its id. Throws where there is no such task any more. */
export async function foundPayload(
  calls: OperatorCalls,
  id: string,
): Promise<Pick<DeadLetter, "task" | "body" | "cutFrom">> {
  const found = await findTask(calls, id, "FULL");
  switch (found.kind) {
    case "dead-letter":
      return found.letter;
    case "task":
      return {
        task: taskView(found.task).task,
        body: Buffer.from(found.task.httpRequest.body ?? "", "base64"),
        cutFrom: undefined,
      };
    case "gone":
      throw new CommandError(EXIT.nothing, `There is no task '${id}' any more, nor its payload.`);
  }
}
