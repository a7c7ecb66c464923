import type { AlertKey } from "./texts.ts";

/** The mark of entries that only try alerts: `rehearsal-9f31c2aa`. `hex` is eight random digits. */
export function rehearsalMark(hex: string): string {
  return `rehearsal-${hex}`;
}

/** Whether a label holds such a mark, and not a name that somebody gave: a queue may be called `rehearsal-mails`. */
export function isRehearsalMark(label: string): boolean {
  return /^rehearsal-[0-9a-f]{8}$/.test(label);
}

/** Where entries are written that are to open a stack's alerts. */
export interface ProofPlace {
  readonly project: string;
  readonly region: string;
  /** The id of a worker's service. */
  readonly service: string;
  /** The id of a schedule's job; `undefined` where there is none. */
  readonly job: string | undefined;
  /** What tells these entries from all others. */
  readonly mark: string;
}

/**
 * For each alert of an entry of a log, an entry that opens it, as `entries.write` takes it. That of a dead letter is
 * counted as a task that ended as one.
 */
export function alertProofs(place: ProofPlace): Partial<Record<AlertKey, object>> {
  const { project, region, service, job, mark } = place;
  const entry = (log: string, fields: object): object => ({
    logName: `projects/${project}/logs/${encodeURIComponent(log)}`,
    severity: "ERROR",
    ...fields,
  });
  const run = {
    type: "cloud_run_revision",
    labels: {
      project_id: project,
      location: region,
      service_name: service,
      revision_name: mark,
      configuration_name: service,
    },
  };
  const message = "Written by 'npm run smoke -- --alerts', to see whether an alert opens.";
  const ofWorker = (outcome: string): object =>
    entry("run.googleapis.com/stdout", {
      resource: run,
      labels: { task: mark, queue: mark, cause: mark },
      jsonPayload: { message, outcome },
    });
  return {
    "dead-letter": ofWorker("dead-letter"),
    "dead-letter-not-kept": ofWorker("not-kept"),
    ...(job !== undefined && {
      "schedule-failed": entry("cloudscheduler.googleapis.com/executions", {
        resource: {
          type: "cloud_scheduler_job",
          labels: { project_id: project, location: region, job_id: job },
        },
        jsonPayload: { message, status: mark },
      }),
    }),
    "worker-breaks": entry("run.googleapis.com/varlog/system", {
      resource: run,
      jsonPayload: { message },
    }),
  };
}
