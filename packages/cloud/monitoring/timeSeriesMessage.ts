import { msToTimestamp } from "../api/protoTime.ts";
import type { MessageType } from "../api/protoJson.ts";
import {
  METRIC_KINDS,
  VALUE_TYPES,
  type Point,
  type Series,
  type SeriesSet,
} from "./timeSeries.ts";

/** The enums in the answer to a ListTimeSeries. */
export const timeSeriesAnswer: MessageType = {
  timeSeries: {
    repeated: { message: { metricKind: { enum: METRIC_KINDS }, valueType: { enum: VALUE_TYPES } } },
  },
};

/** A part of the answer to a ListTimeSeries. */
export interface TimeSeriesPage {
  readonly timeSeries: object[];
  /** Where the next part begins; `undefined` where there is none. */
  readonly next: number | undefined;
}

/** Up to `size` points from the `offset`-th on, across all series: each has its newest point first. */
export function pageOfPoints(set: SeriesSet, offset: number, size: number): TimeSeriesPage {
  const timeSeries: object[] = [];
  let skipped = 0;
  let shown = 0;
  for (const one of set.series) {
    const from = Math.max(0, offset - skipped);
    const points = one.points.toReversed().slice(from, from + size - shown);
    skipped += one.points.length;
    if (points.length === 0) continue;
    shown += points.length;
    timeSeries.push({ ...header(set, one), points: points.map((point) => render(set, point)) });
  }
  return { timeSeries, next: skipped > offset + shown ? offset + shown : undefined };
}

/** Up to `size` series without their points, from the `offset`-th on. */
export function pageOfHeaders(set: SeriesSet, offset: number, size: number): TimeSeriesPage {
  const page = set.series.slice(offset, offset + size);
  const end = offset + page.length;
  return {
    timeSeries: page.map((one) => header(set, one)),
    next: end < set.series.length ? end : undefined,
  };
}

function header({ metric, kind, valueType }: SeriesSet, series: Series): object {
  const { metricLabels, resourceType, resourceLabels } = series;
  return {
    metric: { ...(Object.keys(metricLabels).length > 0 && { labels: metricLabels }), type: metric },
    resource: { type: resourceType, labels: resourceLabels },
    metricKind: kind,
    valueType,
  };
}

function render({ kind, valueType, periodMs }: SeriesSet, { end, value }: Point): object {
  const start = kind === "GAUGE" ? end : end - periodMs;
  return {
    interval: { startTime: msToTimestamp(start), endTime: msToTimestamp(end) },
    value:
      typeof value === "object"
        ? { distributionValue: value.toJSON() }
        : valueType === "INT64"
          ? { int64Value: String(value) }
          : { doubleValue: value },
  };
}
