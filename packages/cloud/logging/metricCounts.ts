import { GoogleError } from "../api/googleError.ts";
import type { LogResource } from "../api/logs.ts";
import type { Message } from "../api/protoJson.ts";
import { textOf } from "../data/storedMethods.ts";
import { PatternError, type MatchBudget } from "../filter/pattern.ts";
import { entryFilter } from "./entryFilter.ts";
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
  readonly budget: MatchBudget;
  readonly filter: (entry: LogEntry) => boolean;
  readonly labels: readonly (readonly [key: string, extract: Extract])[];
  readonly value: Extract | undefined;
}

/** How long the regular expressions of a metric may take with one entry. */
const BUDGET_MS = 100;

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
  add(make: () => LogEntry): void {
    let entry: LogEntry | undefined;
    for (const metric of this.#metrics()) {
      const counter = this.#counterOf(metric);
      if (counter.isDisabled) continue;
      entry ??= make();
      this.#count(counter, entry);
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

  #count({ name, budget, filter, labels, value }: Counter, entry: LogEntry): void {
    budget.leftMs = BUDGET_MS;
    try {
      if (!filter(entry)) return;
      const extracted = value && Number(value(entry) ?? NaN);
      if (Number.isNaN(extracted)) return;
      const own = labels.map(([key, extract]) => [key, extract(entry) ?? ""] as const);
      this.#meter.count(name, entry.resource, Object.fromEntries(own), extracted);
    } catch (error) {
      // Whoever writes an entry has no part in a metric whose expression takes too long with it.
      if (!(error instanceof GoogleError || error instanceof PatternError)) throw error;
    }
  }
}

/** Makes a metric ready to count. Throws INVALID_ARGUMENT for a filter or an extractor that is none. */
export function counterOf(metric: Message): Counter {
  const budget: MatchBudget = { leftMs: BUDGET_MS };
  const value = textOf(metric, "valueExtractor");
  return {
    name: textOf(metric, "name"),
    isDisabled: metric["disabled"] === true,
    budget,
    filter: entryFilter(textOf(metric, "filter"), budget),
    labels: Object.entries((metric["labelExtractors"] ?? {}) as Record<string, string>).map(
      ([key, text]) => [key, extractor(text, budget)] as const,
    ),
    value: value === "" ? undefined : extractor(value, budget),
  };
}
