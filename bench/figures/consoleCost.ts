import { browserPath, startBrowser } from "@background-tasks/cli/pictures/browser.ts";
import { drain } from "../drain.ts";
import { NotMeasurable, type Result } from "../figure.ts";
import { startNoopStack } from "../noopStack.ts";
import { createQueueClient } from "../queueClient.ts";

const PER_SECOND = 500;
const TASKS = 500;
const WARM_UP_TASKS = 5000;
const PAIRS = 24;

/** What the open page costs a local cloud that does its work, in processor time beyond that of the work. */
export async function measureConsoleCost(): Promise<Result[]> {
  if (browserPath() === undefined) throw new NotMeasurable("there is no chromium on this machine.");
  await using stack = await startNoopStack();
  // One queue of Google's highest rate is 500 tasks a second.
  const [queue = ""] = stack.queues;
  await using client = createQueueClient(`http://127.0.0.1:${stack.port}`, [queue]);
  const one = { ...stack, client };
  const browser = await startBrowser();
  try {
    await drain(stack, WARM_UP_TASKS);
    const shares: number[] = [];
    for (let n = 0; n < PAIRS; n += 1) {
      const share = async (): Promise<number> => {
        const { processorUs } = await drain(one, TASKS);
        return (processorUs * PER_SECOND) / 1e4;
      };
      const opened = async (): Promise<number> => {
        const tab = await browser.newPage();
        await tab.goto(stack.page);
        await tab.getByText("● live").waitFor();
        const measured = await share();
        await tab.close();
        return measured;
      };
      // Each is first every other time: a process that has done more has more to clean up.
      if (n % 2 === 0) shares.push((await opened()) - (await share()));
      else shares.push(-(await share()) + (await opened()));
    }
    return [
      {
        figure: `console: processor time beside ${PER_SECOND} tasks a second, of the open page`,
        unit: "%",
        runs: shares,
        target: { of: "figure", atMost: 1 },
      },
    ];
  } finally {
    await browser.close();
  }
}
