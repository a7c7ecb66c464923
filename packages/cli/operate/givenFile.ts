import { open, stat, type FileHandle } from "node:fs/promises";
import { buffer } from "node:stream/consumers";
import { CommandError, EXIT } from "../command/exitCodes.ts";
import { countWords } from "../command/words.ts";

/**
 * Opens a file that somebody names, to read it. Throws a usage error where it cannot be read, or is none: a folder, or
 * a device or pipe, which may never end.
 */
export async function openGivenFile(file: string): Promise<FileHandle> {
  try {
    // Before it is opened: to open a pipe waits for who writes to it.
    const is = await stat(file);
    if (is.isFile()) return await open(file);
    throw refusal(
      file,
      is.isDirectory() ? "it is a folder" : "it is no file, but a device or pipe",
    );
  } catch (error) {
    throw error instanceof CommandError ? error : refusal(file, whyNot(error), error);
  }
}

/** Reads a file that somebody names, of so many bytes at the most. Throws a usage error, as `openGivenFile` does. */
export async function readGivenFile(file: string, maxBytes: number): Promise<Buffer> {
  await using handle = await openGivenFile(file);
  const { size } = await handle.stat();
  const bytes = await buffer(handle.createReadStream({ end: maxBytes }));
  if (bytes.length <= maxBytes) return bytes;
  const has = countWords(Math.max(size, bytes.length));
  throw refusal(file, `it has ${has} bytes; the limit is ${countWords(maxBytes)}`);
}

function refusal(file: string, why: string, cause?: unknown): CommandError {
  const message = `'${file}' cannot be read: ${why}. Nothing was done.`;
  return new CommandError(EXIT.usage, message, { cause });
}

function whyNot(error: unknown): string {
  const { code = "", message } = error as NodeJS.ErrnoException;
  return WORDS[code] ?? message;
}

const WORDS: Readonly<Record<string, string>> = {
  ENOENT: "it is not there",
  ENOTDIR: "it is not there",
  EACCES: "you may not read it",
};
