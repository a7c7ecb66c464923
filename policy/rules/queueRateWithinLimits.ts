import { QUEUE, titleOf } from "../resource.ts";
import type { ResourceRule } from "../rule.ts";
import { at, isMissing, number } from "../values.ts";

interface Limits extends Readonly<Record<string, number>> {
  readonly maxDispatchesPerSecond: number;
  readonly maxConcurrentDispatches: number;
}

export const queueRateWithinLimits: ResourceRule<Limits> = {
  kind: "resource",
  name: "queue-rate-within-limits",
  severity: "mandatory",
  description:
    "A queue that sends says how fast and how many at once it dispatches, within what " +
    "Cloud Tasks allows.",
  settings: {
    maxDispatchesPerSecond: { description: "Dispatches a second, at most.", default: 500 },
    maxConcurrentDispatches: { description: "Dispatches at once, at most.", default: 5000 },
  },
  types: [QUEUE],
  check(queue, limits) {
    const sends = !isMissing(at(queue.properties, "httpTarget"));
    return Object.entries(limits).flatMap(([key, limit]) => {
      const value = at(queue.properties, "rateLimits", key);
      const advice = `set it to a number above 0 and at most ${limit}`;
      if (isMissing(value)) {
        return sends ? [`${titleOf(queue)} has no 'rateLimits.${key}'; ${advice}.`] : [];
      }
      const rate = number(value);
      if (rate === undefined || (rate > 0 && rate <= limit)) return [];
      return [`${titleOf(queue)} has 'rateLimits.${key}' '${rate}'; ${advice}.`];
    });
  },
};
