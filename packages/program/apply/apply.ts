import { createInterface } from "node:readline";
import type { LocalService } from "../../../tasks/contract/setting.ts";
import { startApplyChild } from "./applyChild.ts";
import type { Applied } from "./applyProgram.ts";
import type { Change, StackResource } from "./deployment.ts";

/** What the process that applies a program is told. */
export interface Request {
  /** The folder of the Pulumi project. */
  readonly directory: string;
  /** The Pulumi project's name. */
  readonly project: string;
  readonly stack: string;
  readonly config: Readonly<Record<string, string>>;
  /** What is encrypted: see `StackFileConfig`. */
  readonly secure: Readonly<Record<string, string>>;
  /** The addresses of what settings may name as `local`. */
  readonly services: Readonly<Record<LocalService, string>>;
  readonly gcpProject: string;
  readonly gcpRegion: string;
  /** The address of the local cloud's API. */
  readonly endpoint: string;
  /** The token with which it takes images and runs them. */
  readonly deployToken: string;
  readonly resources: readonly StackResource[];
  /** The random ids that the stack has had, those of today included. @default - none */
  readonly idsHad?: readonly string[];
}

/** What it says: each change as it happens, what there is to remember, and last what all came to. */
export type Reply =
  | { readonly change: Change }
  | { readonly resources: readonly StackResource[] }
  | { readonly applied: Omit<Applied, "error">; readonly error?: string };

/** What it is told once `resources` are remembered. */
export const REMEMBERED = "remembered";

export interface ApplyResult extends Omit<Applied, "error"> {
  /** Why the apply ended early, as a person is told. */
  readonly error?: string;
}

export interface ApplyOptions {
  readonly onChange: (change: Change) => void;
  /**
   * Told the whole stack before each creation and after each change. It is remembered once this returns.
   *
   * @default - it is returned at the end
   */
  readonly onResources?: (resources: readonly StackResource[]) => void;
  /** Told what the program prints, line by line. */
  readonly onOutput: (line: string) => void;
  /** Breaks the apply off. */
  readonly signal?: AbortSignal;
}

/**
 * Applies a program in a process of its own: modules are cached for the life of a process, and a changed
 * program must be read again.
 */
export function apply(
  request: Request,
  { onChange, onResources, onOutput, signal }: ApplyOptions,
  /** One of that folder, which nobody has used. */
  child = startApplyChild(request.directory),
): Promise<ApplyResult> {
  const errors: string[] = [];
  if (child.stdout) createInterface(child.stdout).on("line", onOutput);
  if (child.stderr) {
    createInterface(child.stderr).on("line", (line) => {
      errors.push(line);
      onOutput(line);
    });
  }
  const kill = (): void => {
    child.kill("SIGKILL");
  };
  signal?.addEventListener("abort", kill, { once: true });
  // What goes wrong with it is told once it has ended.
  child.on("error", (error) => errors.push(error.message));
  child.send(request, () => undefined);

  return new Promise((resolve) => {
    let result: ApplyResult | undefined;
    let known = request.resources;
    child.on("message", (reply: Reply) => {
      if ("change" in reply) onChange(reply.change);
      else if ("resources" in reply) {
        known = reply.resources;
        onResources?.(known);
        // It may be gone meanwhile.
        if (child.connected) child.send(REMEMBERED, () => undefined);
      } else {
        result = { ...reply.applied, ...(reply.error !== undefined && { error: reply.error }) };
      }
    });
    child.on("close", (code, ending) => {
      signal?.removeEventListener("abort", kill);
      const ended = `The process that applies the program ended early (${String(ending ?? code)}).`;
      resolve(
        result ?? {
          resources: known,
          outputs: {},
          error: [ended, ...errors].join("\n"),
        },
      );
    });
  });
}
