import * as pulumi from "@pulumi/pulumi";
import { RandomId, type RandomIdArgs } from "@pulumi/random/randomId.js";
import { QUEUE_SUFFIX_BYTES, queuePrefix, type Naming } from "./config/names.ts";
import { alternatives } from "../tasks/contract/knownNames.ts";
import { transformed, type Transform } from "./transform.ts";

export interface QueueNamesArgs extends Naming {
  project: string;
  /** A queue cannot move: a new region means new queues, and so new names. */
  region: string;
  /** The keys of the queues. */
  keys: readonly string[];

  /** @default - the resources as this component asks for them */
  transform?: { id?: Transform<RandomIdArgs> };
}

/**
 * The names of the stack's queues in the cloud, each with a random suffix: the name of a deleted queue
 * cannot be used again for some days. They are known before the queues are, so that the worker can be
 * given them, and the queues the worker.
 */
export class QueueNames extends pulumi.ComponentResource {
  readonly #suffixed: ReadonlyMap<string, RandomId>;
  readonly #parent: string;

  constructor(name: string, args: QueueNamesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("background-tasks:queues:QueueNames", name, {}, opts);
    const { project, region, keys, transform } = args;

    this.#parent = `projects/${project}/locations/${region}`;
    this.#suffixed = new Map(
      keys.map((key) => [
        key,
        new RandomId(
          key,
          transformed(transform?.id, key, {
            byteLength: QUEUE_SUFFIX_BYTES,
            prefix: queuePrefix(args, key),
            keepers: { location: region },
          }),
          { parent: this },
        ),
      ]),
    );

    this.registerOutputs({});
  }

  /** `dev-email-1a2b3c4d` */
  short(key: string): pulumi.Output<string> {
    const suffixed = this.#suffixed.get(key);
    if (!suffixed) {
      throw new Error(`No queue '${key}'. ${alternatives(key, "queues", this.#suffixed.keys())}`);
    }
    return suffixed.hex;
  }

  /** `projects/my-project/locations/europe-west1/queues/dev-email-1a2b3c4d` */
  full(key: string): pulumi.Output<string> {
    return pulumi.interpolate`${this.#parent}/queues/${this.short(key)}`;
  }
}
