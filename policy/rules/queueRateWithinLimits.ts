import { titleOf, type Resource } from "../resource.ts";
import type { StackRule } from "../rule.ts";
import { sendingQueues } from "../workers.ts";
import { at, isMissing, number } from "../values.ts";

interface Limits extends Readonly<Record<string, number>> {
  readonly maxDispatchesPerSecond: number;
  readonly maxConcurrentDispatches: number;
}

export const queueRateWithinLimits: StackRule<Limits> = {
  kind: "stack",
  name: "queue-rate-within-limits",
  severity: "mandatory",
  description:
    "Every queue but that of dead letters says how fast and how many at once it dispatches, within what " +
    "Cloud Tasks allows.",
  settings: {
    maxDispatchesPerSecond: { description: "Dispatches a second, at most.", default: 500 },
    maxConcurrentDispatches: { description: "Dispatches at once, at most.", default: 5000 },
  },
  check(resources, limits) {
    return sendingQueues(resources).flatMap((queue) =>
      problems(queue, limits).map((message) => ({ resource: queue, message })),
    );
  },
};

function problems(queue: Resource, limits: Limits): string[] {
  return Object.entries(limits).flatMap(([key, limit]) => {
    const value = at(queue.properties, "rateLimits", key);
    const advice = `set it to a number above 0 and at most ${limit}`;
    if (isMissing(value)) return [`${titleOf(queue)} has no 'rateLimits.${key}'; ${advice}.`];
    const rate = number(value);
    if (rate === undefined || (rate > 0 && rate <= limit)) return [];
    return [`${titleOf(queue)} has 'rateLimits.${key}' '${rate}'; ${advice}.`];
  });
}
