import type { Method } from "../api/method.ts";
import type { WriteLog } from "../api/logs.ts";
import type { ServiceOptions } from "../data/storedResources.ts";
import { entryMethods } from "./entryMethods.ts";
import type { BufferLimits } from "./entryBuffer.ts";
import { LogBook } from "./logBook.ts";
import type { LogEntry } from "./logEntry.ts";
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
  /** Told of every entry, which is made once it is asked for. @default - nobody is */
  readonly onEntry?: (entry: () => LogEntry) => void;
  /**
   * How many entries are kept.
   *
   * @default - 50,000, and 32 MiB
   */
  readonly limits?: BufferLimits;
}

/** Cloud Logging of one project: the entries of its logs, and the metrics that count them. */
export interface Logging {
  readonly methods: Method[];
  readonly write: WriteLog;
  readonly metrics: () => Iterable<DescribedMetric>;
}

export function createLogging(options: LoggingOptions): Logging {
  const { project, clock, meter, limits, onEntry } = options;
  const metrics = createLoggingMetrics(options);
  const counts = new MetricCounts(metrics.all, meter);
  const book = new LogBook({
    project,
    clock,
    ...(limits && { limits }),
    onEntry: (entry) => {
      counts.add(entry);
      onEntry?.(entry);
    },
  });
  return {
    metrics: () => {
      const until = clock.now() - (options.metricReadyAfterMs?.() ?? 0);
      return [...metrics.all()].filter((one) => createdAt(one) <= until).map(described);
    },
    methods: [...metrics.methods, ...entryMethods({ ...options, book })],
    write: (record) => {
      book.write(record);
    },
  };
}
