import { drain } from "../drain.ts";
import type { Result } from "../figure.ts";
import { startNoopStack } from "../noopStack.ts";

const WARM_UP_TASKS = 5000;
const TASKS = 500;
const PAIRS = 100;

/** What the log metrics and alert policies of the stack cost the local cloud, by processor time a task. */
export async function measureWatched(): Promise<Result[]> {
  await using watched = await startNoopStack();
  await using unwatched = await startNoopStack(undefined, { isWatched: false });
  const runs: number[] = [];
  const bareRuns: number[] = [];
  await drain(watched, WARM_UP_TASKS);
  await drain(unwatched, WARM_UP_TASKS);
  const sides = [
    [watched, runs],
    [unwatched, bareRuns],
  ] as const;
  for (let n = 0; n < PAIRS; n += 1) {
    for (const [stack, into] of n % 2 === 0 ? sides : sides.toReversed()) {
      into.push((await drain(stack, TASKS)).processorUs);
    }
  }
  return [
    {
      figure: "local cloud: processor time a task, log metrics and alerts of the stack",
      unit: "µs",
      runs,
      baseline: { name: "the same without them", runs: bareRuns },
      target: { of: "ratio", atMost: 1.1 },
    },
  ];
}
