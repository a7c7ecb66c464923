import { z } from "zod";
import { decode } from "../api/decoded.ts";
import { durationToMs } from "../api/protoTime.ts";
import type { Message } from "../api/protoJson.ts";
import { aggregationMessage, readAggregation } from "./aggregation.ts";
import type { AskedSeries } from "./readTimeSeries.ts";
import type { Labels } from "./timeSeries.ts";

/** A condition of a policy that can be judged here. Times are in milliseconds. */
export type AlertCondition = LogCondition | ThresholdCondition;

/** An entry of a log matches. */
export interface LogCondition {
  readonly kind: "log";
  readonly filter: string;
  /** By label. */
  readonly extractors: Labels;
  /** How long nothing may match until it is over. */
  readonly closeAfterMs: number;
}

/** The newest point of a series, aligned, is beyond a value, for so long. */
export interface ThresholdCondition {
  readonly kind: "threshold";
  readonly asked: Pick<AskedSeries, "filter" | "aggregation">;
  /** How far the newest point looks back, and how often it is looked at. */
  readonly periodMs: number;
  readonly isBeyond: (value: number) => boolean;
  readonly durationMs: number;
  /** Of a series without a point: as it was before, beyond the value, or not. */
  readonly missing: "kept" | "beyond" | "not beyond";
  /** How long there may be no point until an alert of it is over, where it would be kept. */
  readonly closeAfterMs: number;
}

const duration = z.string().transform(durationToMs);

const logSchema = z.object({
  filter: z.string(),
  labelExtractors: z.record(z.string(), z.string()).default({}),
});

const thresholdSchema = z.object({
  filter: z.string(),
  denominatorFilter: z.undefined().optional(),
  forecastOptions: z.undefined().optional(),
  comparison: z.enum(["COMPARISON_GT", "COMPARISON_LT"]),
  thresholdValue: z.number().default(0),
  duration: duration.default(0),
  aggregations: z.array(z.json()).length(1),
  evaluationMissingData: z
    .enum([
      "EVALUATION_MISSING_DATA_UNSPECIFIED",
      "EVALUATION_MISSING_DATA_INACTIVE",
      "EVALUATION_MISSING_DATA_ACTIVE",
      "EVALUATION_MISSING_DATA_NO_OP",
    ])
    .default("EVALUATION_MISSING_DATA_UNSPECIFIED"),
});

const MISSING = {
  EVALUATION_MISSING_DATA_UNSPECIFIED: "kept",
  EVALUATION_MISSING_DATA_NO_OP: "kept",
  EVALUATION_MISSING_DATA_ACTIVE: "beyond",
  EVALUATION_MISSING_DATA_INACTIVE: "not beyond",
} as const;

/** Google's own, where a policy says nothing. */
const AUTO_CLOSE_MS = 7 * 86_400_000;

const policySchema = z.object({
  // Several conditions of which any will do are as many alerts here, as incidents are at Google.
  combiner: z.enum(["COMBINE_UNSPECIFIED", "OR"]).optional(),
  conditions: z.array(
    z.object({
      conditionMatchedLog: logSchema.optional(),
      conditionThreshold: thresholdSchema.optional(),
    }),
  ),
  alertStrategy: z.object({ autoClose: duration.default(AUTO_CLOSE_MS) }).default({
    autoClose: AUTO_CLOSE_MS,
  }),
});

/**
 * The conditions of a policy; `undefined` where one of them, or what joins them, cannot be judged here. Throws a
 * `GoogleError` for an aggregation that Google would refuse, or that is not emulated.
 */
export function conditionsOf(policy: Message): AlertCondition[] | undefined {
  const parsed = policySchema.safeParse(policy);
  if (!parsed.success) return undefined;
  const { conditions, alertStrategy } = parsed.data;
  const closeAfterMs = alertStrategy.autoClose;
  const read = conditions.map(({ conditionMatchedLog: log, conditionThreshold: threshold }) =>
    log
      ? ({
          kind: "log",
          filter: log.filter,
          extractors: log.labelExtractors,
          closeAfterMs,
        } as const)
      : threshold && thresholdOf(threshold, closeAfterMs),
  );
  return read.every((one) => one !== undefined) ? read : undefined;
}

function thresholdOf(
  threshold: z.infer<typeof thresholdSchema>,
  closeAfterMs: number,
): ThresholdCondition | undefined {
  const { filter, comparison, thresholdValue, aggregations } = threshold;
  const aggregation = readAggregation(decode(aggregationMessage, aggregations[0]));
  if (!aggregation.alignment) return undefined;
  return {
    kind: "threshold",
    asked: { filter, aggregation },
    periodMs: aggregation.alignment.periodMs,
    isBeyond: (value) =>
      comparison === "COMPARISON_GT" ? value > thresholdValue : value < thresholdValue,
    durationMs: threshold.duration,
    missing: MISSING[threshold.evaluationMissingData],
    closeAfterMs,
  };
}
