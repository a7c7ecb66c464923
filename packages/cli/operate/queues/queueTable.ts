import { table } from "../../command/table.ts";
import { countWords, spanWords, whenWords } from "../../command/words.ts";
import type { QueueView } from "./queueViews.ts";

const HEAD = [
  ...["Queue", "State", "Tasks", "Oldest due", "Delivered last min", "In flight"],
  ...["Rate now / asked", "Drains in"],
];

/** Queues for a person. */
export function queueTable(views: readonly QueueView[], now: number, width: number): string {
  const rows = views.map((view) => [
    view.key,
    view.state,
    countWords(view.tasks),
    view.oldestDue === undefined ? "-" : whenWords(view.oldestDue, now),
    countWords(view.deliveredLastMinute),
    `${countWords(view.inFlight)} of ${countWords(view.mostInFlight)}`,
    `${rateWords(view.rate)} / ${rateWords(view.askedRate)} per s`,
    view.drainsInMs === undefined ? "-" : spanWords(view.drainsInMs),
  ]);
  return table(HEAD, rows, { width, numbers: ["Tasks", "Delivered last min"] });
}

function rateWords(perSecond: number): string {
  return String(Math.round(perSecond * 100) / 100);
}
