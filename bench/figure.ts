/** What a figure is measured in. */
export type Unit = "s" | "ms" | "µs" | "/s" | "KB" | "MB" | "GB" | "%" | "tasks";

/** One figure, as it was measured, beside its baseline. */
export interface Result {
  readonly figure: string;
  readonly unit: Unit;
  /** One value a run. */
  readonly runs: readonly number[];
  /** What the same machine did in the same minute, without the thing that is measured. */
  readonly baseline?: { readonly name: string; readonly runs: readonly number[] };
  readonly target: Target;
  /**
   * The smallest value that is told apart from nothing.
   *
   * @default - any is
   */
  readonly least?: number;
}

/** A bound on the figure itself, or on its ratio to the baseline. */
export type Target = { readonly of: "figure" | "ratio" } & (
  { readonly atMost: number } | { readonly atLeast: number }
);

/** Measures one or more figures, within a minute, and leaves nothing behind. Throws `NotMeasurable`. */
export type Measure = () => Promise<Result[]>;

/** This machine lacks something that the measuring needs. The message says what. */
export class NotMeasurable extends Error {
  override readonly name = "NotMeasurable";
}

export interface Verdict {
  readonly measured: number;
  readonly baseline?: number;
  /** The figure divided by its baseline. */
  readonly ratio?: number;
  readonly isMet: boolean;
}

/** What a result comes to: medians, and whether the target is met. */
export function judge({ runs, baseline, target }: Result): Verdict {
  const measured = median(runs);
  if (!baseline) return { measured, isMet: target.of === "figure" && keeps(measured, target) };
  const base = median(baseline.runs);
  const ratio = measured / base;
  const isMet = keeps(target.of === "ratio" ? ratio : measured, target);
  return { measured, baseline: base, ratio, isMet };
}

function keeps(value: number, target: Target): boolean {
  return "atMost" in target ? value <= target.atMost : value >= target.atLeast;
}

/** The value that this share of all values does not exceed, such as 0.99; the nearest there is. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const value = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  if (value === undefined) throw new Error("Nothing was measured.");
  return value;
}

export function median(values: readonly number[]): number {
  return (
    (percentile(values, 0.5) +
      percentile(
        [...values].map((v) => -v),
        0.5,
      ) *
        -1) /
    2
  );
}
