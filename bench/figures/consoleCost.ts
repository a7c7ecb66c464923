import { setTimeout as wait } from "node:timers/promises";
import { fork } from "node:child_process";
import { once } from "node:events";
import { browserPath } from "@background-tasks/cli/pictures/browser.ts";
import type { EventName } from "@background-tasks/cloud/api/events.ts";
import { drain } from "../drain.ts";
import { NotMeasurable, type Result } from "../figure.ts";
import { startNoopStack, type NoopStack } from "../noopStack.ts";
import { end } from "../serverProcess.ts";

/** As many as there are in the tree. */
const QUEUES = 2;
/** What is told of a task that is done. */
const OF_TASK: readonly EventName[] = ["taskCreated", "deliveryFinished", "containerLog"];
const PER_SECOND = 500;
const SECONDS = 3;
const TICK_MS = 10;
const PAIRS = 8;
/** After so long it has what it asks for at first, and is told no more than it is told all the time. */
const OPENED_S = 1.5;

/**
 * What the open page costs a local cloud, in processor time beyond that of its work. What is told of a task is told
 * again and again: tasks themselves take several times as much, and never the same.
 */
export async function measureConsoleCost(): Promise<Result[]> {
  if (browserPath() === undefined) throw new NotMeasurable("there is no chromium on this machine.");
  await using stack = await startNoopStack(QUEUES);
  const tellOfTask = await eventsOfTask(stack);
  const browser = fork(new URL("../pageProcess.ts", import.meta.url), { stdio: "inherit" });
  try {
    const shareWith = async (page: string): Promise<number> => {
      browser.send(page);
      await once(browser, "message");
      await shareOf(tellOfTask, OPENED_S);
      return shareOf(tellOfTask, SECONDS);
    };
    await shareWith(stack.page);
    const runs: number[] = [];
    for (let n = 0; n < PAIRS; n += 1) {
      const alone = await shareWith("");
      runs.push((await shareWith(stack.page)) - alone);
    }
    return [
      {
        figure: `console: processor time of the open page at ${PER_SECOND} tasks/s`,
        unit: "%",
        runs,
        target: { of: "figure", atMost: 1 },
      },
    ];
  } finally {
    await end(browser);
  }
}

/** Has a task done, and returns what tells all that was told of it. */
async function eventsOfTask(stack: NoopStack): Promise<() => void> {
  const told: (() => void)[] = [];
  const ends = OF_TASK.map((name) =>
    stack.events.on(name, (event) =>
      told.push(() => {
        stack.events.emit(name, { ...event });
      }),
    ),
  );
  await drain(stack, 1);
  for (const end of ends) end();
  return () => {
    for (const tell of told) tell();
  };
}

/** The share of a processor, in per cent, while so many tasks a second are told of. */
async function shareOf(tellOfTask: () => void, seconds: number): Promise<number> {
  const before = process.cpuUsage();
  const start = performance.now();
  let told = 0;
  while (told < PER_SECOND * seconds) {
    const due = ((performance.now() - start) / 1000) * PER_SECOND;
    for (; told < due; told += 1) tellOfTask();
    await wait(TICK_MS);
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / ((performance.now() - start) * 10);
}
