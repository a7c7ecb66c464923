import { Job, type JobArgs } from "@pulumi/gcp/cloudscheduler/job.js";
import { Account, type AccountArgs } from "@pulumi/gcp/serviceaccount/account.js";
import * as pulumi from "@pulumi/pulumi";
import type { TaskContract } from "../tasks/contract/contract.ts";
import { PING_TASK } from "../tasks/contract/ping.ts";
import { taskResource } from "../tasks/contract/taskRequest.ts";
import { cloudNames, jobName, pingJobName, type Naming } from "./config/names.ts";
import type { Queues } from "./queues.ts";
import type { ScheduleSettings } from "./config/scheduleSettings.ts";
import type { TaskQueue } from "./taskQueue.ts";
import { transformed, type Transform } from "./transform.ts";

export interface SchedulesArgs extends Naming {
  project: string;
  region: string;
  schedules: Readonly<Record<string, ScheduleSettings>>;
  tasks: Readonly<Record<string, TaskContract>>;
  queues: Queues;

  /**
   * When each queue is sent a ping, as a cron expression. One that is retired is sent none.
   *
   * @default - never
   */
  canary?: string | undefined;

  /** @default - the resources as this component asks for them */
  transform?: { job?: Transform<JobArgs>; account?: Transform<AccountArgs> };
}

/**
 * A Cloud Scheduler job for each schedule, and for each queue one that sends it pings. A job does no more than
 * enqueue a task: the queue has the retries and the dead letters that Scheduler has not. A job may fire twice.
 */
export class Schedules extends pulumi.ComponentResource {
  /** `projects/my-project/locations/europe-west1/jobs/dev-daily-digest`, by the keys of the schedules. */
  readonly fullNames: Readonly<Record<string, pulumi.Output<string>>>;

  constructor(name: string, args: SchedulesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("background-tasks:schedules:Schedules", name, {}, opts);
    const { stack, project, region, schedules, tasks, queues, canary, transform } = args;
    const enqueued = Object.entries(schedules).map(([key, schedule]) => {
      const queue = queues.byKey.get(tasks[schedule.task]?.queue ?? "");
      if (!queue) throw new Error(`Schedule '${key}' has no queue for task '${schedule.task}'.`);
      return { key, schedule, queue };
    });

    const account = new Account(
      name,
      transformed(transform?.account, name, {
        accountId: cloudNames(args).schedulerAccount,
        displayName: `${stack}: schedules enqueue`,
        createIgnoreAlreadyExists: true,
      }),
      { parent: this, dependsOn: opts?.dependsOn ?? [] },
    );
    const pinged =
      canary === undefined ? [] : [...queues.byKey].filter(([, { isRetired }]) => !isRetired);
    const grants = queues.grantEnqueue("scheduler", account.member, [
      ...enqueued.map(({ schedule }) => tasks[schedule.task]?.queue ?? ""),
      ...pinged.map(([key]) => key),
    ]);
    const makeJob = (key: string, queue: TaskQueue, own: JobSettings): Job =>
      new Job(
        key,
        transformed(transform?.job, key, {
          name: own.name,
          region,
          schedule: own.cron,
          timeZone: own.timeZone,
          paused: own.paused,
          attemptDeadline: "30s",
          retryConfig: { retryCount: 3 },
          httpTarget: {
            httpMethod: "POST",
            uri: pulumi.interpolate`https://cloudtasks.googleapis.com/v2/${queue.fullName}/tasks`,
            headers: { "Content-Type": "application/json" },
            body: Buffer.from(JSON.stringify({ task: own.request })).toString("base64"),
            oauthToken: {
              serviceAccountEmail: account.email,
              scope: "https://www.googleapis.com/auth/cloud-platform",
            },
          },
        }),
        { parent: this, dependsOn: grants },
      );
    const jobs = enqueued.map(({ key, schedule, queue }): [string, pulumi.Output<string>] => {
      const { cron, timeZone, paused, task, payload } = schedule;
      const { dispatchDeadline } = queue;
      const job = makeJob(key, queue, {
        ...{ name: jobName(args, key), cron, timeZone, paused },
        request: taskResource(task, JSON.stringify(payload), { dispatchDeadline }),
      });
      return [key, pulumi.interpolate`projects/${project}/locations/${region}/jobs/${job.name}`];
    });
    for (const [key, queue] of pinged) {
      makeJob(`${PING_TASK}:${key}`, queue, {
        ...{
          name: pingJobName(args, key),
          cron: canary ?? "",
          timeZone: "Etc/UTC",
          paused: false,
        },
        request: {
          ...taskResource(PING_TASK, "{}", { dispatchDeadline: queue.dispatchDeadline }),
          // In an outage pings do not pile up.
          retryConfig: { maxAttempts: 1 },
        },
      });
    }
    this.fullNames = Object.fromEntries(jobs);

    this.registerOutputs({ fullNames: this.fullNames });
  }
}

/** What one job has otherwise than another. */
interface JobSettings extends Pick<ScheduleSettings, "cron" | "timeZone" | "paused"> {
  readonly name: string;
  /** The task that it creates. */
  readonly request: object;
}
