import { fork, type ChildProcess } from "node:child_process";

/**
 * Starts a process that will apply the program of a folder. It reads Pulumi's SDK meanwhile, which takes a while: what
 * else there is to begin with can be done beside it. It ends with this one.
 */
export function startApplyChild(
  /** The folder of the Pulumi project. */
  directory: string,
): ChildProcess {
  return fork(new URL("applyProcess.ts", import.meta.url), {
    cwd: directory,
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
}
