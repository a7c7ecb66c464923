import type { TimeSeries } from "../calls/messages.ts";
import type { Aggregation, OperatorCalls } from "../calls/operatorCalls.ts";
import { idOf, queueNamed } from "../calls/ownNames.ts";

/** Values minute by minute, the oldest first; `null` where nothing was measured. */
export type Values = readonly (number | null)[];

/** What Cloud Monitoring has of a queue. */
export interface QueueSeries {
  /** The ends of the minutes, in milliseconds. */
  readonly times: readonly number[];
  /** How many tasks it held. */
  readonly tasks: Values;
  /** Deliveries a second. */
  readonly rate: Values;
  /** From when a delivery was due until it began, in milliseconds. */
  readonly delayP50: Values;
  readonly delayP99: Values;
  /** Tasks that ended in each minute, by how; `undefined` where the stack does not count them. */
  readonly ended: { readonly done: Values; readonly deadLetter: Values } | undefined;
  /** Calls of Monitoring that this was. */
  readonly calls: number;
}

type Calls = Pick<OperatorCalls, "operations" | "listTimeSeries">;

const MINUTE_MS = 60_000;

/**
 * A queue's last `minutes` minutes. Google tells a minute some minutes later: the last that it has told is the last here.
 * What a `response_code` is called is not relied on: how tasks ended is counted in the worker's own log.
 */
export async function queueSeries(
  calls: Calls,
  key: string,
  minutes: number,
  now: number,
): Promise<QueueSeries> {
  const name = queueNamed(calls.operations, key);
  const ofQueue = (metric: string, aggregation: Aggregation): Promise<TimeSeries[]> =>
    calls.listTimeSeries({
      filter: queueFilter(metric, [name]),
      ...spanOf(minutes, now),
      aggregation,
    });
  const counted = calls.operations.logMetrics?.["ended"];
  const [depth, attempts, p50, p99, ended] = await Promise.all([
    ofQueue("depth", DEPTH),
    ofQueue("task_attempt_count", SUM),
    ofQueue("task_attempt_delays", { perSeriesAligner: "ALIGN_PERCENTILE_50" }),
    ofQueue("task_attempt_delays", { perSeriesAligner: "ALIGN_PERCENTILE_99" }),
    counted === undefined
      ? undefined
      : calls.listTimeSeries({
          filter:
            `metric.type="${counted}" AND resource.type="cloud_run_revision" AND ` +
            `metric.labels.queue=${JSON.stringify(key)}`,
          ...spanOf(minutes, now),
          aggregation: { ...SUM, groupByFields: ["metric.labels.outcome"] },
        }),
  ]);
  const times = timesOf(depth);
  const none = (values: Values): Values => values.map((value) => value ?? 0);
  const endedAs = (outcome: string): Values =>
    none(
      valuesAt(
        times,
        ended?.filter(({ metric }) => metric.labels["outcome"] === outcome),
      ),
    );
  return {
    times,
    tasks: valuesAt(times, depth),
    rate: none(valuesAt(times, attempts)).map((count) => (count ?? 0) / 60),
    delayP50: valuesAt(times, p50),
    delayP99: valuesAt(times, p99),
    ended: ended && { done: endedAs("done"), deadLetter: endedAs("dead-letter") },
    calls: ended ? 5 : 4,
  };
}

/** How many tasks each queue held, minute by minute. */
export interface DepthSeries {
  readonly times: readonly number[];
  /** By the keys of the queues. */
  readonly tasks: Readonly<Record<string, Values>>;
}

/** The depths of all queues of a stack, in one call. */
export async function depthSeries(
  calls: Calls,
  minutes: number,
  now: number,
): Promise<DepthSeries> {
  const queues = Object.entries(calls.operations.queues);
  const series = await calls.listTimeSeries({
    filter: queueFilter(
      "depth",
      queues.map(([, name]) => name),
    ),
    ...spanOf(minutes, now),
    aggregation: DEPTH,
  });
  const times = timesOf(series);
  const tasks = queues.map(([key, name]) => {
    const own = series.filter(({ resource }) => resource.labels["queue_id"] === idOf(name));
    return [key, valuesAt(times, own)] as const;
  });
  return { times, tasks: Object.fromEntries(tasks) };
}

const DEPTH: Aggregation = { perSeriesAligner: "ALIGN_MAX" };
const SUM: Aggregation = { perSeriesAligner: "ALIGN_DELTA", crossSeriesReducer: "REDUCE_SUM" };

function queueFilter(metric: string, queues: readonly string[]): string {
  const ids = queues.map((name) => JSON.stringify(idOf(name))).join(", ");
  return (
    `metric.type="cloudtasks.googleapis.com/queue/${metric}" AND resource.type="cloud_tasks_queue" AND ` +
    `resource.labels.queue_id=one_of(${ids})`
  );
}

/** Whole minutes: what is aligned is so to the end of what is asked for. */
function spanOf(minutes: number, now: number): { readonly from: number; readonly to: number } {
  const to = Math.floor(now / MINUTE_MS) * MINUTE_MS;
  return { from: to - minutes * MINUTE_MS, to };
}

/** Every minute from the first that was measured to the last. */
function timesOf(series: readonly TimeSeries[]): number[] {
  const ends = series.flatMap(({ points }) => points.map(({ interval }) => endOf(interval)));
  if (ends.length === 0) return [];
  const times: number[] = [];
  for (let time = Math.min(...ends); time <= Math.max(...ends); time += MINUTE_MS) times.push(time);
  return times;
}

/** The values of a series at these times. */
function valuesAt(times: readonly number[], series: readonly TimeSeries[] = []): Values {
  const values = new Map(
    series.flatMap(({ points }) =>
      points.map(({ interval, value }) => [
        endOf(interval),
        value.doubleValue ?? value.int64Value ?? null,
      ]),
    ),
  );
  return times.map((time) => values.get(time) ?? null);
}

function endOf({ endTime }: { readonly endTime: string }): number {
  return Date.parse(endTime);
}
