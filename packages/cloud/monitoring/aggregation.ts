import type { Decoded } from "../api/decoded.ts";
import { durationToMs } from "../api/protoTime.ts";
import { NotEmulatedError } from "../api/notEmulated.ts";
import type { MessageType } from "../api/protoJson.ts";
import { ALIGNERS, type Aligner } from "./aligners.ts";
import { selectorOf } from "./filter.ts";
import { invalidField } from "./invalidField.ts";
import { REDUCERS, type Reduction } from "./reduce.ts";

/** What is to be made of the recorded series: first of each, then of several. */
export interface Aggregation {
  /** `undefined` for the points as they were recorded. */
  readonly alignment:
    { readonly name: string; readonly aligner: Aligner; readonly periodMs: number } | undefined;
  readonly reduction: Reduction | undefined;
}

/** In the order of their numbers, with gaps. */
const ALIGNER_NAMES =
  "NONE DELTA RATE INTERPOLATE NEXT_OLDER - - - - - MIN MAX MEAN COUNT SUM STDDEV COUNT_TRUE FRACTION_TRUE PERCENTILE_99 PERCENTILE_95 PERCENTILE_50 PERCENTILE_05 - PERCENT_CHANGE COUNT_FALSE";
const REDUCER_NAMES =
  "NONE MEAN MIN MAX SUM STDDEV COUNT COUNT_TRUE FRACTION_TRUE PERCENTILE_99 PERCENTILE_95 PERCENTILE_50 PERCENTILE_05 - - COUNT_FALSE";

/** https://cloud.google.com/monitoring/api/ref_v3/rest/v3/Aggregation */
export const aggregationMessage = {
  alignmentPeriod: "duration",
  perSeriesAligner: { enum: prefixed("ALIGN", ALIGNER_NAMES) },
  crossSeriesReducer: { enum: prefixed("REDUCE", REDUCER_NAMES) },
  groupByFields: { repeated: "string" },
} as const satisfies MessageType;

/** Throws INVALID_ARGUMENT for what Google would refuse, UNIMPLEMENTED for what is not emulated. */
export function readAggregation(aggregation: Decoded<typeof aggregationMessage>): Aggregation {
  const { perSeriesAligner = "ALIGN_NONE", crossSeriesReducer = "REDUCE_NONE" } = aggregation;
  const aligner = known(ALIGNERS, perSeriesAligner, "ALIGN_NONE", "perSeriesAligner");
  const reducer = known(REDUCERS, crossSeriesReducer, "REDUCE_NONE", "crossSeriesReducer");
  if (aligner === undefined) {
    if (reducer === undefined) return { alignment: undefined, reduction: undefined };
    throw invalidField(
      "aggregation.perSeriesAligner",
      "ALIGN_NONE",
      `Series must be aligned before '${crossSeriesReducer}' can be applied to them.`,
    );
  }
  const { alignmentPeriod = "", groupByFields = [] } = aggregation;
  const periodMs = alignmentPeriod === "" ? 0 : durationToMs(alignmentPeriod);
  if (periodMs < MIN_PERIOD_MS || periodMs > MAX_PERIOD_MS) {
    throw invalidField(
      "aggregation.alignmentPeriod",
      alignmentPeriod,
      `The alignment period of '${perSeriesAligner}' must be from 60 seconds to 104 weeks.`,
    );
  }
  return {
    alignment: { name: perSeriesAligner, aligner, periodMs },
    reduction: reducer && {
      name: crossSeriesReducer,
      reducer,
      groupBy: groupByFields.map(readGroupBy),
    },
  };
}

const MIN_PERIOD_MS = 60_000;
const MAX_PERIOD_MS = 104 * 7 * 86_400_000;

function known<T>(
  table: Readonly<Record<string, T>>,
  name: string,
  none: string,
  field: string,
): T | undefined {
  if (name === none) return undefined;
  const found = table[name];
  if (found !== undefined) return found;
  throw new NotEmulatedError(
    `aggregation.${field} = ${name}`,
    `Emulated are ${[none, ...Object.keys(table)].join(", ")}.`,
  );
}

function readGroupBy(field: string): string {
  const selector = selectorOf(field);
  if (selector !== undefined) return selector;
  throw invalidField(
    "aggregation.groupByFields",
    field,
    "It must be 'metric.type', 'resource.type', or 'metric.labels.' or 'resource.labels.' and the key of a label.",
  );
}

function prefixed(prefix: string, names: string): string[] {
  const list: string[] = [];
  for (const [number, name] of names.split(" ").entries()) {
    if (name !== "-") list[number] = `${prefix}_${name}`;
  }
  return list;
}
