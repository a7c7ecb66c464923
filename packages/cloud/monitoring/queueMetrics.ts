import { pointsOf, type MetricSource, type MetricType } from "./metricSource.ts";
import { KEPT_MINUTES, MINUTE_MS } from "./minuteSeries.ts";
import { QueueRecord } from "./queueRecord.ts";
import { QUEUE_METRICS, QUEUE_RESOURCE, type QueueMetricType } from "./queueMetricTypes.ts";
import type { Series, SeriesSet } from "./timeSeries.ts";

/** The queues that are measured. All names are full ones. */
export interface MeasuredQueues {
  exists(queue: string): boolean;
  /** How many tasks each of them has. */
  depths(): Iterable<readonly [queue: string, depth: number]>;
}

/**
 * Records what the metrics of queues show (google-cloud.md 8.2), minute by minute, for six hours. It has
 * no timer: a depth holds until a call or a delivery changes it, and is sampled just before that.
 */
export class QueueMetrics implements MetricSource {
  readonly #queues: MeasuredQueues;
  readonly #records = new Map<string, QueueRecord>();
  #nextMinute: number;

  /** Recording begins `now`. */
  constructor(queues: MeasuredQueues, now: number) {
    this.#queues = queues;
    this.#nextMinute = Math.floor(now / MINUTE_MS) + 1;
  }

  /** Samples the depths at the minutes that have begun. Goes before every change of a queue. */
  catchUp(now: number): void {
    if (now >= this.#nextMinute * MINUTE_MS) this.#sample(Math.floor(now / MINUTE_MS));
  }

  /**
   * Records a delivery that has ended. Goes before the queue learns of its end.
   *
   * @param status the HTTP status of the answer, 0 where there was none
   * @param delayMs from when the delivery was due to when it began
   */
  delivery(queue: string, status: number, timedOut: boolean, delayMs: number, now: number): void {
    this.catchUp(now);
    const code = timedOut ? DEADLINE_EXCEEDED : status;
    this.#record(queue).delivery(code, delayMs, Math.floor(now / MINUTE_MS));
  }

  /** Records a call of a method on a queue. One on a queue that is not there is not counted. */
  call(queue: string, method: string, status: number, now: number): void {
    this.catchUp(now);
    if (!this.#records.has(queue) && !this.#queues.exists(queue)) return;
    this.#record(queue).call(method, status, Math.floor(now / MINUTE_MS));
  }

  types(): readonly MetricType[] {
    return QUEUE_METRICS;
  }

  read(metric: MetricType, now: number): SeriesSet {
    this.catchUp(now);
    const { type, kind, valueType, unit } = metric;
    const records = [...this.#records].sort(([a], [b]) => (a < b ? -1 : 1));
    const recorded = QUEUE_METRICS.find((one) => one.type === type);
    const series = records.flatMap(([, record]) =>
      recorded ? seriesOf(record, recorded, now) : [],
    );
    return { metric: type, kind, valueType, unit, periodMs: MINUTE_MS, series };
  }

  #sample(minute: number): void {
    const first = Math.max(this.#nextMinute, minute - KEPT_MINUTES + 1);
    for (const [queue, depth] of this.#queues.depths()) {
      this.#record(queue).sample(depth, first, minute);
    }
    for (const [queue, record] of this.#records) {
      if (record.isOver(minute)) this.#records.delete(queue);
    }
    this.#nextMinute = minute + 1;
  }

  #record(queue: string): QueueRecord {
    let record = this.#records.get(queue);
    if (record === undefined) {
      record = new QueueRecord(queue);
      this.#records.set(queue, record);
    }
    return record;
  }
}

/** How a delivery that ran out of time counts, as it does for the next one (google-cloud.md 1.9). */
const DEADLINE_EXCEEDED = 504;

function seriesOf(record: QueueRecord, metric: QueueMetricType, now: number): Series[] {
  return [...metric.read(record)].map(([metricLabels, recorded]) => ({
    metricLabels,
    resourceType: QUEUE_RESOURCE,
    resourceLabels: record.labels,
    points: pointsOf(recorded, metric.kind, now),
  }));
}
