import { firesAt, type Cron } from "./cron.ts";

/** A change of a zone's clocks, and the wall-clock times that it skips or repeats, told as if they were UTC. */
export interface ClockChange {
  readonly kind: "skips" | "repeats";
  readonly from: Date;
  readonly to: Date;
}

/**
 * The next change of the zone's clocks, within a year of `now`, whose skipped or repeated time the schedule
 * fires in. Cloud Scheduler may then run it unexpectedly, twice or not at all.
 */
export function clockChangeAt(cron: Cron, timeZone: string, now: Date): ClockChange | undefined {
  return clockChanges(timeZone, now).find(({ from, to }) => {
    for (let ms = from.getTime(); ms < to.getTime(); ms += MINUTE_MS) {
      if (firesAt(cron, new Date(ms))) return true;
    }
    return false;
  });
}

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

function clockChanges(timeZone: string, now: Date): ClockChange[] {
  const offsetMs = offsetIn(timeZone);
  const start = Math.floor(now.getTime() / DAY_MS) * DAY_MS;
  const changes: ClockChange[] = [];
  for (let day = start; day < start + 366 * DAY_MS; day += DAY_MS) {
    const before = offsetMs(day);
    const after = offsetMs(day + DAY_MS);
    if (before === after) continue;

    let [early, late] = [day, day + DAY_MS];
    while (late - early > MINUTE_MS) {
      const middle = early + Math.floor((late - early) / MINUTE_MS / 2) * MINUTE_MS;
      if (offsetMs(middle) === before) early = middle;
      else late = middle;
    }
    changes.push({
      kind: after > before ? "skips" : "repeats",
      from: new Date(late + Math.min(before, after)),
      to: new Date(late + Math.max(before, after)),
    });
  }
  return changes;
}

/** The least offset from UTC, in milliseconds, that the zone's clocks have in a year. It is the same whenever it is asked. */
export function leastOffsetMs(timeZone: string): number {
  const offsetMs = offsetIn(timeZone);
  return Math.min(...Array.from({ length: 12 }, (_, month) => offsetMs(Date.UTC(2026, month, 15))));
}

/** Tells the zone's offset from UTC at a time, in milliseconds. */
export function offsetIn(timeZone: string): (ms: number) => number {
  const format = new Intl.DateTimeFormat("en-US", { timeZone, timeZoneName: "longOffset" });
  return (ms) => {
    const parts = format.formatToParts(ms);
    const text = parts.find(({ type }) => type === "timeZoneName")?.value ?? "GMT";
    const [, sign, hours = "0", minutes = "0"] = /^GMT([+-])(\d\d):(\d\d)/.exec(text) ?? [];
    return (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * MINUTE_MS;
  };
}
