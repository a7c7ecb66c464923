import type { Operations } from "../stack/outputs.ts";

/** A Cloud Run service that does the tasks of queues. */
export type WorkerService = Operations["worker"];

/** The workers of a stack. */
export function workersOf({ worker }: Pick<Operations, "worker">): readonly WorkerService[] {
  return [worker];
}
