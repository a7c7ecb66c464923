import { isTaskQueue, QUEUE, titleOf } from "../resource.ts";
import type { ResourceRule } from "../rule.ts";
import { at, isMissing, number, seconds } from "../values.ts";

export const deliveriesBounded: ResourceRule<{ maxDeliveries: number }> = {
  kind: "resource",
  name: "deliveries-bounded",
  severity: "mandatory",
  description:
    "A task that crashes the worker does so a limited number of times: a queue's `maxAttempts` has a bound, and " +
    "no `maxRetryDuration` extends it.",
  settings: {
    maxDeliveries: { description: "Deliveries of one task, at most.", default: 1000 },
  },
  types: [QUEUE],
  check(queue, { maxDeliveries }) {
    if (!isTaskQueue(queue)) return [];
    const retry = at(queue.properties, "retryConfig");
    const deliveries = number(at(retry, "maxAttempts"));
    const duration = at(retry, "maxRetryDuration");
    // 0 is none; a duration of any other form is one.
    const isExtended =
      typeof duration === "string" && !isMissing(duration) && seconds(duration) !== 0;
    return [
      ...(deliveries === undefined || deliveries <= maxDeliveries
        ? []
        : [
            `${titleOf(queue)} has 'retryConfig.maxAttempts' '${deliveries}'; set it to at most ` +
              `'${maxDeliveries}', with longer back-offs or a shorter outage window.`,
          ]),
      ...(isExtended
        ? [
            `${titleOf(queue)} has 'retryConfig.maxRetryDuration' '${duration}', until which a task is delivered ` +
              "however often it failed; remove it.",
          ]
        : []),
    ];
  },
};
