import { isTaskQueue, QUEUE, titleOf } from "../resource.ts";
import type { ResourceRule } from "../rule.ts";
import { at, isMissing, number } from "../values.ts";

export const queueAttemptsFinite: ResourceRule = {
  kind: "resource",
  name: "queue-attempts-finite",
  severity: "mandatory",
  description:
    "Every queue but the dead-letter queue says after how many deliveries a task is given up.",
  types: [QUEUE],
  check(queue) {
    if (!isTaskQueue(queue)) return [];
    const value = at(queue.properties, "retryConfig", "maxAttempts");
    if (isMissing(value)) {
      return [`${titleOf(queue)} has no 'retryConfig.maxAttempts'; set it to a number above 0.`];
    }
    const maxAttempts = number(value);
    if (maxAttempts === undefined || maxAttempts > 0) return [];
    return [
      `${titleOf(queue)} has 'retryConfig.maxAttempts' '${maxAttempts}', with which a task that fails never ` +
        "ends; set it to a number above 0.",
    ];
  },
};
