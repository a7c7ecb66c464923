import type * as pulumi from "@pulumi/pulumi";
import type { StackConfig } from "./config/config.ts";
import type { WorkerImage } from "./image.ts";
import type { Queues } from "./queues.ts";
import type { Schedules } from "./schedules.ts";
import type { Worker } from "./worker.ts";

type Names = Readonly<Record<string, pulumi.Output<string>>>;

/** What whoever operates a stack needs to know of it. The commands of this repository spell no name. */
export interface Operations {
  readonly stack: string;
  readonly project: string;
  readonly region: string;
  /** Whether what holds tasks refuses to be deleted. */
  readonly protect: boolean;
  /** The full names of the queues by their keys, the dead-letter queue's among them. */
  readonly queues: Names;
  /** The full names of the Scheduler jobs by the keys of their schedules. */
  readonly schedules: Names;
  readonly worker: {
    /** The full name of the service. */
    readonly service: pulumi.Output<string>;
    /** Where it is. Only Cloud Tasks gets an answer there. */
    readonly url: pulumi.Output<string>;
    /** The e-mail address of the account that tasks are sent as. */
    readonly invoker: pulumi.Output<string>;
  };
  /** Where the worker's images are: `host/project/repository/worker`. */
  readonly imageRepository: pulumi.Output<string>;
}

/** The value of the output `operations`: where everything of a stack is. */
export function operationsOf(
  { stack, project, region, protect }: StackConfig,
  parts: { image: WorkerImage; worker: Worker; queues: Queues; schedules: Schedules },
): Operations {
  const { image, worker, queues, schedules } = parts;
  return {
    stack,
    project,
    region,
    protect,
    queues: queues.fullNames,
    schedules: schedules.fullNames,
    worker: { service: worker.fullName, url: worker.url, invoker: worker.invoker },
    imageRepository: image.repository,
  };
}
