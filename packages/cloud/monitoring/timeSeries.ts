import type { Distribution } from "./distribution.ts";

/*
 * Time series as they are worked on: what was recorded, then aligned, then reduced.
 * https://cloud.google.com/monitoring/api/ref_v3/rest/v3/TimeSeries
 */

/** In the order of their numbers. */
export const METRIC_KINDS = ["METRIC_KIND_UNSPECIFIED", "GAUGE", "DELTA", "CUMULATIVE"] as const;
export const VALUE_TYPES = [
  "VALUE_TYPE_UNSPECIFIED",
  "BOOL",
  "INT64",
  "DOUBLE",
  "STRING",
  "DISTRIBUTION",
  "MONEY",
] as const;

export type MetricKind = "GAUGE" | "DELTA";
export type ValueType = "INT64" | "DOUBLE" | "DISTRIBUTION";
export type Value = number | Distribution;
export type Labels = Readonly<Record<string, string>>;

/** A value: at `end` where the metric is a GAUGE, of the whole period before it where it is a DELTA. */
export interface Point {
  readonly end: number;
  readonly value: Value;
}

export interface Series {
  readonly metricLabels: Labels;
  /** The monitored resource: `cloud_tasks_queue`. */
  readonly resourceType: string;
  readonly resourceLabels: Labels;
  /** From the oldest to the newest. */
  readonly points: readonly Point[];
}

/** Series of one metric, which are all of the same kind. */
export interface SeriesSet {
  readonly metric: string;
  readonly kind: MetricKind;
  readonly valueType: ValueType;
  readonly unit: string;
  /** From one point to the next. */
  readonly periodMs: number;
  readonly series: readonly Series[];
}

/** The value of a selector such as `metric.labels.response_code`; empty for a label that there is not. */
export function fieldOf(selector: string, metric: string, labels: Omit<Series, "points">): string {
  if (selector === "metric.type") return metric;
  if (selector === "resource.type") return labels.resourceType;
  const [of, , key = ""] = selector.split(".");
  const own = of === "metric" ? labels.metricLabels : labels.resourceLabels;
  return (Object.hasOwn(own, key) ? own[key] : undefined) ?? "";
}
