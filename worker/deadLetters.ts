import type { CallBound, CloudTasks } from "../tasks/client/cloudTasks.ts";
import { CloudTasksError } from "../tasks/client/cloudTasksError.ts";
import {
  deadLetterHeaders,
  deadLetterId,
  type DeadLetterReason,
} from "../tasks/contract/deadLetter.ts";
import { taskHeaders, taskUrl, type TaskResource } from "../tasks/contract/taskRequest.ts";
import type { TaskRequest } from "./taskRequest.ts";

/** Why and when a task ends as a dead letter. */
export interface Ending {
  readonly reason: DeadLetterReason;
  /** What it died of, as it is told. */
  readonly error: string;
  /** As `causeOf` gives it. */
  readonly cause: string;
  /** Answers that were heard, with the one that this becomes: those of failed attempts, and of the platform. */
  readonly attempts: number;
  readonly time: Date;
}

/** The dead-letter queue. */
export interface DeadLetters {
  /** Keeps a task. That it is there already means that an earlier delivery did this. */
  add(request: TaskRequest, ending: Ending, bound: CallBound): Promise<void>;
  /** Takes back the dead letter of a task, if there is one, that was written lately as seen from `time`. */
  remove(request: TaskRequest, time: Date, bound: CallBound): Promise<void>;
}

/** Makes the dead letters of a queue, given its full name, for a revision of the worker. */
export function makeDeadLetters(
  queue: string,
  revision: string | undefined,
  api: Pick<CloudTasks, "createTask" | "deleteTask">,
): DeadLetters {
  return {
    async add(request, ending, bound) {
      try {
        await api.createTask(queue, deadLetter(queue, request, ending, revision), bound);
      } catch (error) {
        if (!isRefusedAsItIs(error)) throw error;
        await api.createTask(queue, smallDeadLetter(queue, request, ending, revision), bound);
      }
    },
    async remove(request, time, bound) {
      const names = [nameOf(queue, request, time)];
      // The hour may have changed since.
      if (request.enqueueId === undefined)
        names.push(nameOf(queue, request, new Date(+time - HOUR_MS)));
      for (const name of new Set(names)) await api.deleteTask(name, bound);
    },
  };
}

/** No other try of the same could be taken. */
function isRefusedAsItIs(error: unknown): boolean {
  return error instanceof CloudTasksError && (error.code === 400 || error.code === 413);
}

const HOUR_MS = 3_600_000;

/**
 * One name for all deliveries of one task, and another for a task enqueued later under the same name. Without
 * an `Enqueue-Id` that would tell them apart, the hour does: a name is not to be had again for an hour at
 * the least after its task's end. https://cloud.google.com/tasks/docs/reference/rest/v2/projects.locations.queues.tasks/create
 */
function nameOf(deadLetters: string, request: TaskRequest, time: Date): string {
  const { queue, taskId, enqueueId, body } = request;
  const life = enqueueId ?? Math.floor(+time / HOUR_MS);
  return `${deadLetters}/tasks/${deadLetterId(queue.logicalName, taskId, life, body)}`;
}

// What Cloud Tasks takes of a task as it is stored (measured: 2^20 - 7), less what it adds of its own.
const MAX_TASK_BYTES = 2 ** 20 - 7 - 1024;
/** At the most, what the encoding adds to a header: tags and lengths of its entry, key and value. */
const HEADER_OVERHEAD_BYTES = 12;
/** Of a header that holds a text, once it is encoded. */
const MAX_TEXT_BYTES = 4096;

type NamedTask = TaskResource & { readonly name: string };

