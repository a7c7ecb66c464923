import { Distribution } from "./distribution.ts";
import { pointsOf, type MetricSource, type MetricType } from "./metricSource.ts";
import { KEPT_MINUTES, MINUTE_MS, MinuteSeries } from "./minuteSeries.ts";
import type { Labels, SeriesSet, Value } from "./timeSeries.ts";

/** A revision of a service of Cloud Run, and how many instances it has. */
export interface MeasuredRevision {
  /** The service's full name. */
  readonly service: string;
  readonly revision: string;
  /** Those that have something to do. */
  readonly active: number;
  readonly idle: number;
}

type RevisionName = Pick<MeasuredRevision, "service" | "revision">;

/** The monitored resource of a revision (google-cloud.md 8.2). */
const RESOURCE = "cloud_run_revision";

const BY_CODE: Labels = {
  response_code: "The status of the answer.",
  response_code_class: "Its class: 2xx.",
};

/** The metrics of Cloud Run (google-cloud.md 8.2). */
const RUN_METRICS: readonly MetricType[] = [
  {
    type: "run.googleapis.com/container/instance_count",
    kind: "GAUGE",
    valueType: "INT64",
    unit: "1",
    displayName: "Instance Count",
    description: "The number of container instances that exist, by state.",
    labels: { state: "Whether the instance has something to do: active or idle." },
    resourceTypes: [RESOURCE],
  },
  {
    type: "run.googleapis.com/request_count",
    kind: "DELTA",
    valueType: "INT64",
    unit: "1",
    displayName: "Request Count",
    description: "The number of requests that reached the revision.",
    labels: BY_CODE,
    resourceTypes: [RESOURCE],
  },
  {
    type: "run.googleapis.com/request_latencies",
    kind: "DELTA",
    valueType: "DISTRIBUTION",
    unit: "ms",
    displayName: "Request Latency",
    description: "The time from when a request reached the revision to its answer.",
    labels: BY_CODE,
    resourceTypes: [RESOURCE],
  },
];

interface Recorded {
  readonly type: string;
  readonly resourceLabels: Labels;
  readonly metricLabels: Labels;
  readonly values: MinuteSeries<Value>;
  lastMinute: number;
}

/**
 * Records what the metrics of Cloud Run show, minute by minute. It has no timer: the number of instances holds until
 * it is told that one begins, ends, or gets a request, and is sampled just before that.
 */
export class RunMetrics implements MetricSource {
  readonly #revisions: () => Iterable<MeasuredRevision>;
  readonly #series = new Map<string, Recorded>();
  #nextMinute: number;

  /** Recording begins `now`. */
  constructor(revisions: () => Iterable<MeasuredRevision>, now: number) {
    this.#revisions = revisions;
    this.#nextMinute = Math.floor(now / MINUTE_MS) + 1;
  }

  /** Samples the instances at the minutes that have begun. Goes before every change of them. */
  catchUp(now: number): void {
    if (now < this.#nextMinute * MINUTE_MS) return;
    const minute = Math.floor(now / MINUTE_MS);
    const first = Math.max(this.#nextMinute, minute - KEPT_MINUTES + 1);
    for (const one of this.#revisions()) {
      for (const state of ["active", "idle"] as const) {
        const series = this.#seriesOf("container/instance_count", one, { state });
        for (let at = first; at <= minute; at++) series.values.put(at, one[state]);
        series.lastMinute = minute;
      }
    }
    for (const [key, { lastMinute }] of this.#series) {
      if (lastMinute <= minute - KEPT_MINUTES) this.#series.delete(key);
    }
    this.#nextMinute = minute + 1;
  }

  /** Records a request that reached a revision, once it is answered. */
  request(service: string, name: string, status: number, latencyMs: number, now: number): void {
    this.catchUp(now);
    const revision = { service, revision: name };
    const minute = Math.floor(now / MINUTE_MS);
    const labels = {
      response_code: String(status),
      response_code_class: `${Math.floor(status / 100)}xx`,
    };
    const counts = this.#seriesOf("request_count", revision, labels);
    const before = counts.values.at(minute);
    counts.values.put(minute, (typeof before === "number" ? before : 0) + 1);
    counts.lastMinute = minute;

    const latencies = this.#seriesOf("request_latencies", revision, labels);
    const sofar = latencies.values.at(minute);
    const distribution = sofar instanceof Distribution ? sofar : new Distribution();
    distribution.add(latencyMs);
    latencies.values.put(minute, distribution);
    latencies.lastMinute = minute;
  }

  types(): readonly MetricType[] {
    return RUN_METRICS;
  }

  read({ type, kind, valueType, unit }: MetricType, now: number): SeriesSet {
    this.catchUp(now);
    const series = [...this.#series]
      .filter(([, recorded]) => recorded.type === type)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, { resourceLabels, metricLabels, values }]) => ({
        resourceType: RESOURCE,
        resourceLabels,
        metricLabels,
        points: pointsOf(values, kind, now),
      }));
    return { metric: type, kind, valueType, unit, periodMs: MINUTE_MS, series };
  }

  #seriesOf(metric: string, { service, revision }: RevisionName, metricLabels: Labels): Recorded {
    const key = [metric, service, revision, ...Object.values(metricLabels)].join(" ");
    let series = this.#series.get(key);
    if (series === undefined) {
      series = {
        type: `run.googleapis.com/${metric}`,
        resourceLabels: labelsOf(service, revision),
        metricLabels,
        values: new MinuteSeries(),
        lastMinute: 0,
      };
      this.#series.set(key, series);
    }
    return series;
  }
}

function labelsOf(name: string, revision: string): Labels {
  const [, project = "", , location = "", , service = ""] = name.split("/");
  return {
    project_id: project,
    location,
    service_name: service,
    revision_name: revision,
    configuration_name: service,
  };
}
