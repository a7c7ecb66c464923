import { fork } from "node:child_process";
import { constants, setPriority } from "node:os";

/** What is told of the types of the code that is deployed. */
export interface CompilerListener {
  /** A check began: at the start, and each time that a file was saved. */
  readonly began: () => void;
  /** It ended. An error is a line, such as `tasks/tasks.ts(3,5): error TS2322: …`, with those that explain it beneath. */
  readonly ended: (errors: readonly string[]) => void;
  /** This compiler checks no more. */
  readonly failed: (reason: string) => void;
}

/** Has the compiler watch the project of a folder, and what else runs on this machine come first. Returns what ends it. */
export function watchTypes(listener: CompilerListener, directory = "."): () => void {
  const child = fork(new URL("compilerProcess.ts", import.meta.url), {
    cwd: directory,
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  if (child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL);
  let said = "";
  child.stderr?.setEncoding("utf8").on("data", (part: string) => {
    said += part;
  });
  child.on("message", (message) => {
    const { errors } = message as { readonly errors?: readonly string[] };
    if (errors) listener.ended(errors);
    else listener.began();
  });
  let isEnded = false;
  const failed = (reason: string): void => {
    if (!isEnded) listener.failed(reason);
    isEnded = true;
  };
  child.on("error", (error) => {
    failed(error.message);
  });
  child.on("close", (code, signal) => {
    failed(said.trim() || `The compiler ended early (${String(signal ?? code)}).`);
  });
  return () => {
    isEnded = true;
    child.kill();
  };
}
