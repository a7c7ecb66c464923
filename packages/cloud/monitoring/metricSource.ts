import { KEPT_MINUTES, MINUTE_MS, type MinuteSeries } from "./minuteSeries.ts";
import type { Labels, MetricKind, Point, SeriesSet, Value, ValueType } from "./timeSeries.ts";

/** A metric, as its descriptor shows it. */
export interface MetricType {
  readonly type: string;
  readonly kind: MetricKind;
  readonly valueType: ValueType;
  readonly unit: string;
  readonly displayName: string;
  readonly description: string;
  /** What each label says. */
  readonly labels: Labels;
  /** The monitored resources that it is of; none where it may be of any. */
  readonly resourceTypes: readonly string[];
}

/** Where metrics are recorded. */
export interface MetricSource {
  /** The metrics that there are. */
  types(): readonly MetricType[];
  /** The time series of one of them. The minute that is under way is not in them. */
  read(metric: MetricType, now: number): SeriesSet;
}

/** The points of a series, from the oldest to the newest. */
export function pointsOf(series: MinuteSeries<Value>, kind: MetricKind, now: number): Point[] {
  // What is of an instant is of that in which its minute begins, a count is of all of its minute.
  const endsAfter = kind === "GAUGE" ? 0 : 1;
  const last = Math.floor(now / MINUTE_MS) - endsAfter;
  return Array.from(series.between(last - KEPT_MINUTES + 1, last), ([minute, value]): Point => ({
    end: (minute + endsAfter) * MINUTE_MS,
    value,
  }));
}
