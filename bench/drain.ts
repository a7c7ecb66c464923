import { setTimeout as wait } from "node:timers/promises";
import { taskResource } from "../tasks/contract/taskRequest.ts";
import { MESSAGE } from "./delivery.ts";
import type { NoopStack } from "./noopStack.ts";

/** What it took to take tasks from their queues to their end. */
export interface Drained {
  /** Tasks done per second, until the last. */
  readonly perSecond: number;
  /** Processor time of the local cloud, in microseconds a task. */
  readonly processorUs: number;
}

const TIMEOUT_MS = 60_000;
/** Until then, what the worker has said of the last tasks has come. */
const LAST_LINES_MS = 100;

/** Fills the paused queues, resumes them, and waits until all tasks are done. */
export async function drain(stack: NoopStack, count: number): Promise<Drained> {
  await stack.client.pauseQueues();
  await stack.client.createTasks(count, () =>
    taskResource("send-email", MESSAGE, { dispatchDeadline: "60s" }),
  );
  let done = 0;
  let forget = (): void => undefined;
  const allDone = new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new Error(`Of ${count} tasks, ${done} were done in ${TIMEOUT_MS / 1000} s.`));
    }, TIMEOUT_MS);
    const off = stack.events.on("deliveryFinished", ({ end, status, error }) => {
      if (end !== "done") reject(new Error(`A delivery failed: ${error ?? status}`));
      done += 1;
      if (done === count) resolve();
    });
    forget = () => {
      clearTimeout(timer);
      off();
    };
  });
  const before = process.cpuUsage();
  const start = performance.now();
  try {
    await Promise.all([stack.client.resumeQueues(), allDone]);
    const seconds = (performance.now() - start) / 1000;
    await wait(LAST_LINES_MS);
    const { user, system } = process.cpuUsage(before);
    return { perSecond: count / seconds, processorUs: (user + system) / count };
  } finally {
    forget();
  }
}
