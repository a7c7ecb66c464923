import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { stateHome } from "@background-tasks/cloud/control/stateHome.ts";
import { CommandError, EXIT } from "../command/exitCodes.ts";

/** Where this machine keeps what operators did to a stack: journals of redrives, and discarded dead letters. */
export function stateFolder(stack: string): string {
  return join(stateHome(), "background-tasks", stack);
}

/** Makes a folder of it, which only the user may read, unless it is there. Throws a usage error where it cannot be made. */
export async function makeStateFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    const { code = "", message } = error as NodeJS.ErrnoException;
    const isFile = code === "EEXIST" || code === "ENOTDIR";
    const why = isFile ? "a file is in its place" : message;
    throw new CommandError(
      EXIT.usage,
      `The folder '${folder}' cannot be made: ${why}. Nothing was done.`,
      { cause: error },
    );
  }
}
