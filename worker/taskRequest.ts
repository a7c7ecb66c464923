import { knownDurationMs } from "../tasks/contract/duration.ts";
import type { DeployedQueue, QueueTable } from "../tasks/contract/environment.ts";
import { taskHeaders } from "../tasks/contract/taskRequest.ts";
import { Refusal } from "./errors.ts";

// As Node has the names of headers.
const ENQUEUE_ID = taskHeaders.enqueueId.toLowerCase();
const IDEMPOTENCY_KEY = taskHeaders.idempotencyKey.toLowerCase();
const TRACEPARENT = taskHeaders.traceparent.toLowerCase();

/** A queue under its name in `tasks/queues.ts`. */
export interface NamedQueue extends DeployedQueue {
  readonly logicalName: string;
  readonly dispatchDeadlineMs: number;
}

/** A delivery of a task: what its request says. */
export interface TaskRequest {
  /** The task's kind, from the path. Not known to be one of `tasks/tasks.ts`. */
  readonly task: string;
  readonly queue: NamedQueue;
  readonly taskId: string;
  /** Earlier deliveries. */
  readonly retryCount: number;
  /** Earlier deliveries that got an answer other than 5xx. */
  readonly executionCount: number;
  readonly scheduledTime: Date;
  readonly enqueueId: string | undefined;
  readonly idempotencyKey: string;
  readonly traceparent: string | undefined;
  readonly contentType: string;
  readonly body: Buffer;
}

/**
 * Makes what reads the headers of a delivery. It throws a `Refusal` for a request that no queue of the
 * table sent. Names of headers are in lower case.
 */
export function makeTaskRequestReader(
  queues: QueueTable,
): (task: string, header: (name: string) => string | undefined) => Omit<TaskRequest, "body"> {
  const byQueueId = new Map<string, NamedQueue>();
  for (const [logicalName, queue] of Object.entries(queues)) {
    byQueueId.set(queue.name.slice(queue.name.lastIndexOf("/") + 1), {
      ...queue,
      logicalName,
      dispatchDeadlineMs: knownDurationMs(queue.dispatchDeadline),
    });
  }

  return (task, header) => {
    const queueId = header("x-cloudtasks-queuename");
    const taskId = header("x-cloudtasks-taskname");
    const retryCount = count(header("x-cloudtasks-taskretrycount"));
    const executionCount = count(header("x-cloudtasks-taskexecutioncount"));
    const eta = Number(header("x-cloudtasks-tasketa") ?? NaN); // seconds, with six decimals
    if (!queueId || !taskId || retryCount < 0 || executionCount < 0 || !(eta > 0)) {
      throw new Refusal("not-a-task");
    }
    const queue = byQueueId.get(queueId);
    if (!queue) {
      throw new Refusal("unknown-queue", `Queue '${queueId}' is not in the worker's table.`);
    }
    return {
      task,
      queue,
      taskId,
      retryCount,
      executionCount,
      scheduledTime: new Date(eta * 1000),
      enqueueId: header(ENQUEUE_ID),
      idempotencyKey: header(IDEMPOTENCY_KEY) ?? taskId,
      traceparent: header(TRACEPARENT),
      contentType: header("content-type") ?? "application/json",
    };
  };
}

/** A count from a header; -1 for what is not one. */
function count(text: string | undefined): number {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : -1;
}
