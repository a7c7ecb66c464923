import { sumOf, type Distribution } from "./distribution.ts";
import { invalidField } from "./invalidField.ts";
import { fieldOf, type Labels, type Series, type SeriesSet, type Value } from "./timeSeries.ts";

/** What is made of the values that several series have at one time. https://cloud.google.com/monitoring/api/ref_v3/rest/v3/Reducer */
export interface Reducer {
  /** What it can be applied to: numbers or distributions, by what it has a function for. */
  readonly numbers?: (values: readonly number[]) => number;
  readonly distributions?: (values: readonly Distribution[]) => Value;
  /** @default - as it was */
  readonly result?: Partial<Pick<SeriesSet, "kind" | "valueType" | "unit">>;
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

/** Those that are emulated, but `REDUCE_NONE`, which does nothing. */
export const REDUCERS: Readonly<Record<string, Reducer>> = {
  REDUCE_MEAN: {
    numbers: (values) => sum(values) / values.length,
    distributions: (values) => sumOf(values).mean,
    result: { kind: "GAUGE", valueType: "DOUBLE" },
  },
  REDUCE_MIN: { numbers: (values) => values.reduce((a, b) => Math.min(a, b)) },
  REDUCE_MAX: { numbers: (values) => values.reduce((a, b) => Math.max(a, b)) },
  REDUCE_SUM: { numbers: sum, distributions: sumOf },
  REDUCE_COUNT: {
    numbers: (values) => values.length,
    distributions: (values) => values.length,
    result: { kind: "GAUGE", valueType: "INT64", unit: "1" },
  },
};

export interface Reduction {
  readonly name: string;
  readonly reducer: Reducer;
  /** Selectors: `metric.labels.response_code`. */
  readonly groupBy: readonly string[];
}

/** Makes one series of those that are alike in the fields they are grouped by. They are aligned. */
export function reduce(set: SeriesSet, reduction: Reduction): SeriesSet {
  const combine = combination(set, reduction);
  const groups = new Map<string, Series[]>();
  for (const one of set.series) {
    const key = JSON.stringify(reduction.groupBy.map((field) => fieldOf(field, set.metric, one)));
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  const series = [...groups.values()].map((group) => reduceGroup(group, reduction, combine));
  return { ...set, ...reduction.reducer.result, series };
}

function combination(
  { kind, valueType }: SeriesSet,
  { name, reducer: { numbers, distributions } }: Reduction,
): (values: readonly Value[]) => Value {
  if (valueType === "DISTRIBUTION" && distributions) {
    return (values) => distributions(values.filter((value) => typeof value === "object"));
  }
  if (valueType !== "DISTRIBUTION" && numbers) {
    return (values) => numbers(values.filter((value) => typeof value === "number"));
  }
  throw invalidField(
    "aggregation.crossSeriesReducer",
    name,
    `The reducer cannot be applied to metrics with kind ${kind} and value type ${valueType}.`,
  );
}

function reduceGroup(
  group: readonly Series[],
  { groupBy }: Reduction,
  combine: (values: readonly Value[]) => Value,
): Series {
  const at = new Map<number, Value[]>();
  for (const { end, value } of group.flatMap(({ points }) => points)) {
    const values = at.get(end) ?? [];
    values.push(value);
    at.set(end, values);
  }
  const [first] = group;
  return {
    resourceType: first?.resourceType ?? "",
    metricLabels: kept(first?.metricLabels ?? {}, "metric", groupBy),
    // The project is what the series are read from, and always shown.
    resourceLabels: kept(first?.resourceLabels ?? {}, "resource", [
      ...groupBy,
      "resource.labels.project_id",
    ]),
    points: [...at]
      .sort(([a], [b]) => a - b)
      .map(([end, values]) => ({ end, value: combine(values) })),
  };
}

function kept(labels: Labels, of: "metric" | "resource", selectors: readonly string[]): Labels {
  return Object.fromEntries(
    Object.entries(labels).filter(([key]) => selectors.includes(`${of}.labels.${key}`)),
  );
}
