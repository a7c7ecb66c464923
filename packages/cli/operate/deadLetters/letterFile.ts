import { open } from "node:fs/promises";
import type { OperatorCalls } from "../calls/operatorCalls.ts";
import type { DeadLetter } from "./deadLetter.ts";

/** Letters that are read at once. */
const CHUNK = 20;

/**
 * Writes dead letters with all that they hold into a file, which only the user may read: a line of JSON for each,
 * the task as Google tells it. After each chunk that is on the disk, `onChunk` is told its letters; one that is gone
 * meanwhile is not among them. Throws where the file exists.
 */
export async function writeLetters(
  calls: Pick<OperatorCalls, "getTask">,
  file: string,
  letters: readonly DeadLetter[],
  onChunk: (letters: readonly DeadLetter[]) => void | Promise<void>,
): Promise<void> {
  await using handle = await open(file, "wx", 0o600);
  for (let i = 0; i < letters.length; i += CHUNK) {
    const chunk = letters.slice(i, i + CHUNK);
    const tasks = await Promise.all(chunk.map(({ name }) => calls.getTask(name, "FULL")));
    const there = tasks.filter((task) => typeof task !== "string");
    await handle.appendFile(there.map((task) => `${JSON.stringify(task)}\n`).join(""));
    await handle.datasync();
    await onChunk(chunk.filter((_, n) => typeof tasks[n] !== "string"));
  }
}
