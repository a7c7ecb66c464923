import { keepNewest } from "../data/keepNewest.ts";
import { Distribution } from "./distribution.ts";
import { pointsOf, type MetricSource, type MetricType } from "./metricSource.ts";
import { MINUTE_MS, MinuteSeries } from "./minuteSeries.ts";
import type { Labels, SeriesSet, Value } from "./timeSeries.ts";

/** A log-based metric, as far as Monitoring shows it. */
export interface LogMetric {
  /** Without what Monitoring puts before it. */
  readonly name: string;
  readonly valueType: "INT64" | "DISTRIBUTION";
  readonly unit: string;
  readonly displayName: string;
  readonly description: string;
  readonly labels: Labels;
}

interface Recorded {
  readonly resourceType: string;
  readonly resourceLabels: Labels;
  readonly metricLabels: Labels;
  readonly values: MinuteSeries<Value>;
}

/** What an entry is about. */
interface LoggedResource {
  readonly type: string;
  readonly labels: Labels;
}

/** What is known of a resource that was seen before, by the very object. */
interface KnownResource {
  /** What its series' keys begin with. */
  readonly key: string;
  /** Its series, by short keys: most entries are of a few, and to find one by its whole key takes three times as long. */
  readonly series: Map<string, Recorded>;
}

/** Google has at most 30,000 that are active. https://cloud.google.com/logging/quotas#log-based-metrics */
const MAX_SERIES = 30_000;

const PREFIX = "logging.googleapis.com/user/";

/** Records what the log-based metrics count, minute by minute. */
export class LogMetrics implements MetricSource {
  readonly #metrics: () => Iterable<LogMetric>;
  readonly #catchUp: () => void;
  /** By the metric's name, and then by resource and labels. */
  readonly #series = new Map<string, Map<string, Recorded>>();

  /** A service says the same resource of all its entries. */
  #resources = new WeakMap<LoggedResource, KnownResource>();

  /** @param catchUp counts what has come and was not counted yet */
  constructor(metrics: () => Iterable<LogMetric>, catchUp: () => void) {
    this.#metrics = metrics;
    this.#catchUp = catchUp;
  }

  /** Adds an entry to a metric: a value of it, or the entry itself. Its labels are in the order of their keys. */
  count(
    metric: string,
    resource: LoggedResource,
    metricLabels: Labels,
    value: number | undefined,
    time: number,
  ): void {
    const { values } = this.#seriesOf(metric, resource, metricLabels);
    const minute = Math.floor(time / MINUTE_MS);
    const before = values.at(minute);
    if (value === undefined) {
      values.put(minute, (typeof before === "number" ? before : 0) + 1);
      return;
    }
    const distribution = before instanceof Distribution ? before : new Distribution();
    distribution.add(value);
    values.put(minute, distribution);
  }

  types(): readonly MetricType[] {
    return Array.from(this.#metrics(), ({ name, ...metric }) => ({
      ...metric,
      type: PREFIX + name,
      kind: "DELTA",
      resourceTypes: [],
    }));
  }

  read({ type, kind, valueType, unit }: MetricType, now: number): SeriesSet {
    this.#catchUp();
    const recorded = this.#series.get(type.slice(PREFIX.length)) ?? new Map<string, Recorded>();
    const series = [...recorded]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, { values, ...labels }]) => ({ ...labels, points: pointsOf(values, kind, now) }));
    return { metric: type, kind, valueType, unit, periodMs: MINUTE_MS, series };
  }

  #seriesOf(metric: string, resource: LoggedResource, metricLabels: Labels): Recorded {
    const known = this.#known(resource);
    const shortKey = shortKeyOf(metric, metricLabels);
    const recent = known.series.get(shortKey);
    if (recent !== undefined) return recent;
    let all = this.#series.get(metric);
    if (all === undefined) {
      all = new Map();
      this.#series.set(metric, all);
    }
    const key = known.key + JSON.stringify(metricLabels);
    let series = all.get(key);
    if (series === undefined) {
      const values = new MinuteSeries<Value>();
      const { type, labels } = resource;
      series = { resourceType: type, resourceLabels: labels, metricLabels, values };
      all.set(key, series);
      if (all.size > MAX_SERIES) {
        keepNewest(all, MAX_SERIES);
        // Nobody may find there what is no longer kept.
        this.#resources = new WeakMap();
      }
    }
    known.series.set(shortKey, series);
    return series;
  }

  #known(resource: LoggedResource): KnownResource {
    let known = this.#resources.get(resource);
    if (known === undefined) {
      const key = JSON.stringify([resource.type, sorted(resource.labels)]);
      known = { key, series: new Map() };
      this.#resources.set(resource, known);
    }
    return known;
  }
}

/** What tells a metric's series of one resource from each other, whatever is in their labels. */
function shortKeyOf(metric: string, labels: Labels): string {
  let key = metric;
  for (const name in labels) {
    const value = labels[name] ?? "";
    key += `\0${name}\0${value.length}\0${value}`;
  }
  return key;
}

function sorted(labels: Labels): [string, string][] {
  const entries = Object.entries(labels);
  return entries.length > 1 ? entries.sort(([a], [b]) => (a < b ? -1 : 1)) : entries;
}
