import { firesAt, type Cron } from "./cron.ts";

const MINUTE_MS = 60_000;
const DAY_MINUTES = 24 * 60;
const DAY_MS = DAY_MINUTES * MINUTE_MS;

/** Every date falls on every day of the week within 28 years. */
const FIRST_DAY = Date.UTC(2001, 0, 1);
const LAST_DAY = Date.UTC(2029, 0, 1);

/**
 * The longest time between two runs of a schedule, in minutes, by the clock on the wall: where its zone's clocks
 * change in between, it may be an hour more.
 */
export function longestGapMinutes(cron: Cron): number {
  const minutes = [...cron.hours].flatMap((hour) => [...cron.minutes].map((at) => hour * 60 + at));
  minutes.sort((a, b) => a - b);
  const first = minutes[0] ?? 0;
  const last = minutes.at(-1) ?? 0;
  let longest = Math.max(...minutes.map((at, i) => at - (minutes[i - 1] ?? first)));
  let before: number | undefined;
  for (let day = FIRST_DAY; day < LAST_DAY; day += DAY_MS) {
    if (!firesAt(cron, new Date(day + first * MINUTE_MS))) continue;
    if (before !== undefined) {
      longest = Math.max(longest, ((day - before) / DAY_MS) * DAY_MINUTES + first - last);
    }
    before = day;
  }
  return longest;
}
