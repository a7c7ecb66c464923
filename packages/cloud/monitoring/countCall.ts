import { queueName } from "../api/resourceNames.ts";
import type { Call, Method } from "../api/method.ts";
import type { QueueMetrics } from "./queueMetrics.ts";

/** Records how a call was answered, where it is one of Cloud Tasks on a queue that is there. */
export function countCall(
  metrics: QueueMetrics,
  method: Method,
  call: Call,
  status: number,
  now: number,
): void {
  if (call.params["queue"] === undefined || !method.service.startsWith("google.cloud.tasks.")) {
    return;
  }
  metrics.call(queueName(call), method.name, status, now);
}
