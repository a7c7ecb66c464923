import { fork } from "node:child_process";

/**
 * The tasks of the project in a folder that have no handler, in the order in which they are declared. The code is run
 * in a process of its own: modules are cached, and handlers are no part of this one. None, where it cannot be read:
 * who bundles or runs it says what is wrong with it.
 *
 * @param signal - gives it up, and then there are none
 */
export function missingHandlers(directory: string, signal?: AbortSignal): Promise<string[]> {
  const child = fork(new URL("handlersProcess.ts", import.meta.url), {
    cwd: directory,
    stdio: ["ignore", "ignore", "ignore", "ipc"],
    timeout: PATIENCE_MS,
    ...(signal && { signal }),
  });
  return new Promise((resolve) => {
    let missing: string[] = [];
    child.on("message", (message) => {
      missing = message as string[];
    });
    child.on("error", () => {
      resolve([]);
    });
    child.on("close", () => {
      resolve(missing);
    });
  });
}

/** For what waits as it is loaded: the worker will not start either, and Cloud Run says so. */
const PATIENCE_MS = 20_000;

/** What there is still to do for tasks without handlers. */
export function handlersToAdd(tasks: readonly string[]): string {
  const names = tasks.map((task) => `'${task}'`);
  const said =
    names.length === 1
      ? `Task ${names.join("")} has no handler yet: add it`
      : `Tasks ${names.slice(0, -1).join(", ")} and ${names.at(-1)} have no handlers yet: add them`;
  return `${said} to worker/handlers/index.ts.`;
}
