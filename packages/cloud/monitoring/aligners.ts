import { sumOf, type Distribution } from "./distribution.ts";
import type { MetricKind, Value, ValueType } from "./timeSeries.ts";

/** What is made of the values of one period. https://cloud.google.com/monitoring/api/ref_v3/rest/v3/Aligner */
export interface Aligner {
  /** What it can be applied to: the kinds, and numbers or distributions by what it has a function for. */
  readonly kinds: readonly MetricKind[];
  readonly numbers?: (values: readonly number[], periodMs: number) => number;
  readonly distributions?: (values: readonly Distribution[]) => Value;
  /** @default - as it was */
  readonly kind?: MetricKind;
  /** @default - as it was */
  readonly valueType?: ValueType;
  /** @default - as it was */
  readonly unit?: (unit: string) => string;
  /**
   * A period without values between two that have some gets one too.
   *
   * @default false
   */
  readonly isFilled?: boolean;
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

const least = (values: readonly number[]): number => values.reduce((a, b) => Math.min(a, b));
const greatest = (values: readonly number[]): number => values.reduce((a, b) => Math.max(a, b));

const BOTH: readonly MetricKind[] = ["GAUGE", "DELTA"];

function percentile(part: number): Aligner {
  return {
    kinds: BOTH,
    distributions: (values) => sumOf(values).percentile(part),
    kind: "GAUGE",
    valueType: "DOUBLE",
  };
}

/** Those that are emulated, but `ALIGN_NONE`, which does nothing. */
export const ALIGNERS: Readonly<Record<string, Aligner>> = {
  ALIGN_DELTA: {
    kinds: ["DELTA"],
    numbers: sum,
    distributions: sumOf,
    isFilled: true,
  },
  ALIGN_RATE: {
    kinds: ["DELTA"],
    numbers: (values, periodMs) => sum(values) / (periodMs / 1000),
    kind: "GAUGE",
    valueType: "DOUBLE",
    unit: (unit) => `${unit}/s`,
    isFilled: true,
  },
  ALIGN_MIN: { kinds: BOTH, numbers: least, kind: "GAUGE" },
  ALIGN_MAX: { kinds: BOTH, numbers: greatest, kind: "GAUGE" },
  ALIGN_MEAN: {
    kinds: BOTH,
    numbers: (values) => sum(values) / values.length,
    kind: "GAUGE",
    valueType: "DOUBLE",
  },
  ALIGN_COUNT: {
    kinds: BOTH,
    numbers: (values) => values.length,
    kind: "GAUGE",
    valueType: "INT64",
    unit: () => "1",
  },
  ALIGN_SUM: { kinds: BOTH, numbers: sum, distributions: sumOf },
  ALIGN_PERCENTILE_99: percentile(0.99),
  ALIGN_PERCENTILE_95: percentile(0.95),
  ALIGN_PERCENTILE_50: percentile(0.5),
  ALIGN_PERCENTILE_05: percentile(0.05),
};
