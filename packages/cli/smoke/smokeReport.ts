import { table } from "../command/table.ts";
import type { Ping } from "./pingQueue.ts";

/** What became of the pings, by the queue's name in `tasks/queues.ts`. */
export type Pings = readonly (readonly [queue: string, ping: Ping])[];

/** The pings, for a program to read: one object a queue. */
export function jsonReport(pings: Pings): string {
  return JSON.stringify(pings.map(([queue, ping]) => ({ queue, ...ping })));
}

/** The same for a person. */
export function tableReport(pings: Pings, width: number): string {
  const rows = pings.map(([queue, { hasArrived, deliveries, ms, diagnosis }]) => {
    const seconds = `${(ms / 1000).toFixed(1)} s`;
    return [
      queue,
      hasArrived ? `arrived in ${seconds}` : `not here after ${seconds}`,
      `${deliveries}`,
      diagnosis?.status ?? "204",
      diagnosis?.meaning ?? "",
    ];
  });
  return table(["Queue", "Ping", "Deliveries", "Last answer", "What it means"], rows, {
    width,
    numbers: ["Deliveries"],
  });
}
