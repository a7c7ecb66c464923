import { setTimeout as wait } from "node:timers/promises";
import { localConsole } from "@background-tasks/cli/console/startConsole.ts";
import { localConsoleLink } from "@background-tasks/cli/console/token.ts";
import { browserPath, startBrowser } from "@background-tasks/cli/pictures/browser.ts";
import { startLocalStack, type LocalStack } from "@background-tasks/cli/start/localStack.ts";
import { loadContract } from "../../tasks/contract/loadContract.ts";
import { FIXTURE } from "../../test/support/fixtureProject.ts";
import { NotMeasurable, type Result } from "../figure.ts";
import { BODY } from "../plainTasks.ts";
import { createQueueClient } from "../queueClient.ts";

type Browser = Awaited<ReturnType<typeof startBrowser>>;

const RUNS = 5;
const WAITING = 100_000;
const PER_SECOND = 5000;
const SECONDS = 5;
const TICK_MS = 10;

/** What somebody has of the page who opens it, and while a great deal happens. In a real browser. */
export async function measureConsolePage(): Promise<Result[]> {
  if (browserPath() === undefined) throw new NotMeasurable("there is no chromium on this machine.");
  const contract = await loadContract(FIXTURE);
  const page = localConsole({
    framesOf: () => [],
    contract: async () => contract,
    say: console.error,
  });
  const local = await startLocalStack({
    ...{ directory: FIXTURE, port: 0, insidePort: 0, smtpPort: 0, allowHost: [], inspect: false },
    ...{ onChange: () => undefined, onOutput: () => undefined },
    onMail: page.onMail,
    ownAnswer: page.ownAnswer,
  });
  const browser = await startBrowser();
  try {
    const problem = await local.stack.apply();
    if (problem !== undefined) throw new Error(problem);
    page.open(local.cloud);
    const opened: number[] = [];
    for (let n = 0; n < RUNS; n += 1) opened.push(await msToFirstView(browser, local));
    return [
      {
        figure: "console: first view after opening",
        unit: "ms",
        runs: opened,
        target: { of: "figure", atMost: 300 },
      },
      {
        figure: `console: the page's longest task at ${PER_SECOND.toLocaleString("en")} events/s`,
        unit: "ms",
        runs: [await longestTask(browser, local)],
        target: { of: "figure", atMost: 200 },
      },
    ];
  } finally {
    await browser.close();
    await local.stop();
  }
}

/** The page keeps when its first table was there, from the beginning of its opening. */
const FIRST_VIEW = `new MutationObserver((_, observer) => {
  if (!document.querySelector("table")) return;
  window.firstView = performance.now();
  observer.disconnect();
}).observe(document, { childList: true, subtree: true });`;

async function msToFirstView(browser: Browser, { cloud }: LocalStack): Promise<number> {
  const tab = await browser.newPage();
  await tab.addInitScript(FIRST_VIEW);
  await tab.goto(localConsoleLink(cloud));
  await tab.getByRole("table").first().waitFor();
  const ms = Number(await tab.evaluate("window.firstView"));
  await tab.close();
  return ms;
}

/** The page keeps the longest time for which it answered nobody. */
const WATCH = `window.longest = 0;
new PerformanceObserver((list) => {
  for (const { duration } of list.getEntries()) window.longest = Math.max(window.longest, duration);
}).observe({ entryTypes: ["longtask"] });`;

/** While so many tasks wait and so many events happen each second, with the overview open. */
async function longestTask(browser: Browser, { cloud, stack }: LocalStack): Promise<number> {
  const queue = stack.operations?.queues["default"] ?? "";
  await using client = createQueueClient(cloud.endpoint, [queue]);
  await client.pauseQueues();
  await client.createTasks(WAITING, () => ({
    httpRequest: { url: "https://worker.invalid/tasks/none", body: BODY },
  }));
  const tab = await browser.newPage();
  await tab.goto(localConsoleLink(cloud));
  await tab.getByText("● live").waitFor();
  // From here on: what it did at its opening is another figure.
  await tab.evaluate(WATCH);
  const end = performance.now() + SECONDS * 1000;
  let told = 0;
  const start = performance.now();
  while (performance.now() < end) {
    const due = ((performance.now() - start) / 1000) * PER_SECOND;
    for (; told < due; told += 1) {
      cloud.events.emit("deliveryFinished", {
        ...{ queue, task: `${queue}/tasks/${told}`, url: "https://worker.invalid/tasks/none" },
        ...{
          dispatchCount: 1,
          status: 204,
          scheduleTime: start,
          dispatchTime: start,
          durationMs: 3,
        },
        end: "done",
      });
    }
    await wait(TICK_MS);
  }
  return Number(await tab.evaluate("window.longest"));
}
