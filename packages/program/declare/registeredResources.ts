import { fork } from "node:child_process";
import type { StackFile } from "../stack/stackFiles.ts";

/** A resource as the program registers it: plain data. */
export interface RegisteredResource {
  /** Such as `gcp:cloudtasks/queue:Queue`. */
  readonly type: string;
  /** Its name in the program, not in the cloud. */
  readonly name: string;
  /** Its inputs, and outputs as Google would make them. */
  readonly properties: Readonly<Record<string, unknown>>;
  readonly options: { readonly protect: boolean; readonly retainOnDelete?: boolean };
}

/** What the process that evaluates the program says of a stack. */
export type Reply =
  | {
      readonly stack: string;
      readonly resources: readonly RegisteredResource[];
      /** The program's output of this name, with stand-ins for what only Google knows. */
      readonly operations: unknown;
      /** The settings that the file leaves out, or keeps encrypted, and that have an example's value here. */
      readonly filledIn: readonly string[];
    }
  | { readonly stack: string; readonly error: string };

/**
 * Everything that the program of a project's folder registers in these stacks, without the engine: Pulumi's mock runtime stands in
 * for it and for Google. Runs the program in a process of its own, since the runtime keeps its state in the
 * process.
 */
export function registeredResources(
  directory: string,
  stackFiles: readonly StackFile[],
): Promise<Reply[]> {
  const child = fork(new URL("programProcess.ts", import.meta.url), {
    cwd: directory,
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  const replies: Reply[] = [];
  let errors = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    errors += text;
  });
  child.on("message", (reply: Reply) => {
    replies.push(reply);
  });
  child.send(stackFiles);

  return new Promise((resolve, reject) => {
    child.on("close", (code, signal) => {
      if (replies.length === stackFiles.length) resolve(replies);
      else {
        const ended = `The process that evaluates the program ended early (${String(signal ?? code)}).`;
        reject(new Error([ended, errors.trim()].join("\n").trim()));
      }
    });
  });
}
