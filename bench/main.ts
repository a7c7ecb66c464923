import { Argument, Command } from "commander";
import type { Measure, Result } from "./figure.ts";
import { measureApply } from "./figures/apply.ts";
import { measureLateness } from "./figures/lateness.ts";
import { measureStart } from "./figures/start.ts";
import { measureTasksPerSecond } from "./figures/tasksPerSecond.ts";
import { measureWorkerRequests } from "./figures/workerRequests.ts";
import { measureWorkerStart } from "./figures/workerStart.ts";
import { jsonReport, tableReport } from "./report.ts";

const FIGURES: Readonly<Record<string, Measure>> = {
  start: measureStart,
  apply: measureApply,
  "worker-start": measureWorkerStart,
  "worker-requests": measureWorkerRequests,
  "tasks-per-second": measureTasksPerSecond,
  lateness: measureLateness,
};
/** All figures together take two minutes on a small machine. */
const TIMEOUT_MS = 180_000;

const command = new Command("npm run bench --")
  .description(
    "Measures the figures of docs/benchmarks.md, each beside its baseline. Close what else is busy.\n" +
      "Everything listens on 127.0.0.1, and nothing is left running.",
  )
  .addArgument(new Argument("[figures...]", "which to measure").choices(Object.keys(FIGURES)))
  .option("--json", "print one JSON object", false)
  .action(run);
// What is to be ended with this process is, then.
process.once("SIGINT", () => process.exit(130));
await command.parseAsync();

async function run(names: readonly string[], { json }: { readonly json: boolean }): Promise<void> {
  const results: Result[] = [];
  const report = (): void => {
    console.log(json ? jsonReport(results) : tableReport(results));
  };
  // The processes that were started end with this one.
  const watchdog = setTimeout(() => {
    report();
    console.error(`Not all is measured after ${TIMEOUT_MS / 1000} s; giving up.`);
    process.exit(1);
  }, TIMEOUT_MS);
  for (const [name, measure] of Object.entries(FIGURES)) {
    if (names.length > 0 && !names.includes(name)) continue;
    if (!json) console.error(`Measuring ${name} …`);
    results.push(...(await measure()));
  }
  clearTimeout(watchdog);
  report();
}
