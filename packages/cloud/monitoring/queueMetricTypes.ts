import type { MinuteSeries } from "./minuteSeries.ts";
import type { CountsByCode, QueueRecord } from "./queueRecord.ts";
import type { MetricType } from "./metricSource.ts";
import type { Labels, Value } from "./timeSeries.ts";

/** A metric of queues, and where it is recorded. */
export interface QueueMetricType extends MetricType {
  readonly read: (queue: QueueRecord) => Iterable<readonly [Labels, MinuteSeries<Value>]>;
}

/** The monitored resource of a queue (google-cloud.md 8.2). */
export const QUEUE_RESOURCE = "cloud_tasks_queue";

/** The metrics of queues (google-cloud.md 8.2). */
export const QUEUE_METRICS: readonly QueueMetricType[] = [
  {
    type: "cloudtasks.googleapis.com/api/request_count",
    kind: "DELTA",
    valueType: "INT64",
    unit: "1",
    displayName: "API requests",
    description: "The count of calls of the Cloud Tasks API.",
    labels: {
      api_method: "The method that was called, such as CreateTask.",
      response_code: "What the call was answered with.",
    },
    resourceTypes: [QUEUE_RESOURCE],
    read: ({ calls }) =>
      [...calls].flatMap(([method, counts]) => byCode(counts, { api_method: method })),
  },
  {
    type: "cloudtasks.googleapis.com/queue/depth",
    kind: "GAUGE",
    valueType: "INT64",
    unit: "1",
    displayName: "Queue depth",
    description: "The number of tasks in the queue, those of a later schedule time included.",
    labels: {},
    resourceTypes: [QUEUE_RESOURCE],
    read: ({ depth }) => [[{}, depth]],
  },
  {
    type: "cloudtasks.googleapis.com/queue/task_attempt_count",
    kind: "DELTA",
    valueType: "INT64",
    unit: "1",
    displayName: "Task attempt count",
    description: "The count of task attempts by the code of their answers.",
    labels: { response_code: "What the attempt was answered with." },
    resourceTypes: [QUEUE_RESOURCE],
    read: ({ deliveries }) => byCode(deliveries, {}),
  },
  {
    type: "cloudtasks.googleapis.com/queue/task_attempt_delays",
    kind: "DELTA",
    valueType: "DISTRIBUTION",
    unit: "ms",
    displayName: "Task attempt delays",
    description: "The time from when an attempt was due to when it began.",
    labels: {},
    resourceTypes: [QUEUE_RESOURCE],
    read: ({ delays }) => [[{}, delays]],
  },
];

/**
 * How the label `response_code` shows an HTTP status. The label's real values are not known
 * (google-cloud.md 8.2, 12.3): the number is this cloud's choice, and 0 where a delivery got no answer.
 */
export function responseCode(status: number): string {
  return String(status);
}

function byCode(counts: CountsByCode, labels: Labels): [Labels, MinuteSeries<number>][] {
  return [...counts].map(([code, series]) => [
    { ...labels, response_code: responseCode(code) },
    series,
  ]);
}
