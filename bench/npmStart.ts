import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

/** An `npm start` that is ready. */
export interface NpmStart extends AsyncDisposable {
  /** How long that took from its launch. */
  readonly seconds: number;
  /** npm, its shell and the program with its children are a process group of their own, with this id. */
  readonly group: number;
}

const TIMEOUT_MS = 20_000;
const READY = /^ready$|"event":"ready"/;

/** Runs `npm start` in a directory and waits until it says that it is ready. It ends with this process. */
export async function npmStart(directory: string, args: readonly string[]): Promise<NpmStart> {
  const start = performance.now();
  const child = spawn("npm", ["start", "--silent", "--", ...args], {
    cwd: directory,
    stdio: ["ignore", "pipe", "inherit"],
    // A group of its own, to be told to end together.
    detached: true,
  });
  const exit = once(child, "exit");
  const signal = (name: NodeJS.Signals): void => {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, name);
  };
  const kill = (): void => {
    signal("SIGKILL");
  };
  process.once("exit", kill);
  const stop = async (): Promise<void> => {
    signal("SIGINT");
    await exit;
    process.off("exit", kill);
  };

  const timer = setTimeout(kill, TIMEOUT_MS);
  const lines = createInterface({ input: child.stdout });
  const isReady = await new Promise<boolean>((resolve) => {
    lines.on("line", (line) => {
      if (READY.test(line)) resolve(true);
    });
    lines.once("close", () => {
      resolve(false);
    });
  });
  clearTimeout(timer);
  if (isReady && child.pid !== undefined) {
    const seconds = (performance.now() - start) / 1000;
    return { seconds, group: child.pid, [Symbol.asyncDispose]: stop };
  }
  await stop();
  throw new Error(`npm start in '${directory}' ended before it was ready.`);
}

/** Arguments that give the project's own `npm start` ports of its own, and output for a program. */
export const FREE_PORTS = [
  "--port=0",
  "--inside-port=0",
  "--grpc-port=0",
  "--smtp-port=0",
  "--json",
];
