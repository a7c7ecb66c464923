import { deliveryRequest } from "../delivery.ts";
import { drain } from "../drain.ts";
import type { Result } from "../figure.ts";
import { startLoadGenerator } from "../load.ts";
import { startNoopStack } from "../noopStack.ts";

const WARM_UP_TASKS = 3000;
const TASKS = 10_000;
const RUNS = 3;
const DIRECT_MS = 2000;
const DIRECT_CONNECTIONS = 50;

/** How many tasks a second the local cloud takes from its queues to their end, when handlers do nothing. */
export async function measureTasksPerSecond(): Promise<Result[]> {
  await using stack = await startNoopStack();
  await using load = startLoadGenerator();
  const direct = deliveryRequest(idOf(stack.queues[0] ?? ""), stack.invoker);
  const runs: number[] = [];
  const directRuns: number[] = [];
  await drain(stack, WARM_UP_TASKS);
  for (let n = 0; n < RUNS; n += 1) {
    runs.push((await drain(stack, TASKS)).perSecond);
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

/** The last part of a full name. */
function idOf(name: string): string {
  return name.slice(name.lastIndexOf("/") + 1);
}
