import type { QueueIamMember } from "@pulumi/gcp/cloudtasks/queueIamMember.js";
import * as pulumi from "@pulumi/pulumi";
import { DEAD_LETTER_QUEUE } from "./config/checks.ts";
import type { QueueConfig } from "./config/config.ts";
import { DeadLetterQueue } from "./deadLetterQueue.ts";
import { TaskQueue, type QueueTransform, type TaskQueueArgs } from "./taskQueue.ts";

export interface QueuesArgs extends Omit<TaskQueueArgs, "settings" | "worker" | "transform"> {
  queues: Readonly<Record<string, QueueConfig>>;

  /** Who does the tasks of each queue. */
  workers: { ofQueue(key: string): TaskQueueArgs["worker"] };

  /**
   * What to change of the work queues, and of the one for dead letters.
   *
   * @default - the resources as this component asks for them
   */
  transform?: { work?: QueueTransform; deadLetter?: QueueTransform };
}

/** Every queue of `tasks/queues.ts`, and the one for dead letters. */
export class Queues extends pulumi.ComponentResource {
  readonly deadLetter: DeadLetterQueue;
  /** By their keys in `tasks/queues.ts`. */
  readonly byKey: ReadonlyMap<string, TaskQueue>;

  constructor(name: string, args: QueuesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("background-tasks:queues:Queues", name, {}, opts);
    const { queues, workers, transform, ...shared } = args;
    const grants = new Set(Object.keys(queues).flatMap((key) => workers.ofQueue(key).callGrants));

    this.byKey = new Map(
      Object.entries(queues).map(([key, settings]) => [
        key,
        new TaskQueue(
          key,
          { ...shared, settings, worker: workers.ofQueue(key), transform: transform?.work },
          { parent: this },
        ),
      ]),
    );
    const { names, region, loggingSamplingRatio, protect } = shared;
    this.deadLetter = new DeadLetterQueue(
      DEAD_LETTER_QUEUE,
      { names, region, loggingSamplingRatio, protect, transform: transform?.deadLetter },
      // Where all are replaced, the old one goes before the old workers do.
      { parent: this, dependsOn: [...grants] },
    );

    this.registerOutputs({ fullNames: this.fullNames });
  }

  /** The queues' full names by their keys, the dead-letter queue's among them. */
  get fullNames(): Readonly<Record<string, pulumi.Output<string>>> {
    return {
      ...Object.fromEntries([...this.byKey].map(([key, queue]) => [key, queue.fullName])),
      [DEAD_LETTER_QUEUE]: this.deadLetter.fullName,
    };
  }

  /** Lets `member` enqueue on these queues, or on all. `suffix` becomes part of the grants' names. */
  grantEnqueue(
    suffix: string,
    member: pulumi.Input<string>,
    keys: Iterable<string> = this.byKey.keys(),
  ): QueueIamMember[] {
    return [...new Set(keys)].flatMap(
      (key) => this.byKey.get(key)?.grantEnqueue(suffix, member) ?? [],
    );
  }

  /** Lets `member` delete tasks of all these queues. `suffix` becomes part of the grants' names. */
  grantCancel(suffix: string, member: pulumi.Input<string>): void {
    for (const queue of this.byKey.values()) queue.grantCancel(suffix, member);
  }

  /** Lets `member` operate these queues and the one for dead letters. `suffix` is as above. */
  grantOperating(suffix: string, member: pulumi.Input<string>, pauser: pulumi.Input<string>): void {
    for (const queue of [...this.byKey.values(), this.deadLetter]) {
      queue.grantOperating(suffix, member, pauser);
    }
  }

  /** Lets `member` see what is on these queues and on the one for dead letters, but for payloads. */
  grantViewing(suffix: string, member: pulumi.Input<string>, viewer: pulumi.Input<string>): void {
    for (const queue of [...this.byKey.values(), this.deadLetter]) {
      queue.grantViewing(suffix, member, viewer);
    }
  }
}
