import { fork, type ChildProcess } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { open } from "node:fs/promises";
import { setTimeout as wait } from "node:timers/promises";
import { containerPreload } from "@background-tasks/cloud/run/containerPreload.ts";

/** A server in a process of its own. */
export interface ServerProcess extends AsyncDisposable {
  readonly port: number;
}

/**
 * Starts a server, its output in a file, and waits until that says which port it listens on. The process
 * ends with this one, however this one ends.
 */
export async function startServer(
  script: string,
  logFile: string,
  env: Readonly<Record<string, string>> = {},
): Promise<ServerProcess> {
  const log = openSync(logFile, "w");
  const child = fork(script, {
    execArgv: ["--import", containerPreload()],
    env: { ...env, PORT: "0", NODE_ENV: "production" },
    stdio: ["ignore", log, log, "ipc"],
  });
  closeSync(log);
  return { port: await listening(child, logFile), [Symbol.asyncDispose]: () => end(child) };
}

/** Ends a process at once. Resolves when it is gone. */
export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await gone;
}

/** What each server here says once it listens. */
export const LISTENS_ON = /listens on port (\d+)/;

const START_TIMEOUT_MS = 10_000;

async function listening(child: ChildProcess, logFile: string): Promise<number> {
  await using log = await open(logFile);
  let text = "";
  for (const start = performance.now(); performance.now() - start < START_TIMEOUT_MS;) {
    text += (await log.read({ buffer: Buffer.alloc(4096) })).buffer.toString().replaceAll("\0", "");
    const port = LISTENS_ON.exec(text)?.[1];
    if (port !== undefined) return Number(port);
    if (child.exitCode !== null) break;
    await wait(10);
  }
  await end(child);
  throw new Error(`'${child.spawnfile} ${child.spawnargs.join(" ")}' does not listen: ${text}`);
}
