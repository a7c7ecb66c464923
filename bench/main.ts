import { Argument, Command } from "commander";
import { NotMeasurable, type Measure, type Result } from "./figure.ts";
import { measureApply } from "./figures/apply.ts";
import { measureChaos } from "./figures/chaos.ts";
import { measureConsole } from "./figures/console.ts";
import { measureConsoleCost } from "./figures/consoleCost.ts";
import { measureConsoleLoad } from "./figures/consoleLoad.ts";
import { measureConsolePage } from "./figures/consolePage.ts";
import { measureConsoleStart } from "./figures/consoleStart.ts";
import { measureCreateTask } from "./figures/createTask.ts";
import { measureDeadLetters } from "./figures/deadLetters.ts";
import { measureDispatch } from "./figures/dispatch.ts";
import { measureIdle } from "./figures/idle.ts";
import { measureImage } from "./figures/image.ts";
import { measureLateness } from "./figures/lateness.ts";
import { measureLoader } from "./figures/loader.ts";
import { measureMemory } from "./figures/memory.ts";
import { measurePlainLateness } from "./figures/plainLateness.ts";
import { measurePreview } from "./figures/preview.ts";
import { measureRedrive } from "./figures/redrive.ts";
import { measureRoutes } from "./figures/routes.ts";
import { measureSoak } from "./figures/soak.ts";
import { measureStart } from "./figures/start.ts";
import { measureStatus } from "./figures/status.ts";
import { measureSuite } from "./figures/suite.ts";
import { measureTasksPerSecond } from "./figures/tasksPerSecond.ts";
import { measureVirtualWeek } from "./figures/virtualWeek.ts";
import { measureWatched } from "./figures/watched.ts";
import { measureWorkerRequests } from "./figures/workerRequests.ts";
import { measureWorkerStart } from "./figures/workerStart.ts";
import { jsonReport, tableReport } from "./report.ts";

const FIGURES: Readonly<Record<string, Measure>> = {
  start: measureStart,
  apply: measureApply,
  "worker-start": measureWorkerStart,
  "worker-requests": measureWorkerRequests,
  "create-task": measureCreateTask,
  dispatch: measureDispatch,
  "tasks-per-second": measureTasksPerSecond,
  watched: measureWatched,
  lateness: measureLateness,
  "plain-lateness": measurePlainLateness,
  memory: measureMemory,
  "dead-letters": measureDeadLetters,
  redrive: measureRedrive,
  status: measureStatus,
  routes: measureRoutes,
  "virtual-week": measureVirtualWeek,
  console: measureConsole,
  "console-cost": measureConsoleCost,
  "console-load": measureConsoleLoad,
  "console-page": measureConsolePage,
  "console-start": measureConsoleStart,
  idle: measureIdle,
  preview: measurePreview,
  loader: measureLoader,
  image: measureImage,
};
/** What takes long, and is measured only where it is named. */
const ON_REQUEST: Readonly<Record<string, Measure>> = {
  suite: measureSuite,
  soak: measureSoak,
  chaos: measureChaos,
};
const ALL = { ...FIGURES, ...ON_REQUEST };
/** A figure takes less than a minute on a small machine; those on request, up to eleven. */
const TIMEOUT_MS = 120_000;
const ON_REQUEST_TIMEOUT_MS = 720_000;

const command = new Command("npm run bench --")
  .description(
    "Measures the figures of docs/benchmarks.md, each beside its baseline. Close what else is busy.\n" +
      "Everything listens on 127.0.0.1, and nothing is left running.",
  )
  .addArgument(
    new Argument(
      "[figures...]",
      `which to measure; all but ${new Intl.ListFormat("en").format(Object.keys(ON_REQUEST))} if none`,
    ).choices(Object.keys(ALL)),
  )
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
  for (const [name, measure] of Object.entries(names.length > 0 ? ALL : FIGURES)) {
    if (names.length > 0 && !names.includes(name)) continue;
    if (!json) console.error(`Measuring ${name} …`);
    const timeoutMs = name in ON_REQUEST ? ON_REQUEST_TIMEOUT_MS : TIMEOUT_MS;
    // The processes that were started end with this one.
    const watchdog = setTimeout(() => {
      report();
      console.error(`'${name}' is not measured after ${timeoutMs / 1000} s; giving up.`);
      process.exit(1);
    }, timeoutMs);
    try {
      results.push(...(await measure()));
    } catch (error) {
      if (!(error instanceof NotMeasurable)) throw error;
      console.error(`Skipped ${name}: ${error.message}`);
    } finally {
      clearTimeout(watchdog);
    }
  }
  report();
}
