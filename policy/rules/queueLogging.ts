import { QUEUE, titleOf } from "../resource.ts";
import type { ResourceRule } from "../rule.ts";
import { at, isMissing, number } from "../values.ts";

export const queueLogging: ResourceRule<{ minSamplingRatio: number }> = {
  kind: "resource",
  name: "queue-logging",
  severity: "mandatory",
  description: "A queue logs a share of its operations.",
  settings: {
    minSamplingRatio: {
      description: "The least share of a queue's operations that is logged, from 0 to 1.",
      default: 0.1,
    },
  },
  types: [QUEUE],
  check(queue, { minSamplingRatio }) {
    const value = at(queue.properties, "stackdriverLoggingConfig", "samplingRatio");
    const ratio = isMissing(value) ? 0 : number(value);
    if (ratio === undefined || (ratio >= minSamplingRatio && ratio <= 1)) return [];
    return [
      `${titleOf(queue)} has 'stackdriverLoggingConfig.samplingRatio' '${ratio}'; set it to a number from ` +
        `'${minSamplingRatio}' to '1'.`,
    ];
  },
};
