import type { LogResource } from "../api/logs.ts";
import type { Message } from "../api/protoJson.ts";
import { textOf } from "../data/storedMethods.ts";
import type { MatchBudget } from "../filter/pattern.ts";
import { entryMatch, withinBudget, type EntryMatch } from "./entryMatch.ts";
import { extractor, type Extract } from "./labelExtractor.ts";
import type { LogEntry } from "./logEntry.ts";

/** What records the points of log-based metrics, for Monitoring. */
export interface LogMetricMeter {
  /**
   * Adds an entry to a metric.
   *
   * @param value what was extracted of it; `undefined` where entries are counted
   */
  count(
    metric: string,
    resource: LogResource,
    labels: Readonly<Record<string, string>>,
    value: number | undefined,
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
  readonly #metrics: () => Iterable<Message>;
  readonly #meter: LogMetricMeter;
  /** By the metric as it is kept: a changed one is another. */
  readonly #counters = new WeakMap<Message, Counter>();

  constructor(metrics: () => Iterable<Message>, meter: LogMetricMeter) {
    this.#metrics = metrics;
    this.#meter = meter;
  }

  /** Adds an entry to every metric that it matches. It is made only where there is a metric. */
  add(entry: () => LogEntry): void {
    for (const metric of this.#metrics()) {
      const counter = this.#counterOf(metric);
      if (!counter.isDisabled) this.#count(counter, entry());
    }
  }

  #counterOf(metric: Message): Counter {
    let counter = this.#counters.get(metric);
    if (counter === undefined) {
      counter = counterOf(metric);
      this.#counters.set(metric, counter);
    }
    return counter;
  }

  #count({ name, match, value }: Counter, entry: LogEntry): void {
    const labels = match(entry);
    if (labels === undefined) return;
    const extracted = value && Number(value(entry) ?? NaN);
    if (!Number.isNaN(extracted)) this.#meter.count(name, entry.resource, labels, extracted);
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
