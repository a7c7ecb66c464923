import Table from "cli-table3";
import type { Ping } from "./pingQueue.ts";

/** What became of the pings, by the queue's name in `tasks/queues.ts`. */
export type Pings = readonly (readonly [queue: string, ping: Ping])[];

/** The pings, for a program to read: one object a queue. */
export function jsonReport(pings: Pings): string {
  return JSON.stringify(pings.map(([queue, ping]) => ({ queue, ...ping })));
}

/** The same for a person. */
export function tableReport(pings: Pings): string {
  const table = new Table({
    head: ["Queue", "Ping", "Deliveries", "Last answer", "What it means"],
    colAligns: ["left", "left", "right", "left", "left"],
    colWidths: [null, null, null, null, 70],
    wordWrap: true,
    style: { head: [], border: [] },
  });
  for (const [queue, { hasArrived, deliveries, ms, diagnosis }] of pings) {
    const seconds = `${(ms / 1000).toFixed(1)} s`;
    table.push([
      queue,
      hasArrived ? `arrived in ${seconds}` : `not here after ${seconds}`,
      deliveries,
      diagnosis?.status ?? "204",
      diagnosis?.meaning ?? "",
    ]);
  }
  return table.toString();
}
