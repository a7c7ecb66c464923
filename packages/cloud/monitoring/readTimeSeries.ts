import { msToTimestamp } from "../api/protoTime.ts";
import { NotEmulatedError } from "../api/notEmulated.ts";
import { missingMetric } from "./alertMetrics.ts";
import { align } from "./align.ts";
import { parseFilter, type Comparison } from "./filter.ts";
import { invalidField } from "./invalidField.ts";
import type { MetricSource, MetricType } from "./metricSource.ts";
import { reduce } from "./reduce.ts";
import { fieldOf, type Point, type SeriesSet } from "./timeSeries.ts";
import type { TimeSeriesRequest } from "./timeSeriesRequest.ts";

/** What a request asks for, of what was recorded until now. */
export type AskedSeries = Omit<TimeSeriesRequest, "isHeadersOnly">;

/**
 * The series that a filter selects, aligned and reduced. Throws NOT_FOUND for a metric that there is not,
 * INVALID_ARGUMENT for what Google would refuse, UNIMPLEMENTED for what is not emulated.
 */
export function readTimeSeries(
  request: AskedSeries,
  sources: readonly MetricSource[],
  now: number,
): SeriesSet {
  const comparisons = parseFilter(request.filter);
  const { metric, source } = metricOf(request.filter, comparisons, sources);
  checkInterval(request, metric);
  return resultOf(select(source.read(metric, now), comparisons), request);
}

/** The one metric type that a filter selects. */
function metricOf(
  filter: string,
  comparisons: readonly Comparison[],
  sources: readonly MetricSource[],
): { readonly metric: MetricType; readonly source: MetricSource } {
  const [type, ...others] = comparisons
    .filter(({ selector }) => selector === "metric.type")
    .map(({ only }) => only);
  if (type === undefined || others.length > 0) {
    const needed = `metric.type = "${sources[0]?.types()[0]?.type ?? ""}"`;
    throw invalidField(
      "filter",
      filter,
      `The filter must specify exactly one metric type, as in '${needed}'.`,
    );
  }
  for (const source of sources) {
    const metric = source.types().find((one) => one.type === type);
    if (metric) return { metric, source };
  }
  if (type.includes(".googleapis.com/") && !WHOLLY_KNOWN.test(type)) {
    const known = sources.flatMap((one) => one.types().map((metric) => metric.type)).join(", ");
    throw new NotEmulatedError(`metric.type = "${type}"`, `Emulated are ${known}.`);
  }
  throw missingMetric(type);
}

/** The services all of whose metrics are here: one that is not is none of theirs. */
const WHOLLY_KNOWN = /^(?:cloudtasks|logging)\.googleapis\.com\//;

/** Google's rule of intervals: https://cloud.google.com/monitoring/api/ref_v3/rest/v3/TimeInterval */
function checkInterval({ startTime, endTime }: AskedSeries, metric: MetricType): void {
  if (startTime < endTime || (startTime === endTime && metric.kind === "GAUGE")) return;
  const kind = metric.kind === "GAUGE" ? "gauge" : "non-gauge";
  throw invalidField(
    "interval.startTime",
    msToTimestamp(startTime),
    `The start time must be before the end time (${msToTimestamp(endTime)}) for the ${kind} metric '${metric.type}'.`,
  );
}

function select(set: SeriesSet, comparisons: readonly Comparison[]): SeriesSet {
  return {
    ...set,
    series: set.series.filter((one) =>
      comparisons.every(({ selector, matches }) => matches(fieldOf(selector, set.metric, one))),
    ),
  };
}

function resultOf(recorded: SeriesSet, request: AskedSeries): SeriesSet {
  const { startTime, endTime } = request;
  const { alignment, reduction } = request.aggregation;
  const isShown = ({ end }: Point): boolean =>
    (end > startTime && end <= endTime) || (end === startTime && startTime === endTime);
  const aligned = alignment
    ? align(recorded, { ...alignment, startTime, endTime })
    : pointsOf(recorded, isShown);
  const filled = pointsOf(aligned, () => true);
  return reduction ? reduce(filled, reduction) : filled;
}

/** The series with those of their points; those that have none are left out. */
function pointsOf(set: SeriesSet, isShown: (point: Point) => boolean): SeriesSet {
  const series = set.series
    .map((one) => ({ ...one, points: one.points.filter(isShown) }))
    .filter(({ points }) => points.length > 0);
  return { ...set, series };
}
