import { fork } from "node:child_process";

export const HANDLERS_FOLDER = "worker/handlers";
export const HANDLERS_TABLE = `${HANDLERS_FOLDER}/index.ts`;

/** What the handlers lack, so that the worker would not start. Files are told from the project's folder. */
export type Missing =
  /** Tasks that stand in no table, in the order in which they are declared. */
  | { readonly kind: "handlers"; readonly tasks: readonly string[] }
  /** What a file of theirs does not export, and another imports. */
  | { readonly kind: "export"; readonly name: string; readonly file: string; readonly by: string }
  /** A file that one of theirs imports. */
  | { readonly kind: "file"; readonly file: string; readonly by: string };

/**
 * What the handlers of the project in a folder lack that somebody who adds a task has yet to write. The code is run in a
 * process of its own: modules are cached, and handlers are no part of this one. Nothing, where it cannot be read
 * otherwise: who bundles or runs it says what is wrong with it.
 *
 * @param signal - gives it up, and then there is nothing
 */
export function missingHandlers(
  directory: string,
  signal?: AbortSignal,
): Promise<Missing | undefined> {
  const child = fork(new URL("handlersProcess.ts", import.meta.url), {
    cwd: directory,
    stdio: ["ignore", "ignore", "ignore", "ipc"],
    timeout: PATIENCE_MS,
    ...(signal && { signal }),
  });
  return new Promise((resolve) => {
    let missing: Missing | undefined;
    child.on("message", (message) => {
      ({ missing } = message as { readonly missing?: Missing });
    });
    child.on("error", () => {
      resolve(undefined);
    });
    child.on("close", () => {
      resolve(missing);
    });
  });
}

/** For what waits as it is loaded: the worker will not start either, and Cloud Run says so. */
const PATIENCE_MS = 20_000;

/** What there is still to do. */
export function handlersToAdd(missing: Missing): string {
  switch (missing.kind) {
    case "handlers": {
      const names = missing.tasks.map((task) => `'${task}'`);
      const said =
        names.length === 1
          ? `Task ${names.join("")} has no handler yet: add it`
          : `Tasks ${names.slice(0, -1).join(", ")} and ${names.at(-1)} have no handlers yet: add them`;
      return `${said} to ${HANDLERS_TABLE}.`;
    }
    case "export":
      return `${missing.file} does not export '${missing.name}' yet, which ${missing.by} imports: add it there.`;
    case "file":
      return `${missing.file} is not there yet, which ${missing.by} imports: write it.`;
  }
}
