import { parseCron } from "@background-tasks/google/cron.ts";
import type { Watched } from "../../../infra/alerts/watched.ts";

/** A stack that is watched: one queue, one schedule of workdays, one worker, and a canary. */
export function watchedStack(changes: Partial<Watched> = {}): Watched {
  return {
    naming: { stack: "prod" },
    project: "my-project",
    region: "europe-west1",
    queues: [
      {
        key: "email",
        maxDispatchesPerSecond: 50,
        maxWaitS: 900,
        pingJob: "prod-ping-email",
      },
    ],
    deadLetterQueue: "dead-letter",
    schedules: [
      {
        key: "daily-digest",
        job: "prod-daily-digest",
        longestGapS: 259_200,
        // At seven in Berlin.
        dueDays: { cron: parseCron("0 7 * * MON-FRI"), firstS: 6 * 3600 },
      },
    ],
    workers: [{ key: "worker", service: "prod-worker", maxInstances: 10 }],
    canaryGapS: 300,
    objective: 0.999,
    delayedTasks: false,
    ...changes,
  };
}
