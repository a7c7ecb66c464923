import { Queue } from "@pulumi/gcp/cloudtasks/queue.js";
import * as pulumi from "@pulumi/pulumi";
import { QueueGrants } from "./queueGrants.ts";
import type { QueueNames } from "./queueNames.ts";
import type { QueueTransform } from "./taskQueue.ts";
import { transformed } from "./transform.ts";

export interface DeadLetterQueueArgs {
  /** The names of the queues; this one's is under the component's own. */
  names: QueueNames;
  region: string;

  /** How many of the queue's operations are logged, from 0 to 1. */
  loggingSamplingRatio: number;

  /** Deleting a queue deletes its tasks: refuse to, and leave it in the cloud if it leaves the program. */
  protect: boolean;

  /** @default - the resources as this component asks for them */
  transform?: QueueTransform | undefined;
}

/** The queue of the tasks that failed for the last time. It is paused: nothing leaves it by itself. */
export class DeadLetterQueue extends pulumi.ComponentResource {
  /** `projects/my-project/locations/europe-west1/queues/dev-dead-letter-1a2b3c4d` */
  readonly fullName: pulumi.Output<string>;
  readonly #grants: QueueGrants;

  constructor(name: string, args: DeadLetterQueueArgs, opts?: pulumi.ComponentResourceOptions) {
    super("background-tasks:queues:DeadLetterQueue", name, {}, opts);
    const { names, region, loggingSamplingRatio, protect } = args;

    this.fullName = names.full(name);
    const queue = new Queue(
      name,
      transformed(args.transform?.queue, name, {
        name: names.short(name),
        location: region,
        desiredState: "PAUSED",
        // Somebody may resume it. With no target and no end of deliveries its tasks then fail, once an
        // hour, and stay.
        retryConfig: { maxAttempts: -1, minBackoff: "3600s", maxBackoff: "3600s" },
        stackdriverLoggingConfig: { samplingRatio: loggingSamplingRatio },
      }),
      {
        parent: this,
        protect,
        retainOnDelete: protect,
        dependsOn: opts?.dependsOn ?? [],
        // What replaces it has another name. Until it is there, the old worker needs the old one.
        deleteBeforeReplace: false,
      },
    );
    this.#grants = new QueueGrants(this, name, queue, args.transform?.grant);

    this.registerOutputs({ fullName: this.fullName });
  }

  /**
   * Lets `member` add dead letters, and remove one whose task succeeded after all. `suffix` becomes part
   * of the grants' names, so keep it stable.
   */
  grantKeeping(suffix: string, member: pulumi.Input<string>): void {
    this.#grants.add(`enqueuer-${suffix}`, "roles/cloudtasks.enqueuer", member);
    this.#grants.add(`deleter-${suffix}`, "roles/cloudtasks.taskDeleter", member);
  }

  /** Lets `member` see dead letters with their payloads, claim and delete them, and pause, with the role `pauser`. */
  grantOperating(suffix: string, member: pulumi.Input<string>, pauser: pulumi.Input<string>): void {
    this.#grants.add(`operator-enqueuer-${suffix}`, "roles/cloudtasks.enqueuer", member);
    this.#grants.addOperator(suffix, member, pauser);
  }

  /** Lets `member` see dead letters, as the custom role `viewer` says. */
  grantViewing(suffix: string, member: pulumi.Input<string>, viewer: pulumi.Input<string>): void {
    this.#grants.addViewer(suffix, member, viewer);
  }
}
