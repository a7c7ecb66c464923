/** The first time after `time`; `undefined` where there is none. */
export type Next = (time: number) => number | undefined;

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** No clock is put forward or back by more, nor twice within as long. */
const CHANGE_MS = 3 * HOUR_MS;

/**
 * Answers as `next` does, and asks it once an hour: from one time to the next in the same hour there is only the
 * minute to look at, and a cron library looks at everything. Near a change of the zone's clocks it asks each time.
 */
export function runsOfAnHour(
  minutes: ReadonlySet<number>,
  /** The zone's offset from UTC at a time. */
  offsetMs: (time: number) => number,
  next: Next,
): Next {
  /** From a time that `next` has found to the end of its hour on the zone's clocks. */
  let known: { readonly from: number; readonly end: number } | undefined;

  return (time) => {
    if (known && time >= known.from && time < known.end) {
      const hour = known.end - HOUR_MS;
      const first = Math.floor((time - hour) / MINUTE_MS) + 1;
      for (let minute = first; minute < 60; minute++) {
        if (minutes.has(minute)) return hour + minute * MINUTE_MS;
      }
    }
    const from = next(time);
    known = from === undefined ? undefined : restOfHour(from, offsetMs);
    return from;
  };
}

function restOfHour(from: number, offsetMs: (time: number) => number) {
  const offset = offsetMs(from - CHANGE_MS);
  if (offset !== offsetMs(from + CHANGE_MS)) return undefined;
  const clock = from + offset;
  return { from, end: from + HOUR_MS - (((clock % HOUR_MS) + HOUR_MS) % HOUR_MS) };
}
