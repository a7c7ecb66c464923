import type { Queue } from "@pulumi/gcp/cloudtasks/queue.js";
import { QueueIamMember, type QueueIamMemberArgs } from "@pulumi/gcp/cloudtasks/queueIamMember.js";
import type * as pulumi from "@pulumi/pulumi";
import { transformed, type Transform } from "./transform.ts";

/** What may be done on one queue, and by whom. */
export class QueueGrants {
  readonly #parent: pulumi.Resource;
  readonly #name: string;
  readonly #queue: Queue;
  readonly #transform: Transform<QueueIamMemberArgs> | undefined;

  /** `name` is that of the queue's component, with which the names of the grants begin. */
  constructor(
    parent: pulumi.Resource,
    name: string,
    queue: Queue,
    transform?: Transform<QueueIamMemberArgs>,
  ) {
    this.#parent = parent;
    this.#name = name;
    this.#queue = queue;
    this.#transform = transform;
  }

  /** Gives `member` a role. `suffix` becomes part of the grant's name, so keep it stable. */
  add(suffix: string, role: pulumi.Input<string>, member: pulumi.Input<string>): QueueIamMember {
    const name = `${this.#name}-${suffix}`;
    return new QueueIamMember(
      name,
      transformed(this.#transform, name, {
        name: this.#queue.name,
        location: this.#queue.location,
        role,
        member,
      }),
      // As long as the old queue is there, so is what may be done on it.
      { parent: this.#parent, deleteBeforeReplace: false },
    );
  }

  /** Lets `member` see tasks with their payloads, delete them, and pause the queue, with the custom role `pauser`. */
  addOperator(suffix: string, member: pulumi.Input<string>, pauser: pulumi.Input<string>): void {
    this.add(`operator-viewer-${suffix}`, "roles/cloudtasks.viewer", member);
    this.add(`operator-deleter-${suffix}`, "roles/cloudtasks.taskDeleter", member);
    this.add(`operator-pauser-${suffix}`, pauser, member);
  }

  /** Lets `member` see tasks, as the custom role `viewer` says. */
  addViewer(suffix: string, member: pulumi.Input<string>, viewer: pulumi.Input<string>): void {
    this.add(`viewer-${suffix}`, viewer, member);
  }
}
