import type * as pulumi from "@pulumi/pulumi";
import type { TaskContract } from "../tasks/contract/contract.ts";
import { environment, type WorkerShare } from "../tasks/contract/environment.ts";
import { settingVariable } from "../tasks/contract/setting.ts";
import type { QueueConfig, StackConfig } from "./config/config.ts";
import { ofWorker } from "./config/names.ts";
import { workerShare } from "./config/workerShare.ts";
import { settingVariables, type StackSecret } from "./secrets.ts";
import { Worker, type WorkerArgs } from "./worker.ts";

type Shared = Omit<WorkerArgs, "key" | "worker" | "secrets">;

export interface WorkersArgs extends Shared, Pick<StackConfig, "workers" | "settings"> {
  tasks: Readonly<Record<string, TaskContract>>;
  queues: Readonly<Record<string, Pick<QueueConfig, "worker">>>;

  /** The secrets of the stack's settings, by the variables that read them. */
  secrets: Readonly<Record<string, StackSecret>>;
}

/** A worker with the queues that its handlers enqueue on. */
interface Employed {
  readonly worker: Worker;
  readonly enqueues: WorkerShare["enqueues"];
}

/**
 * The workers of `tasks/workers.ts`, all of one image. Where there are several, each has the settings and the
 * grants that the tasks on its queues need, and is told what it has; the only one has all. No resource itself.
 */
export class Workers {
  /** By their keys. */
  readonly byKey: ReadonlyMap<string, Worker>;
  /** Each, with the keys of the queues that its handlers enqueue on. */
  readonly employed: readonly Employed[];
  readonly #queues: WorkersArgs["queues"];

  constructor(args: WorkersArgs, opts?: pulumi.ComponentResourceOptions) {
    const { workers, settings, secrets, tasks, queues, ...shared } = args;
    const isOnly = Object.keys(workers).length === 1;
    const made = Object.entries(workers).map(([key, worker]): [string, Employed] => {
      const share = workerShare(key, tasks, queues);
      const has = new Set(share.settings.map(settingVariable));
      const own = <Value>(variables: Readonly<Record<string, Value>>): Record<string, Value> =>
        isOnly ? variables : pick(variables, has);
      const args = {
        ...shared,
        key,
        worker,
        environment: {
          ...shared.environment,
          ...own(settingVariables(settings.plain)),
          ...(!isOnly && { [environment.worker]: JSON.stringify(share) }),
        },
        secrets: own(secrets),
      };
      return [
        key,
        { worker: new Worker(ofWorker("worker", key), args, opts), enqueues: share.enqueues },
      ];
    });

    this.byKey = new Map(made.map(([key, { worker }]) => [key, worker]));
    this.employed = made.map(([, employed]) => employed);
    this.#queues = queues;
  }

  /** The worker that a queue sends its tasks to. */
  ofQueue(key: string): Worker {
    const worker = this.byKey.get(this.#queues[key]?.worker ?? "");
    if (!worker) throw new Error(`Queue '${key}' has no worker.`);
    return worker;
  }
}

function pick<Value>(
  values: Readonly<Record<string, Value>>,
  names: ReadonlySet<string>,
): Record<string, Value> {
  return Object.fromEntries(Object.entries(values).filter(([name]) => names.has(name)));
}
