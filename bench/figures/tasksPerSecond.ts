import { taskResource } from "../../tasks/contract/taskRequest.ts";
import { deliveryRequest, MESSAGE } from "../delivery.ts";
import type { Result } from "../figure.ts";
import { startLoadGenerator } from "../load.ts";
import { startNoopStack, type NoopStack } from "../noopStack.ts";

const WARM_UP_TASKS = 3000;
const TASKS = 10_000;
const RUNS = 3;
const DIRECT_MS = 2000;
const DIRECT_CONNECTIONS = 50;
const TIMEOUT_MS = 30_000;

/** How many tasks a second the local cloud takes from its queues to their end, when handlers do nothing. */
export async function measureTasksPerSecond(): Promise<Result[]> {
  await using stack = await startNoopStack();
  await using load = startLoadGenerator();
  const direct = deliveryRequest(idOf(stack.queues[0] ?? ""), stack.invoker);
  const runs: number[] = [];
  const directRuns: number[] = [];
  await drain(stack, WARM_UP_TASKS);
  for (let n = 0; n < RUNS; n += 1) {
    runs.push(await drain(stack, TASKS));
    directRuns.push(
      await load.run({
        ...direct,
        port: stack.workerPort,
        connections: DIRECT_CONNECTIONS,
        durationMs: DIRECT_MS,
      }),
    );
  }
  return [
    {
      figure: `local cloud: tasks done, ${stack.queues.length} queues`,
      unit: "/s",
      runs,
      baseline: { name: "the same worker, asked directly", runs: directRuns },
      target: { of: "figure", atLeast: 6000 },
    },
  ];
}

/** Fills the paused queues, resumes them, and returns the tasks done per second until the last. */
async function drain(stack: NoopStack, count: number): Promise<number> {
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
  const start = performance.now();
  try {
    await Promise.all([stack.client.resumeQueues(), allDone]);
    return count / ((performance.now() - start) / 1000);
  } finally {
    forget();
  }
}

/** The last part of a full name. */
function idOf(name: string): string {
  return name.slice(name.lastIndexOf("/") + 1);
}
