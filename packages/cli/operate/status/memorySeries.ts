import type { OperatorCalls } from "../calls/operatorCalls.ts";
import { idOf } from "../calls/ownNames.ts";
import { spanOf, timesOf, valuesAt, type Values } from "../queues/minutes.ts";

/** How full the memory of workers was, as Cloud Monitoring has it. */
export interface MemorySeries {
  /** The ends of the minutes, in milliseconds. */
  readonly times: readonly number[];
  /** By the names of the services: p99 of their instances, as a share of the limit, from 0 to 1. */
  readonly shares: Readonly<Record<string, Values>>;
}

const METRIC = "run.googleapis.com/container/memory/utilizations";

/** The memory of a stack's workers in the last `minutes` minutes, in one call. Of several revisions the fullest counts. */
export async function memorySeries(
  calls: Pick<OperatorCalls, "operations" | "listTimeSeries">,
  minutes: number,
  now: number,
): Promise<MemorySeries> {
  const services = calls.operations.workers.map(({ service }) => idOf(service));
  const names = services.map((service) => JSON.stringify(service)).join(", ");
  const series = await calls.listTimeSeries({
    filter:
      `metric.type="${METRIC}" AND resource.type="cloud_run_revision" AND ` +
      `resource.labels.service_name=one_of(${names})`,
    ...spanOf(minutes, now),
    aggregation: {
      perSeriesAligner: "ALIGN_PERCENTILE_99",
      crossSeriesReducer: "REDUCE_MAX",
      groupByFields: ["resource.labels.service_name"],
    },
  });
  const times = timesOf(series);
  const shares = services.map((service) => {
    const own = series.filter(({ resource }) => resource.labels["service_name"] === service);
    return [service, valuesAt(times, own)] as const;
  });
  return { times, shares: Object.fromEntries(shares) };
}
