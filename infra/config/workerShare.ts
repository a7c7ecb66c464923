import type { TaskContract } from "../../tasks/contract/contract.ts";
import type { WorkerShare } from "../../tasks/contract/environment.ts";
import type { QueueOfWorker } from "./checks.ts";

/** What a worker is given for the tasks on its queues: the settings that these name, the queues that they enqueue on. */
export function workerShare(
  worker: string,
  tasks: Readonly<Record<string, TaskContract>>,
  queues: Readonly<Record<string, Pick<QueueOfWorker, "worker">>>,
): WorkerShare {
  const own = Object.values(tasks).filter(({ queue, alsoOn = [] }) =>
    [queue, ...alsoOn].some((key) => queues[key]?.worker === worker),
  );
  return {
    settings: sorted(own.flatMap(({ settings = [] }) => settings)),
    enqueues: sorted(
      own.flatMap(({ enqueues = [] }) => enqueues.map((name) => tasks[name]?.queue ?? "")),
    ),
  };
}

/** Each once, so that no order of tasks makes a new revision. */
function sorted(names: readonly string[]): string[] {
  return [...new Set(names)].sort();
}
