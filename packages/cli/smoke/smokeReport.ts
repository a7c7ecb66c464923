import { table } from "../command/table.ts";
import type { Ping } from "./pingQueue.ts";

/** What became of the ping of a queue. */
export interface QueuePing extends Ping {
  /** The queue's name in `tasks/queues.ts`. */
  readonly queue: string;
  /** The worker that it went to. @default - there is but one */
  readonly worker?: string;
}

/** The pings, for a program to read: one object a queue. */
export function jsonReport(pings: readonly QueuePing[]): string {
  return JSON.stringify(pings);
}

/** The same for a person. */
export function tableReport(pings: readonly QueuePing[], width: number): string {
  const areSeveral = pings.some(({ worker }) => worker !== undefined);
  const rows = pings.map(({ queue, worker = "", hasArrived, deliveries, ms, diagnosis }) => {
    const seconds = `${(ms / 1000).toFixed(1)} s`;
    const missing = ms === 0 ? "not sent" : `not here after ${seconds}`;
    return [
      queue,
      ...(areSeveral ? [worker] : []),
      hasArrived ? `arrived in ${seconds}` : missing,
      `${deliveries}`,
      diagnosis?.status ?? "204",
      diagnosis?.meaning ?? "",
    ];
  });
  const headings = ["Queue", ...(areSeveral ? ["Worker"] : []), "Ping", "Deliveries"];
  return table([...headings, "Last answer", "What it means"], rows, {
    width,
    numbers: ["Deliveries"],
  });
}
