import { queueName } from "../api/resourceNames.ts";
import type { Call, Method } from "../api/method.ts";

/** What counts the deliveries and calls of queues, by their full names, for Monitoring. */
export interface QueueMeter {
  /** Goes before every change of a queue. */
  catchUp(now: number): void;
  /**
   * Goes before the queue learns of the delivery's end.
   *
   * @param status the HTTP status of the answer, 0 where there was none
   * @param delayMs from when the delivery was due to when it began
   */
  delivery(queue: string, status: number, timedOut: boolean, delayMs: number, now: number): void;
  call(queue: string, method: string, status: number, now: number): void;
}

/** Records how a call was answered, where it is one of Cloud Tasks on a queue that is there. */
export function countCall(
  meter: QueueMeter,
  method: Method,
  call: Call,
  status: number,
  now: number,
): void {
  if (call.params["queue"] === undefined || !method.service.startsWith("google.cloud.tasks.")) {
    return;
  }
  meter.call(queueName(call), method.name, status, now);
}
