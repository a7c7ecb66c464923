import { Events } from "../../api/events.ts";
import { QUEUE_METRICS } from "../../monitoring/queueMetricTypes.ts";
import { QueueMetrics } from "../../monitoring/queueMetrics.ts";
import { NOW } from "../support/localApi.ts";

export const QUEUE = "projects/demo/locations/europe-west1/queues/email";
export const OTHER = "projects/demo/locations/europe-west1/queues/sms";

/** The time so many minutes, and seconds, after `NOW`. */
export function after(minutes: number, seconds = 0): number {
  return Date.parse(NOW) + minutes * 60_000 + seconds * 1000;
}

/** A recorder that begins at `NOW`, over queues whose depths a test sets. */
export function startMetrics(depths: ReadonlyMap<string, number> = new Map([[QUEUE, 0]])) {
  const metrics = new QueueMetrics(
    { exists: (queue) => depths.has(queue), depths: () => depths },
    Date.parse(NOW),
  );
  /** The series of `queue/depth` and so on, with points as minutes after `NOW` and values. */
  const series = (type: string, now: number) => {
    const metric = QUEUE_METRICS.find((one) => one.type === `cloudtasks.googleapis.com/${type}`)!;
    return metrics.read(metric, now).series.map(({ metricLabels, resourceLabels, points }) => ({
      labels: { ...metricLabels, ...resourceLabels },
      points: points.map(({ end, value }) => [
        (end - Date.parse(NOW)) / 60_000,
        JSON.parse(JSON.stringify(value)),
      ]),
    }));
  };
  return { metrics, series };
}

/** What Monitoring is given where no alert policy is judged. */
export const unwatched = {
  events: new Events(),
  watchEntries: () => () => undefined,
  catchUp: () => undefined,
};
