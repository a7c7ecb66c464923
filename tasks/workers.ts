import type { WorkerSettings } from "./contract/contract.ts";

/**
 * The workers, all of one image: each is a Cloud Run service with accounts, grants and settings of its own. A
 * queue names the one that does its tasks. What none sets here is what a stack gives to each (`workerCpu` and
 * so on in `Pulumi.yaml`); a stack may override any setting in `Pulumi.<stack>.yaml`, under `workers`. To give
 * a worker up, move its queues, mark it `retired: true`, deploy, and then remove it.
 */
export const workers = {
  worker: {},
} as const satisfies Record<string, WorkerSettings>;

export type WorkerName = keyof typeof workers;
