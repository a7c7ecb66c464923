/**
 * The day that `at` belongs to, `YYYY-MM-DD`, where a day of `timeZone` begins at `dayStartsAt` (`HH:MM`):
 * the local date on which the clock last showed that time.
 */
export function digestDate(at: Date, timeZone: string, dayStartsAt: string): string {
  const { date, time } = wallClock(at.getTime(), timeZone);
  const hasBegun =
    time >= dayStartsAt || firstMomentOf(date, dayStartsAt, timeZone) <= at.getTime();
  return hasBegun ? date : dayBefore(date);
}

const HOUR_MS = 60 * 60 * 1000;
const DAY_MS = 24 * HOUR_MS;

/**
 * When the clock first showed a time on a day. Where clocks are put back it shows it twice, so that a day
 * may have begun though the clock is before its start again. `Infinity` for a time that is skipped.
 */
function firstMomentOf(date: string, time: string, timeZone: string): number {
  const wall = Date.parse(`${date}T${time}:00Z`);
  const moments = [wall - DAY_MS, wall + DAY_MS]
    .map((near) => wall - offsetMs(near, timeZone))
    .filter((moment) => {
      const shown = wallClock(moment, timeZone);
      return shown.date === date && shown.time === time;
    });
  return Math.min(...moments);
}

/** How far the clock of a zone is ahead of UTC. */
function offsetMs(moment: number, timeZone: string): number {
  const { date, time, second } = wallClock(moment, timeZone);
  return Date.parse(`${date}T${time}:${second}Z`) - Math.floor(moment / 1000) * 1000;
}

function wallClock(
  moment: number,
  timeZone: string,
): { readonly date: string; readonly time: string; readonly second: string } {
  // Swedish writes dates as ISO 8601 does: 2026-11-24 07:00:00.
  const text = new Intl.DateTimeFormat("sv-SE", {
    timeZone,
    dateStyle: "short",
    timeStyle: "medium",
  }).format(moment);
  return { date: text.slice(0, 10), time: text.slice(11, 16), second: text.slice(17, 19) };
}

function dayBefore(date: string): string {
  return new Date(Date.parse(`${date}T00:00Z`) - DAY_MS).toISOString().slice(0, 10);
}
