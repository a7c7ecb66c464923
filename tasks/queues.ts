import type { QueueSettings } from "./contract/contract.ts";
import type { WorkerName } from "./workers.ts";

/**
 * Every queue, in Cloud Tasks' own words. A stack may override any setting in `Pulumi.<stack>.yaml`.
 * To give a queue up, mark it `retired: true`, deploy, let it drain, and then remove it.
 */
export const queues = {
  email: {
    rateLimits: { maxDispatchesPerSecond: 20, maxConcurrentDispatches: 10 },
    retryConfig: { maxAttempts: 8, minBackoff: "5s", maxBackoff: "600s", maxDoublings: 5 },
    dispatchDeadline: "60s",
  },
  default: {
    rateLimits: { maxDispatchesPerSecond: 50, maxConcurrentDispatches: 20 },
    retryConfig: { maxAttempts: 10, minBackoff: "10s", maxBackoff: "900s", maxDoublings: 6 },
    dispatchDeadline: "300s",
  },
} as const satisfies Record<string, QueueSettings<WorkerName>>;

export type QueueName = keyof typeof queues;
