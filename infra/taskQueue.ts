import { Queue, type QueueArgs } from "@pulumi/gcp/cloudtasks/queue.js";
import type { QueueIamMember, QueueIamMemberArgs } from "@pulumi/gcp/cloudtasks/queueIamMember.js";
import * as pulumi from "@pulumi/pulumi";
import type { Duration } from "../tasks/contract/contract.ts";
import type { QueueConfig } from "./config/config.ts";
import { QueueGrants } from "./queueGrants.ts";
import type { QueueNames } from "./queueNames.ts";
import { transformed, type Transform } from "./transform.ts";
import type { Worker } from "./worker.ts";

export interface TaskQueueArgs {
  /** The names of the queues; this one's is under the component's own. */
  names: QueueNames;
  region: string;
  settings: QueueConfig;

  /** Where every task of the queue goes, and as whom. */
  worker: Pick<Worker, "url" | "invoker" | "callGrants">;

  /** How many of the queue's operations are logged, from 0 to 1. */
  loggingSamplingRatio: number;

  /** Deleting a queue deletes its tasks: refuse to, and leave it in the cloud if it leaves the program. */
  protect: boolean;

  /** @default - the resources as this component asks for them */
  transform?: QueueTransform | undefined;
}

/** What may be changed of a queue and its grants. Its name is that of `QueueNames`, which others are told too. */
export interface QueueTransform {
  queue?: Transform<QueueArgs>;
  grant?: Transform<QueueIamMemberArgs>;
}

/** A Cloud Tasks queue that sends its tasks to a worker, and the right to put tasks on it. */
export class TaskQueue extends pulumi.ComponentResource {
  /** `projects/my-project/locations/europe-west1/queues/dev-email-1a2b3c4d` */
  readonly fullName: pulumi.Output<string>;
  readonly dispatchDeadline: Duration;
  /** What Cloud Tasks is asked for: whoever operates it sees by it what was changed since. */
  readonly asked: Pick<QueueArgs, "rateLimits" | "retryConfig">;
  /** Failed attempts after which the worker ends a task: Cloud Tasks ends none. */
  readonly maxAttempts: number;
  /** Nobody may enqueue. */
  readonly isRetired: boolean;
  readonly #grants: QueueGrants;

  constructor(name: string, args: TaskQueueArgs, opts?: pulumi.ComponentResourceOptions) {
    super("background-tasks:queues:TaskQueue", name, {}, opts);
    const { names, region, settings, worker, protect } = args;
    const { rateLimits, retryConfig } = settings;

    this.fullName = names.full(name);
    this.dispatchDeadline = settings.dispatchDeadline;
    this.maxAttempts = retryConfig.maxAttempts;
    this.isRetired = settings.retired === true;
    const queueArgs = transformed<QueueArgs>(args.transform?.queue, name, {
      name: names.short(name),
      location: region,
      rateLimits,
      // What Cloud Tasks gives up is gone, and nobody is told: the worker ends each task.
      retryConfig: { ...retryConfig, maxAttempts: -1 },
      httpTarget: {
        uriOverride: {
          scheme: "HTTPS",
          host: worker.url.apply((url) => new URL(url).host),
          uriOverrideEnforceMode: "ALWAYS",
        },
        oidcToken: { serviceAccountEmail: worker.invoker, audience: worker.url },
      },
      stackdriverLoggingConfig: { samplingRatio: args.loggingSamplingRatio },
    });
    this.asked = { rateLimits: queueArgs.rateLimits, retryConfig: queueArgs.retryConfig };
    const queue = new Queue(name, queueArgs, {
      parent: this,
      protect,
      retainOnDelete: protect,
      // A task that is sent before the invoker may call the worker is a delivery lost.
      dependsOn: [...worker.callGrants],
      // What replaces it has another name. Until it is there, producers and schedules need the old one.
      deleteBeforeReplace: false,
    });
    this.#grants = new QueueGrants(this, name, queue, args.transform?.grant);

    this.registerOutputs({ fullName: this.fullName });
  }

  /**
   * Lets `member` enqueue; nobody may on a queue that is retired. `suffix` becomes part of the grant's
   * name, so keep it stable.
   */
  grantEnqueue(suffix: string, member: pulumi.Input<string>): QueueIamMember[] {
    return this.isRetired
      ? []
      : [this.#grants.add(`enqueuer-${suffix}`, "roles/cloudtasks.enqueuer", member)];
  }

  /** Lets `member` delete tasks, those of a queue that is retired too. `suffix` is as above. */
  grantCancel(suffix: string, member: pulumi.Input<string>): void {
    this.#grants.add(`canceller-${suffix}`, "roles/cloudtasks.taskDeleter", member);
  }

  /** Lets `member` see tasks with their payloads, redrive, delete and pause, with the custom role `pauser`. */
  grantOperating(suffix: string, member: pulumi.Input<string>, pauser: pulumi.Input<string>): void {
    if (!this.isRetired)
      this.#grants.add(`operator-enqueuer-${suffix}`, "roles/cloudtasks.enqueuer", member);
    this.#grants.addOperator(suffix, member, pauser);
  }

  /** Lets `member` see tasks, as the custom role `viewer` says. */
  grantViewing(suffix: string, member: pulumi.Input<string>, viewer: pulumi.Input<string>): void {
    this.#grants.addViewer(suffix, member, viewer);
  }
}