/** The task that keeps another on the dead-letter queue `queue`, in the form that it had. */
export function deadLetter(
  queue: string,
  request: TaskRequest,
  ending: Ending,
  revision: string | undefined,
): NamedTask {
  const name = nameOf(queue, request, ending.time);
  const { task, body, bodySize, traceparent } = request;
  const url = taskUrl(task === undefined ? "" : encode(task, MAX_TEXT_BYTES));
  const headers: Record<string, string> = {
    [taskHeaders.contentType]: request.contentType,
    [taskHeaders.idempotencyKey]: request.idempotencyKey,
    ...(traceparent !== undefined && { [taskHeaders.traceparent]: traceparent }),
    ...endingHeaders(request, ending, revision, MAX_TEXT_BYTES),
  };
  const room = MAX_TASK_BYTES - name.length - url.length - sizeOf(headers);
  return taskOf(name, url, headers, body.subarray(0, Math.max(0, room)), bodySize);
}

/** Of Google's two limits on a task the smaller one. https://cloud.google.com/tasks/docs/quotas */
const SMALL_BODY_BYTES = 90_000;
const SMALL_TEXT_BYTES = 512;

/**
 * The same where Cloud Tasks refuses that form, with nothing in it that a producer has written but what is
 * encoded and short, and as much of the body as is sure to be taken. For ever refused, it would be lost.
 */
function smallDeadLetter(
  queue: string,
  request: TaskRequest,
  ending: Ending,
  revision: string | undefined,
): NamedTask {
  const name = nameOf(queue, request, ending.time);
  const { idempotencyKey, body, bodySize } = request;
  const headers = {
    [taskHeaders.contentType]: "application/octet-stream",
    [taskHeaders.idempotencyKey]: encode(idempotencyKey, SMALL_TEXT_BYTES),
    [deadLetterHeaders.idempotencyKey]: encode(idempotencyKey, SMALL_TEXT_BYTES),
    ...endingHeaders(request, ending, revision, SMALL_TEXT_BYTES),
  };
  return taskOf(name, taskUrl(""), headers, body.subarray(0, SMALL_BODY_BYTES), bodySize);
}

function endingHeaders(
  { task, line, queue, taskId, retryCount, redriveHistory }: TaskRequest,
  { reason, error, cause, attempts, time }: Ending,
  revision: string | undefined,
  maxBytes: number,
): Record<string, string> {
  return {
    ...(task === undefined
      ? { [deadLetterHeaders.request]: encode(line, maxBytes) }
      : { [deadLetterHeaders.task]: encode(task, maxBytes) }),
    [deadLetterHeaders.queue]: encode(queue.logicalName, maxBytes),
    [deadLetterHeaders.taskId]: encode(taskId, maxBytes),
    [deadLetterHeaders.reason]: reason,
    [deadLetterHeaders.error]: encode(error, maxBytes),
    [deadLetterHeaders.cause]: cause,
    [deadLetterHeaders.attempts]: String(attempts),
    [deadLetterHeaders.deliveries]: String(retryCount + 1),
    [deadLetterHeaders.time]: time.toISOString(),
    ...(revision !== undefined && { [deadLetterHeaders.revision]: encode(revision, maxBytes) }),
    ...(redriveHistory !== undefined && { [deadLetterHeaders.history]: redriveHistory }),
  };
}

function taskOf(
  name: string,
  url: string,
  headers: Readonly<Record<string, string>>,
  kept: Buffer,
  size: number,
): NamedTask {
  return {
    name,
    httpRequest: {
      url,
      httpMethod: "POST",
      headers: {
        ...headers,
        ...(kept.length < size && { [deadLetterHeaders.cutFrom]: String(size) }),
      },
      body: kept.toString("base64"),
    },
  };
}

function sizeOf(headers: Readonly<Record<string, string>>): number {
  return Object.entries(headers).reduce(
    (sum, [key, value]) => sum + key.length + value.length + HEADER_OVERHEAD_BYTES,
    0,
  );
}

/** Percent-encodes as much of a text as fits, whole characters only: any text, for a header or a URL. */
function encode(text: string, maxBytes: number): string {
  let encoded = "";
  // By way of bytes, since half a surrogate pair cannot be encoded.
  for (const character of Buffer.from(text.slice(0, maxBytes)).toString()) {
    const next = encodeURIComponent(character);
    if (encoded.length + next.length > maxBytes) break;
    encoded += next;
  }
  return encoded;
}
