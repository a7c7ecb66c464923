import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
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
/** Browsers tell of tasks that take longer, and of no others. https://w3c.github.io/longtasks/ */
const LONG_TASK_MS = 50;
/** What the page draws each second, at the least, where it keeps up with what it is told. */
const LEAST_DRAWN_PER_SECOND = 4;

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
    const barelyOpened: number[] = [];
    await using bare = await startBarePage();
    for (let n = 0; n < RUNS; n += 1) {
      opened.push(await msToFirstView(browser, localConsoleLink(local.cloud)));
      barelyOpened.push(await msToFirstView(browser, bare.url));
    }
    return [
      {
        figure: "console: first view after opening",
        unit: "ms",
        runs: opened,
        baseline: { name: "a page of nothing but an empty table", runs: barelyOpened },
        target: { of: "figure", atMost: 300 },
      },
      {
        figure: `console: the page's longest task at ${PER_SECOND.toLocaleString("en")} events/s`,
        unit: "ms",
        runs: [await longestTask(browser, local)],
        target: { of: "figure", atMost: 200 },
        least: LONG_TASK_MS,
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

/** What a browser takes by itself to open a page whose script makes a table. */
async function startBarePage(): Promise<AsyncDisposable & { readonly url: string }> {
  const server = createServer((_request, response) => {
    response.setHeader("Content-Type", "text/html").end(BARE_PAGE);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

const BARE_PAGE = `<!doctype html>
<html lang="en">
<title>Bare</title>
<body>
<script type="module">document.body.append(document.createElement("table"));</script>
</html>`;

async function msToFirstView(browser: Browser, url: string): Promise<number> {
  const tab = await browser.newPage();
  await tab.addInitScript(FIRST_VIEW);
  await tab.goto(url);
  await tab.locator("table").first().waitFor({ state: "attached" });
  const ms = Number(await tab.evaluate("window.firstView"));
  await tab.close();
  return ms;
}

/** The page keeps the longest time for which it answered nobody, and how often it has drawn its lines. */
const WATCH = `window.longest = 0;
window.drawn = 0;
new PerformanceObserver((list) => {
  for (const { duration } of list.getEntries()) window.longest = Math.max(window.longest, duration);
}).observe({ entryTypes: ["longtask"] });
new MutationObserver(() => {
  window.drawn += 1;
}).observe(document.querySelector("ol.lines"), { childList: true });`;

/** Over once the browser has told of a task that is long. */
const LONG_TASK = `new Promise((resolve) => {
  new PerformanceObserver(resolve).observe({ entryTypes: ["longtask"] });
  setTimeout(() => {
    for (const end = performance.now() + 300; performance.now() < end; );
  });
}).then(() => undefined);`;

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
  const newest = tab.locator("ol.lines li").first();
  await newest.waitFor();
  // Of those that were before it was opened, it is told the latest.
  const missed = tab.getByText(/^[\d,]+ events were missed$/);
  const missedBefore = await missed.allInnerTexts();
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
  // Else the page was quick since it had nothing to do.
  await newest.getByRole("link", { name: String(told - 1), exact: true }).waitFor();
  const [longest = 0, drawn = 0] = await tab.evaluate<number[]>("[window.longest, window.drawn]");
  if (drawn < SECONDS * LEAST_DRAWN_PER_SECOND) {
    throw new Error(
      `The page drew ${drawn} times in ${SECONDS} s, and so what it took says nothing.`,
    );
  }
  const missedAfter = await missed.allInnerTexts();
  if (missedAfter.join() !== missedBefore.join()) {
    throw new Error(
      `Of ${told} events the page was not told all: '${missedAfter.join()}', before '${missedBefore.join()}'.`,
    );
  }
  await tab.evaluate(LONG_TASK);
  return longest;
}
