import { createHash } from "node:crypto";
import type { CallBound, CloudTasks } from "../tasks/client/cloudTasks.ts";
import { deadLetterHeaders, type DeadLetterReason } from "../tasks/contract/deadLetter.ts";
import { taskHeaders, taskUrl, type TaskResource } from "../tasks/contract/taskRequest.ts";
import { describeError } from "./errors.ts";
import type { TaskRequest } from "./taskRequest.ts";

/** Why and when a task ends as a dead letter. */
export interface Ending {
  readonly reason: DeadLetterReason;
  readonly error: unknown;
  /** How often the task's handler ran. */
  readonly attempts: number;
  readonly time: Date;
}

/** The dead-letter queue. */
export interface DeadLetters {
  /** Keeps a task. That it is there already means that an earlier delivery did this. */
  add(request: TaskRequest, ending: Ending, bound: CallBound): Promise<void>;
  /** Takes back the dead letter of a task, if there is one. Returns whether there was. */
  remove(request: TaskRequest, bound: CallBound): Promise<boolean>;
}

/** Makes the dead letters of a queue, given its full name. */
export function makeDeadLetters(queue: string, api: CloudTasks): DeadLetters {
  const nameOf = (request: TaskRequest): string => `${queue}/tasks/${deadLetterId(request)}`;
  return {
    async add(request, ending, bound) {
      await api.createTask(queue, deadLetter(nameOf(request), request, ending), bound);
    },
    remove: (request, bound) => api.deleteTask(nameOf(request), bound),
  };
}

/** One id for all deliveries of one task, and another for a task enqueued later under the same name. */
function deadLetterId({ queue, taskId, enqueueId = "" }: TaskRequest): string {
  return createHash("sha256")
    .update(JSON.stringify([queue.logicalName, taskId, enqueueId]))
    .digest("hex");
}

// What Cloud Tasks takes of a task as it is stored (measured: 2^20 - 7), less what it adds of its own.
const MAX_TASK_BYTES = 2 ** 20 - 7 - 1024;
/** At the most, what the encoding adds to a header: tags and lengths of its entry, key and value. */
const HEADER_OVERHEAD_BYTES = 12;
const MAX_ERROR_BYTES = 4096;

function deadLetter(
  name: string,
  request: TaskRequest,
  { reason, error, attempts, time }: Ending,
): TaskResource & { readonly name: string } {
  const { task, queue, taskId, body, retryCount, traceparent } = request;
  const url = taskUrl(task);
  const headers: Record<string, string> = {
    [taskHeaders.contentType]: request.contentType,
    [taskHeaders.idempotencyKey]: request.idempotencyKey,
    ...(traceparent !== undefined && { [taskHeaders.traceparent]: traceparent }),
    [deadLetterHeaders.task]: task,
    [deadLetterHeaders.queue]: queue.logicalName,
    [deadLetterHeaders.taskId]: taskId,
    [deadLetterHeaders.reason]: reason,
    [deadLetterHeaders.error]: encodeError(describeError(error)),
    [deadLetterHeaders.attempts]: String(attempts),
    [deadLetterHeaders.deliveries]: String(retryCount + 1),
    [deadLetterHeaders.time]: time.toISOString(),
  };
  const room = MAX_TASK_BYTES - name.length - url.length - sizeOf(headers);
  if (body.length > room) headers[deadLetterHeaders.cutFrom] = String(body.length);
  return {
    name,
    httpRequest: {
      url,
      httpMethod: "POST",
      headers,
      body: body.subarray(0, room).toString("base64"),
    },
  };
}

function sizeOf(headers: Readonly<Record<string, string>>): number {
  return Object.entries(headers).reduce(
    (sum, [key, value]) => sum + key.length + value.length + HEADER_OVERHEAD_BYTES,
    0,
  );
}

/** Percent-encodes as much of a message as fits, whole characters only. */
function encodeError(message: string): string {
  let encoded = "";
  // By way of bytes, since half a surrogate pair cannot be encoded.
  for (const character of Buffer.from(message.slice(0, MAX_ERROR_BYTES)).toString()) {
    const next = encodeURIComponent(character);
    if (encoded.length + next.length > MAX_ERROR_BYTES) break;
    encoded += next;
  }
  return encoded;
}
