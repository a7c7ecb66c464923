import type * as pulumi from "@pulumi/pulumi";
import type { Duration } from "../tasks/contract/contract.ts";
import { maxWaitOf } from "./config/alertSettings.ts";
import type { StackConfig } from "./config/config.ts";
import type { WorkerImage } from "./image.ts";
import type { Queues } from "./queues.ts";
import type { Schedules } from "./schedules.ts";
import type { TaskQueue } from "./taskQueue.ts";
import type { Watch } from "./watch.ts";
import type { Workers } from "./workers.ts";

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
  /** How each is set, by its key, the dead-letter queue aside. */
  readonly queueSettings: Readonly<Record<string, QueueOperations>>;
  /** The full names of the Scheduler jobs by the keys of their schedules. */
  readonly schedules: Names;
  /** The full names of the alert policies by the keys of their alerts; none where alerts are off. */
  readonly alerts: Names;
  /** The types of the log-based metrics by their keys; none where alerts are off. */
  readonly logMetrics: Names;
  /** In the order of `tasks/workers.ts`. */
  readonly workers: readonly WorkerOperations[];
  /** Where the worker's images are: `host/project/repository/worker`. */
  readonly imageRepository: pulumi.Output<string>;
}

/** How a queue is set: what Cloud Tasks is asked for, and what it is not. */
export interface QueueOperations extends Pick<TaskQueue["asked"], "rateLimits" | "retryConfig"> {
  /** Failed attempts after which the worker makes a dead letter of a task. */
  readonly maxAttempts: number;
  /** How long a task may wait before somebody is called; absent where alerts are off. */
  readonly maxWait?: Duration;
}

/** What they need to know of a worker. */
export interface WorkerOperations {
  /** Its key in `tasks/workers.ts`. */
  readonly name: string;
  /** The full name of the service. */
  readonly service: pulumi.Output<string>;
  /** Where it is. Only Cloud Tasks gets an answer there. */
  readonly url: pulumi.Output<string>;
  /** The e-mail address of the account that tasks are sent as. */
  readonly invoker: pulumi.Output<string>;
  /** The keys of the queues whose tasks it does. */
  readonly queues: readonly string[];
}

/** The value of the output `operations`: where everything of a stack is. */
export function operationsOf(
  config: StackConfig,
  parts: {
    image: WorkerImage;
    workers: Workers;
    queues: Queues;
    schedules: Schedules;
    watch: Watch;
  },
): Operations {
  const { stack, project, region, protect } = config;
  const { image, workers, queues, schedules, watch } = parts;
  return {
    stack,
    project,
    region,
    protect,
    queues: queues.fullNames,
    queueSettings: Object.fromEntries(
      [...queues.byKey].map(([key, { asked, maxAttempts }]) => [
        key,
        { ...asked, maxAttempts, ...maxWaitFor(config, key) },
      ]),
    ),
    schedules: schedules.fullNames,
    alerts: watch.policies,
    logMetrics: watch.logMetrics,
    workers: [...workers.byKey].map(([name, worker]) => ({
      name,
      service: worker.fullName,
      url: worker.url,
      invoker: worker.invoker,
      queues: Object.keys(config.queues).filter((key) => config.queues[key]?.worker === name),
    })),
    imageRepository: image.repository,
  };
}

function maxWaitFor(
  { queues, alerts }: Pick<StackConfig, "queues" | "alerts">,
  key: string,
): Pick<QueueOperations, "maxWait"> {
  return alerts.enabled ? { maxWait: `${maxWaitOf(queues[key] ?? {}, alerts)}s` } : {};
}
