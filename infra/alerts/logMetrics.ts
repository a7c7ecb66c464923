import { PING_TASK } from "../../tasks/contract/ping.ts";
import { jobName } from "../config/names.ts";
import { operationsLogFilter } from "./operationsLog.ts";
import type { Watched } from "./watched.ts";

/** What is counted in logs. */
export type Counted = "ended" | "dead-letters" | "pings" | "deliveries" | "runs" | "pauses";

/** A log-based metric. */
export interface LogMetric {
  readonly key: Counted;
  readonly description: string;
  readonly filter: string;
  /** What each label is taken from, and what it says. */
  readonly labels: Readonly<Record<string, { readonly from: string; readonly says: string }>>;
}

/** The log-based metrics of a stack. */
export function logMetricsOf(watched: Pick<Watched, "naming" | "workers">): LogMetric[] {
  const { naming } = watched;
  const queue = { from: "labels.queue", says: "The queue's key in tasks/queues.ts." };
  return [
    {
      key: "ended",
      description: "Tasks that ended: done, or as dead letters.",
      filter: `${workerLog(watched)} AND jsonPayload.outcome=("done" OR "dead-letter") AND NOT labels.task="${PING_TASK}"`,
      labels: {
        queue,
        outcome: { from: "jsonPayload.outcome", says: "How it ended: done or dead-letter." },
      },
    },
    // A metric of its own: however many causes there are, no alert counts by this one.
    {
      key: "dead-letters",
      description: "Tasks that ended as dead letters, by cause.",
      filter: deadLettersOf(watched),
      labels: {
        queue,
        task: { from: "labels.task", says: "The task's name in tasks/tasks.ts." },
        cause: { from: "labels.cause", says: "The cause, as 'dead-letters' shows it." },
      },
    },
    {
      key: "pings",
      description: "Pings that arrived.",
      filter: `${workerLog(watched)} AND jsonPayload.outcome="done" AND labels.task="${PING_TASK}"`,
      labels: { queue },
    },
    {
      key: "deliveries",
      description: "Requests that Cloud Tasks made, those that reached no instance among them.",
      filter: requestsOfTasks(watched),
      labels: { status: { from: "httpRequest.status", says: "The status of the answer." } },
    },
    {
      key: "runs",
      description: "Runs of schedules that enqueued their task.",
      filter: `log_id("cloudscheduler.googleapis.com/executions") AND resource.type="cloud_scheduler_job" AND resource.labels.job_id=~"^${jobName(naming, "")}" AND httpRequest.status>=200 AND httpRequest.status<300`,
      labels: {},
    },
    {
      key: "pauses",
      description: "Queues that were paused or resumed by a command.",
      filter: operationsLogFilter(naming.stack),
      labels: {
        queue,
        action: { from: "labels.action", says: "What was done: pause or resume." },
      },
    },
  ];
}

/** What the worker's own lines are, of all workers of a stack. */
export function workerLog(watched: Pick<Watched, "workers">): string {
  return `log_id("run.googleapis.com/stdout") AND ${ofServices(watched)}`;
}

/** What the worker writes of a task that ends as a dead letter. */
export function deadLettersOf(watched: Pick<Watched, "workers">): string {
  return `${workerLog(watched)} AND jsonPayload.outcome="dead-letter"`;
}

/** What Cloud Run writes of the requests that Cloud Tasks makes. */
export function requestsOfTasks(watched: Pick<Watched, "workers">): string {
  return `log_id("run.googleapis.com/requests") AND ${ofServices(watched)} AND httpRequest.userAgent="Google-Cloud-Tasks"`;
}

/** What Cloud Scheduler writes of the runs of these jobs. */
export function executionsOf(jobs: readonly string[]): string {
  return `log_id("cloudscheduler.googleapis.com/executions") AND resource.type="cloud_scheduler_job" AND resource.labels.job_id=~"^(${jobs.join("|")})$"`;
}

export function ofServices({ workers }: Pick<Watched, "workers">): string {
  const services = workers.map(({ service }) => service);
  return `resource.type="cloud_run_revision" AND resource.labels.service_name=~"^(${services.join("|")})$"`;
}
