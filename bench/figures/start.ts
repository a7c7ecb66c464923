import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import type { Result } from "../figure.ts";
import { makeScratch } from "../scratch.ts";

const RUNS = 5;
const TIMEOUT_MS = 20_000;

/** How long `npm start` takes from its launch until the stack is ready. */
export async function measureStart(): Promise<Result[]> {
  using bare = makeScratch();
  const scripts = { start: `node -e "console.log('ready')"` };
  writeFileSync(`${bare.directory}/package.json`, JSON.stringify({ scripts }));
  const runs: number[] = [];
  const bareRuns: number[] = [];
  for (let n = 0; n < RUNS; n += 1) {
    runs.push(await untilReady(".", ["--port=0", "--inside-port=0", "--smtp-port=0", "--json"]));
    bareRuns.push(await untilReady(bare.directory, []));
  }
  return [
    {
      figure: "npm start: launch to ready",
      unit: "s",
      runs,
      baseline: { name: "npm start of an empty script", runs: bareRuns },
      target: { of: "figure", atMost: 2.5 },
    },
  ];
}

const READY = /^ready$|"event":"ready"/;

async function untilReady(directory: string, args: readonly string[]): Promise<number> {
  const start = performance.now();
  const child = spawn("npm", ["start", "--silent", "--", ...args], {
    cwd: directory,
    stdio: ["ignore", "pipe", "inherit"],
    // A group of its own: npm, its shell and the program are told to end together.
    detached: true,
  });
  const exit = once(child, "exit");
  const signal = (name: NodeJS.Signals): void => {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, name);
  };
  const kill = (): void => {
    signal("SIGKILL");
  };
  const timer = setTimeout(kill, TIMEOUT_MS);
  process.once("exit", kill);
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      if (READY.test(line)) return (performance.now() - start) / 1000;
    }
    throw new Error(`npm start in '${directory}' ended before it was ready.`);
  } finally {
    signal("SIGINT");
    await exit;
    clearTimeout(timer);
    process.off("exit", kill);
  }
}
