import type { Method } from "../api/method.ts";
import type { WriteLog } from "../api/logs.ts";
import type { ServiceOptions } from "../data/storedResources.ts";
import { entryMatch, type Labels } from "./entryMatch.ts";
import { entryMethods } from "./entryMethods.ts";
import { EntryWatches, type Batch } from "./entryWatches.ts";
import type { BufferLimits } from "./entryBuffer.ts";
import { createExclusions } from "./exclusions.ts";
import { LogBook } from "./logBook.ts";
import {
  createLoggingMetrics,
  createdAt,
  described,
  type DescribedMetric,
} from "./loggingMetrics.ts";
import { MetricCounts, type LogMetricMeter } from "./metricCounts.ts";

export interface LoggingOptions extends ServiceOptions {
  readonly meter: LogMetricMeter;
  /** How long a metric is not found by who reads metrics. @default - it is at once */
  readonly metricReadyAfterMs?: () => number;
  /**
   * How many entries are kept.
   *
   * @default - 50,000, and 32 MiB
   */
  readonly limits?: BufferLimits;
  /**
   * How metrics and whoever else waits for entries are told of them.
   *
   * @default - of each at once
   */
  readonly batch?: Batch | undefined;
}

/** Cloud Logging of one project: the entries of its logs, the metrics that count them, and what is left out. */
export interface Logging {
  readonly methods: Method[];
  readonly write: WriteLog;
  /**
   * Tells what is taken out of every entry that is kept and matches a filter, from now on. Returns what ends that. Throws
   * INVALID_ARGUMENT for a filter or an extractor that is none.
   */
  readonly watch: (
    filter: string,
    extractors: Labels,
    tell: (labels: Labels) => void,
  ) => () => void;
  readonly metrics: () => Iterable<DescribedMetric>;
  /** Tells now of all that was written, before somebody looks at what was made of it. */
  readonly catchUp: () => void;
}

export function createLogging(options: LoggingOptions): Logging {
  const { project, clock, meter, limits, batch } = options;
  const watches = new EntryWatches(clock, batch);
  const counts = new MetricCounts(watches, meter);
  const metrics = createLoggingMetrics({
    ...options,
    onPut: (_name, metric) => {
      counts.put(metric);
    },
    onDelete: (name) => {
      counts.delete(name);
      options.onDelete?.(name);
    },
  });
  for (const metric of metrics.all()) counts.put(metric);
  const exclusions = createExclusions(options);
  const book = new LogBook({
    project,
    clock,
    ...(limits && { limits }),
    excludes: exclusions.excludes,
    onEntry: (written) => {
      watches.tell(written);
    },
  });
  return {
    metrics: () => {
      const until = clock.now() - (options.metricReadyAfterMs?.() ?? 0);
      return [...metrics.all()].filter((one) => createdAt(one) <= until).map(described);
    },
    methods: [...metrics.methods, ...exclusions.methods, ...entryMethods({ ...options, book })],
    write: (record) => {
      book.write(record);
    },
    // Metrics count what is left out, too: google-cloud.md 8.3.
    watch: (filter, extractors, tell) =>
      watches.add(entryMatch(filter, extractors), (labels, { isKept }) => {
        if (isKept) tell(labels);
      }),
    catchUp: () => {
      watches.catchUp();
    },
  };
}
