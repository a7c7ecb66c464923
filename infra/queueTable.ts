import * as pulumi from "@pulumi/pulumi";
import type { QueueTable } from "../tasks/contract/environment.ts";
import type { QueueConfig } from "./config/config.ts";
import type { QueueNames } from "./queueNames.ts";

/** The value of `TASKS_QUEUES`: the queues as they are deployed, as the worker and producers read them. */
export function queueTable(
  queues: Readonly<Record<string, QueueConfig>>,
  names: QueueNames,
): pulumi.Output<string> {
  const entries = Object.entries(queues).map(([key, queue]) =>
    names.full(key).apply((name): [string, QueueTable[string]] => [
      key,
      {
        name,
        dispatchDeadline: queue.dispatchDeadline,
        maxAttempts: queue.retryConfig.maxAttempts,
        maxDeliveries: queue.maxDeliveries,
        ...(queue.retired === true && { retired: true }),
      },
    ]),
  );
  return pulumi.all(entries).apply((table) => JSON.stringify(Object.fromEntries(table)));
}
