import type { Operation } from "../../../../infra/alerts/operationsLog.ts";
import type { Operating } from "../operatorCommand.ts";

/**
 * Pauses or resumes a queue, and writes it down: who watches the queue then knows that it is meant to be silent. Where
 * that cannot be written, it is told and no more.
 */
export async function switchQueue(
  { calls, output }: Pick<Operating, "calls" | "output">,
  [key, name]: readonly [key: string, name: string],
  action: Operation,
): Promise<void> {
  await (action === "pause" ? calls.pauseQueue(name) : calls.resumeQueue(name));
  try {
    await calls.writeOperation(key, action);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    output.note(`${key}: the alerts do not know of it, since it cannot be logged: ${why}`);
  }
}
