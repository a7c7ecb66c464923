import { open, type FileHandle } from "node:fs/promises";
import * as z from "zod";
import { CommandError, EXIT } from "../../command/exitCodes.ts";
import type { Task } from "../calls/messages.ts";
import type { OperatorCalls } from "../calls/operatorCalls.ts";
import type { DeadLetter } from "./deadLetter.ts";

/** The first line of a file of dead letters. Each that follows is a task of the dead-letter queue, as Google tells it. */
export const letterHeadSchema = z.object({
  kind: z.literal("dead-letters"),
  stack: z.string(),
  project: z.string(),
  /** When it was written. */
  time: z.iso.datetime(),
  /** Who wrote it. */
  by: z.string(),
  /** Why they were deleted, where they were, and somebody said so. */
  because: z.string().optional(),
  /** Whether the tasks have their bodies. */
  hasPayloads: z.boolean(),
  /** Whether what is sensitive of them is hidden. */
  isRedacted: z.literal(true).optional(),
});

export type LetterHead = z.output<typeof letterHeadSchema>;

/** A line that takes back earlier ones: somebody else has redriven or discarded these letters meanwhile. */
export const goneSchema = z.object({ kind: z.literal("gone"), letters: z.array(z.string()) });

export interface Writing {
  /** What is written of a letter. @default - all that it holds */
  readonly change?: (task: Task) => Task;
  /**
   * Told of the letters of a chunk that is on the disk, but of those that are gone meanwhile. Returns the ids of those
   * that are gone since: the file takes them back.
   */
  readonly onChunk: (
    letters: readonly DeadLetter[],
  ) => readonly string[] | Promise<readonly string[]>;
}

/** Letters that are read at once. */
const CHUNK = 20;

/** Writes dead letters into a file, which only the user may read. Throws a usage error where the file exists. */
export async function writeLetters(
  calls: Pick<OperatorCalls, "getTask">,
  file: string,
  head: LetterHead,
  letters: readonly DeadLetter[],
  { change = (task) => task, onChunk }: Writing,
): Promise<void> {
  const view = head.hasPayloads ? "FULL" : "BASIC";
  await using handle = await create(file);
  await handle.appendFile(`${JSON.stringify(head)}\n`);
  for (let i = 0; i < letters.length; i += CHUNK) {
    const chunk = letters.slice(i, i + CHUNK);
    const tasks = await Promise.all(chunk.map(({ name }) => calls.getTask(name, view)));
    const there = tasks.filter((task) => typeof task !== "string");
    await handle.appendFile(there.map((task) => `${JSON.stringify(change(task))}\n`).join(""));
    await handle.datasync();
    const gone = await onChunk(chunk.filter((_, n) => typeof tasks[n] !== "string"));
    if (gone.length === 0) continue;
    const line: z.output<typeof goneSchema> = { kind: "gone", letters: [...gone] };
    await handle.appendFile(`${JSON.stringify(line)}\n`);
  }
}

async function create(file: string): Promise<FileHandle> {
  try {
    return await open(file, "wx", 0o600);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const why = code === "EEXIST" ? "it is there already" : message;
    throw new CommandError(EXIT.usage, `'${file}' cannot be written: ${why}.`, { cause: error });
  }
}
