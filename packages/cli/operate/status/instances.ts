import type { TimeSeries } from "../calls/messages.ts";
import type { OperatorCalls } from "../calls/operatorCalls.ts";
import { idOf } from "../calls/ownNames.ts";

/** How many instances a worker had when they were last counted. */
export interface InstancesView {
  /** Those that had something to do. */
  readonly active: number;
  readonly idle: number;
  /** When that was, in milliseconds. */
  readonly time: number;
}

const METRIC = "run.googleapis.com/container/instance_count";

/** Google counts them once a minute, and tells it some minutes later. https://cloud.google.com/monitoring/api/metrics_gcp_p_z */
const LOOK_BACK_MS = 600_000;

/** The instances of a stack's workers by the names of their services, in one call. One that was not counted lately has none. */
export async function instancesView(
  calls: Pick<OperatorCalls, "operations" | "listTimeSeries">,
  now: number,
): Promise<ReadonlyMap<string, InstancesView>> {
  const services = calls.operations.workers.map(({ service }) => idOf(service));
  const names = services.map((service) => JSON.stringify(service)).join(", ");
  const series = await calls.listTimeSeries({
    filter:
      `metric.type="${METRIC}" AND resource.type="cloud_run_revision" AND ` +
      `resource.labels.service_name=one_of(${names})`,
    from: now - LOOK_BACK_MS,
    to: now,
  });
  return new Map(
    services.flatMap((service) => {
      const own = series.filter(({ resource }) => resource.labels["service_name"] === service);
      const last = lastCount(own);
      return last ? [[service, last] as const] : [];
    }),
  );
}

/** Of a service's revisions those count that were counted last: one that is gone has older points. */
function lastCount(series: readonly TimeSeries[]): InstancesView | undefined {
  const times = series.flatMap(({ points }) =>
    points.map(({ interval }) => Date.parse(interval.endTime)),
  );
  if (times.length === 0) return undefined;
  const time = Math.max(...times);
  const count = (state: string): number =>
    series
      .filter(({ metric }) => metric.labels["state"] === state)
      .flatMap(({ points }) =>
        points.filter(({ interval }) => Date.parse(interval.endTime) === time),
      )
      .reduce((sum, { value }) => sum + (value.int64Value ?? 0), 0);
  return { active: count("active"), idle: count("idle"), time };
}
