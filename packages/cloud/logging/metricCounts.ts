import type { LogResource } from "../api/logs.ts";
import type { Message } from "../api/protoJson.ts";
import { textOf } from "../data/storedMethods.ts";
import type { MatchBudget } from "../filter/pattern.ts";
import { entryMatch, withinBudget, type EntryMatch } from "./entryMatch.ts";
import { extractor, type Extract } from "./labelExtractor.ts";
import type { EntryWatches } from "./entryWatches.ts";

/** What records the points of log-based metrics, for Monitoring. */
export interface LogMetricMeter {
  /**
   * Adds an entry to a metric.
   *
   * @param value what was extracted of it; `undefined` where entries are counted
   * @param time when it came, in milliseconds since the epoch
   */
  count(
    metric: string,
    resource: LogResource,
    labels: Readonly<Record<string, string>>,
    value: number | undefined,
    time: number,
  ): void;
}

/** A metric that is ready to count. */
interface Counter {
  readonly name: string;
  readonly isDisabled: boolean;
  readonly match: EntryMatch;
  readonly value: Extract | undefined;
}

/** Counts the entries that match log-based metrics, as they are written. */
export class MetricCounts {
  readonly #watches: EntryWatches;
  readonly #meter: LogMetricMeter;
  /** What ends the counting of a metric, by its full name. */
  readonly #ends = new Map<string, () => void>();

  constructor(watches: EntryWatches, meter: LogMetricMeter) {
    this.#watches = watches;
    this.#meter = meter;
  }

  /** Counts for a metric from now on, in the place of the one that had its name. */
  put(metric: Message): void {
    const resource = textOf(metric, "resourceName");
    this.delete(resource);
    const { name, isDisabled, match, value } = counterOf(metric);
    if (isDisabled) return;
    const end = this.#watches.add(match, (labels, { entry, time }) => {
      const extracted = value && Number(value(entry) ?? NaN);
      if (Number.isNaN(extracted)) return;
      this.#meter.count(name, entry.resource, labels, extracted, time);
    });
    this.#ends.set(resource, end);
  }

  delete(resource: string): void {
    this.#ends.get(resource)?.();
    this.#ends.delete(resource);
  }
}

/** Makes a metric ready to count. Throws INVALID_ARGUMENT for a filter or an extractor that is none. */
export function counterOf(metric: Message): Counter {
  const value = textOf(metric, "valueExtractor");
  const budget: MatchBudget = { leftMs: 0 };
  const extract = value === "" ? undefined : extractor(value, budget);
  return {
    name: textOf(metric, "name"),
    isDisabled: metric["disabled"] === true,
    match: entryMatch(
      textOf(metric, "filter"),
      (metric["labelExtractors"] ?? {}) as Record<string, string>,
    ),
    value: extract && ((entry) => withinBudget(budget, () => extract(entry))),
  };
}
