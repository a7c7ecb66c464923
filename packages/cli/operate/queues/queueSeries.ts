import type { TimeSeries } from "../calls/messages.ts";
import type { Aggregation, OperatorCalls } from "../calls/operatorCalls.ts";
import { idOf, queueNamed } from "../calls/ownNames.ts";
import { spanOf, timesOf, valuesAt, type Values } from "./minutes.ts";

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
