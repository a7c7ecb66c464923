import { randomInt } from "node:crypto";
import { runChaos } from "@background-tasks/cli/test/support/chaos/chaosRun.ts";
import type { Result } from "../figure.ts";

const TASKS = 2000;
const KILLS = 5;

/**
 * How many of the tasks to which the worst happens end in silence. Says what happened on standard error; the process
 * ends with 1 where one of them was lost.
 */
export async function measureChaos(): Promise<Result[]> {
  const seed = Number(process.env["CHAOS_SEED"] ?? randomInt(2 ** 31));
  const report = await runChaos({ seed, tasks: TASKS, kills: KILLS });
  const lost = report.lost.length + report.waiting.length;
  if (lost > 0) process.exitCode = 1;

  const { done, deadLetters, both, seconds } = report;
  const causes = Map.groupBy(both, (one) => one.causes.join("; ") || "no cause");
  console.error(
    [
      `Seed ${seed}: ${TASKS} tasks in ${seconds.toFixed(0)} s, ${done} done, ${deadLetters} dead letters.`,
      "Trouble:",
      ...list([...report.trouble].map(([kind, times]) => [kind, times])),
      `Dead letters of tasks whose handler returned too: ${both.length}`,
      ...list([...causes].map(([cause, tasks]) => [cause, tasks.length])),
      ...report.histories,
    ].join("\n"),
  );
  return [
    {
      figure: `chaos, ${TASKS.toLocaleString("en")} tasks: lost`,
      unit: "tasks",
      runs: [lost],
      target: { of: "figure", atMost: 0 },
    },
    {
      figure: "chaos: handlers run again after a success that was heard",
      unit: "tasks",
      runs: [report.again.length],
      target: { of: "figure", atMost: 0 },
    },
    {
      figure: "chaos: from the enqueue to the end, the longest",
      unit: "s",
      runs: [report.longestMs / 1000],
      target: { of: "figure", atMost: 120 },
    },
  ];
}

function list(counts: readonly (readonly [string, number])[]): string[] {
  return [...counts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([what, count]) => `${String(count).padStart(6)}  ${what}`);
}
