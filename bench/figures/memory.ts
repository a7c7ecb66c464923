import { fork } from "node:child_process";
import type { Result } from "../figure.ts";
import type { MemoryReport } from "../memoryProcess.ts";
import { end } from "../serverProcess.ts";

const TASKS = 1_000_000;

/** How much memory a million tasks take that wait on a queue. */
export async function measureMemory(): Promise<Result[]> {
  const empty = await residentGb(0);
  const full = await residentGb(TASKS);
  return [
    {
      figure: "local cloud: memory of 1,000,000 queued tasks of 200 bytes",
      unit: "GB",
      runs: [full],
      baseline: { name: "the same process without tasks", runs: [empty] },
      target: { of: "figure", atMost: 1.2 },
    },
  ];
}

/** The resident memory of a process that holds so many tasks. */
async function residentGb(count: number): Promise<number> {
  const child = fork(new URL("../memoryProcess.ts", import.meta.url), [String(count)], {
    stdio: "inherit",
  });
  try {
    const { residentBytes } = await new Promise<MemoryReport>((resolve, reject) => {
      child.once("message", resolve);
      child.once("exit", () => {
        reject(new Error(`The process that was to hold ${count} tasks ended.`));
      });
    });
    return residentBytes / 1e9;
  } finally {
    await end(child);
  }
}
