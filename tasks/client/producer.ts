import type { TaskTable } from "../contract/contract.ts";
import { tasks } from "../tasks.ts";

/*
 * What a producer in another repository gets as a package (`npm run tasks -- client`): the client, and of the contract the
 * part that it needs. What is compiled is what this file leads to.
 */

export {
  createClient,
  fromEnvironment,
  type ById,
  type Cancelled,
  type Client,
  type ClientSettings,
  type Enqueued,
  type EnqueueItem,
  type EnqueueOptions,
  type Rescheduled,
} from "./client.ts";
export { CloudTasksError, NoAnswerError } from "./cloudTasksError.ts";
export type { Bulk, BulkResult, Progress } from "./enqueueMany.ts";
export type { Payload, PayloadInput, TaskName } from "../contract/contract.ts";

/** The tasks of the stack: their queues and payloads. */
export const contract = { tasks } as const satisfies TaskTable;
