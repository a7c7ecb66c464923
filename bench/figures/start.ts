import { writeFileSync } from "node:fs";
import type { Result } from "../figure.ts";
import { FREE_PORTS, npmStart } from "../npmStart.ts";
import { makeScratch } from "../scratch.ts";

const RUNS = 5;

/** How long `npm start` takes from its launch until the stack is ready. */
export async function measureStart(): Promise<Result[]> {
  using bare = makeScratch();
  const scripts = { start: `node -e "console.log('ready')"` };
  writeFileSync(`${bare.directory}/package.json`, JSON.stringify({ scripts }));
  const runs: number[] = [];
  const bareRuns: number[] = [];
  for (let n = 0; n < RUNS; n += 1) {
    runs.push(await secondsToReady(".", FREE_PORTS));
    bareRuns.push(await secondsToReady(bare.directory, []));
  }
  return [
    {
      figure: "npm start: launch to ready",
      unit: "s",
      runs,
      baseline: { name: "npm start of an empty script", runs: bareRuns },
      target: { of: "figure", atMost: 1 },
    },
  ];
}

async function secondsToReady(directory: string, args: readonly string[]): Promise<number> {
  await using running = await npmStart(directory, args);
  return running.seconds;
}
