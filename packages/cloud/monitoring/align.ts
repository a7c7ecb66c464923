import type { Aligner } from "./aligners.ts";
import { invalidField } from "./invalidField.ts";
import type { Point, SeriesSet, Value } from "./timeSeries.ts";

export interface Alignment {
  readonly name: string;
  readonly aligner: Aligner;
  readonly periodMs: number;
  readonly startTime: number;
  readonly endTime: number;
}

/**
 * Makes one point of each period. The periods are counted back from the end of the interval; those are
 * shown that end within it.
 */
export function align(set: SeriesSet, alignment: Alignment): SeriesSet {
  const { aligner, periodMs } = alignment;
  const { kind = set.kind, valueType = set.valueType, unit = (u: string) => u } = aligner;
  const combine = combination(set, alignment);
  return {
    ...set,
    kind,
    valueType,
    unit: unit(set.unit),
    periodMs,
    series: set.series.map((one) => ({
      ...one,
      points: alignPoints(one.points, alignment, combine),
    })),
  };
}

function combination(
  { kind, valueType }: SeriesSet,
  { name, aligner, periodMs }: Alignment,
): (values: readonly Value[]) => Value {
  const { kinds, numbers, distributions } = aligner;
  if (kinds.includes(kind)) {
    if (valueType === "DISTRIBUTION" && distributions) {
      return (values) => distributions(values.filter((value) => typeof value === "object"));
    }
    if (valueType !== "DISTRIBUTION" && numbers) {
      return (values) =>
        numbers(
          values.filter((value) => typeof value === "number"),
          periodMs,
        );
    }
  }
  throw invalidField(
    "aggregation.perSeriesAligner",
    name,
    `The aligner cannot be applied to metrics with kind ${kind} and value type ${valueType}.`,
  );
}

function alignPoints(
  points: readonly Point[],
  { aligner, periodMs, startTime, endTime }: Alignment,
  combine: (values: readonly Value[]) => Value,
): Point[] {
  /** By how many periods before the last it is. */
  const periods = new Map<number, Value[]>();
  for (const { end, value } of points) {
    const before = Math.floor((endTime - end) / periodMs);
    if (end > endTime || endTime - before * periodMs <= startTime) continue;
    const values = periods.get(before) ?? [];
    values.push(value);
    periods.set(before, values);
  }
  const used = [...periods.keys()];
  if (aligner.isFilled === true && used.length > 0) {
    for (let i = Math.min(...used); i < Math.max(...used); i++) {
      if (!periods.has(i)) periods.set(i, []);
    }
  }
  return [...periods]
    .sort(([a], [b]) => b - a)
    .map(([before, values]) => ({ end: endTime - before * periodMs, value: combine(values) }));
}
