import type { TimeSeries } from "../calls/messages.ts";

/** Values minute by minute, the oldest first; `null` where nothing was measured. */
export type Values = readonly (number | null)[];

const MINUTE_MS = 60_000;

/** Whole minutes: what is aligned is so to the end of what is asked for. */
export function spanOf(
  minutes: number,
  now: number,
): { readonly from: number; readonly to: number } {
  const to = Math.floor(now / MINUTE_MS) * MINUTE_MS;
  return { from: to - minutes * MINUTE_MS, to };
}

/** Every minute from the first that was measured to the last. */
export function timesOf(series: readonly TimeSeries[]): number[] {
  const ends = series.flatMap(({ points }) => points.map(({ interval }) => endOf(interval)));
  if (ends.length === 0) return [];
  const times: number[] = [];
  for (let time = Math.min(...ends); time <= Math.max(...ends); time += MINUTE_MS) times.push(time);
  return times;
}

/** The values of a series at these times. */
export function valuesAt(times: readonly number[], series: readonly TimeSeries[] = []): Values {
  const values = new Map(
    series.flatMap(({ points }) =>
      points.map(({ interval, value }) => [
        endOf(interval),
        value.doubleValue ?? value.int64Value ?? null,
      ]),
    ),
  );
  return times.map((time) => values.get(time) ?? null);
}

function endOf({ endTime }: { readonly endTime: string }): number {
  return Date.parse(endTime);
}
