import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { workerEnvironment } from "../delivery.ts";
import type { Result } from "../figure.ts";
import { bundle } from "../noopProject.ts";
import { makeScratch } from "../scratch.ts";
import { end, LISTENS_ON } from "../serverProcess.ts";
import { FIXTURE } from "../../test/support/fixtureProject.ts";

const RUNS = 15;

/** How long the worker's bundle takes from its start until it listens. */
export async function measureWorkerStart(): Promise<Result[]> {
  using scratch = makeScratch();
  const worker = bundle(`${FIXTURE}/worker/main.ts`, `${scratch.directory}/worker`);
  const bare = bundle("bench/servers/bare.ts", `${scratch.directory}/bare`);
  const runs: number[] = [];
  const bareRuns: number[] = [];
  for (let n = 0; n < RUNS; n += 1) {
    runs.push(await untilListening(worker, workerEnvironment));
    bareRuns.push(await untilListening(bare, {}));
  }
  return [
    {
      figure: "worker: spawn to listening",
      unit: "ms",
      // The first of each comes from a colder disk.
      runs: runs.slice(1),
      baseline: { name: "bare node:http server", runs: bareRuns.slice(1) },
      target: { of: "ratio", atMost: 1.25 },
    },
  ];
}

async function untilListening(
  script: string,
  env: Readonly<Record<string, string>>,
): Promise<number> {
  const start = performance.now();
  const child = spawn(process.execPath, [script], {
    env: { ...env, PORT: "0", NODE_ENV: "production" },
    stdio: ["ignore", "pipe", "inherit"],
    timeout: 10_000,
  });
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      if (LISTENS_ON.test(line)) return performance.now() - start;
    }
    throw new Error(`'${script}' ended before it listened.`);
  } finally {
    await end(child);
  }
}
