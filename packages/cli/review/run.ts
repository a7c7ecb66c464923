import { execFile, type ExecFileException } from "node:child_process";
import { promisify } from "node:util";

/** Runs a program and returns what it printed. */
export type Run = (file: string, args: readonly string[]) => Promise<string>;

/** Runs a program of this machine. It fails where the program does, with what that said. */
export const runProgram: Run = async (file, args) => {
  try {
    const { stdout } = await promisify(execFile)(file, [...args], { maxBuffer: 64 * 1024 * 1024 });
    return stdout;
  } catch (error) {
    // Of standard error, the message has all. Pulumi says why an operation failed on standard output.
    const { message, stdout = "" } = error as ExecFileException;
    const reasons = [...stdout.matchAll(ERROR)].map(([reason]) => reason.trim());
    if (reasons.length === 0) throw error;
    throw new Error(`${message.trim()}\n${[...new Set(reasons)].join("\n")}`, { cause: error });
  }
};

/** What begins so, with the lines that go on with it. */
const ERROR = /^ *error: .*(?:\n(?! *(?:error|warning): ) *\S.*)*/gm;
