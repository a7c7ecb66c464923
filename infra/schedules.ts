import { Job, type JobArgs } from "@pulumi/gcp/cloudscheduler/job.js";
import { Account, type AccountArgs } from "@pulumi/gcp/serviceaccount/account.js";
import * as pulumi from "@pulumi/pulumi";
import type { TaskContract } from "../tasks/contract/contract.ts";
import { taskResource } from "../tasks/contract/taskRequest.ts";
import { cloudNames, jobName, type Naming } from "./config/names.ts";
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

  /** @default - the resources as this component asks for them */
  transform?: { job?: Transform<JobArgs>; account?: Transform<AccountArgs> };
}

/**
 * A Cloud Scheduler job for each schedule, which does no more than enqueue a task: the queue has the
 * retries and the dead letters that Scheduler has not. A job may fire twice.
 */
export class Schedules extends pulumi.ComponentResource {
  /** `projects/my-project/locations/europe-west1/jobs/dev-daily-digest`, by the keys of the schedules. */
  readonly fullNames: Readonly<Record<string, pulumi.Output<string>>>;

  constructor(name: string, args: SchedulesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("background-tasks:schedules:Schedules", name, {}, opts);
    const { stack, project, region, schedules, tasks, queues, transform } = args;
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
    const grants = queues.grantEnqueue(
      "scheduler",
      account.member,
      enqueued.map(({ schedule }) => tasks[schedule.task]?.queue ?? ""),
    );
    const jobs = enqueued.map(({ key, schedule, queue }): [string, pulumi.Output<string>] => {
      const job = new Job(
        key,
        transformed(transform?.job, key, {
          name: jobName(args, key),
          region,
          schedule: schedule.cron,
          timeZone: schedule.timeZone,
          paused: schedule.paused,
          attemptDeadline: "30s",
          retryConfig: { retryCount: 3 },
          httpTarget: {
            httpMethod: "POST",
            uri: pulumi.interpolate`https://cloudtasks.googleapis.com/v2/${queue.fullName}/tasks`,
            headers: { "Content-Type": "application/json" },
            body: createTaskBody(schedule, queue),
            oauthToken: {
              serviceAccountEmail: account.email,
              scope: "https://www.googleapis.com/auth/cloud-platform",
            },
          },
        }),
        { parent: this, dependsOn: grants },
      );
      return [key, pulumi.interpolate`projects/${project}/locations/${region}/jobs/${job.name}`];
    });
    this.fullNames = Object.fromEntries(jobs);

    this.registerOutputs({ fullNames: this.fullNames });
  }
}

/** The request that creates the schedule's task, in base64 as Scheduler takes a body. */
function createTaskBody({ task, payload }: ScheduleSettings, queue: TaskQueue): string {
  const { dispatchDeadline } = queue;
  const request = { task: taskResource(task, JSON.stringify(payload), { dispatchDeadline }) };
  return Buffer.from(JSON.stringify(request)).toString("base64");
}
