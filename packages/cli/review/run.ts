import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** Runs a program and returns what it printed. */
export type Run = (file: string, args: readonly string[]) => Promise<string>;

/** Runs a program of this machine. It fails where the program does, with what that said. */
export const runProgram: Run = async (file, args) => {
  const { stdout } = await promisify(execFile)(file, [...args], { maxBuffer: 64 * 1024 * 1024 });
  return stdout;
};
