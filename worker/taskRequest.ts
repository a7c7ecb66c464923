import { durationMs, knownDurationMs } from "../tasks/contract/duration.ts";
import { traceIdOf } from "../tasks/client/traceContext.ts";
import type { DeployedQueue, QueueTable } from "../tasks/contract/environment.ts";
import { readHistory, writeHistory } from "../tasks/contract/redriveHistory.ts";
import { taskHeaders } from "../tasks/contract/taskRequest.ts";

// As Node has the names of headers.
const DISPATCH_DEADLINE = taskHeaders.dispatchDeadline.toLowerCase();
const ENQUEUE_ID = taskHeaders.enqueueId.toLowerCase();
const IDEMPOTENCY_KEY = taskHeaders.idempotencyKey.toLowerCase();
const REDRIVE_HISTORY = taskHeaders.redriveHistory.toLowerCase();
const TRACEPARENT = taskHeaders.traceparent.toLowerCase();

/** A queue under its name in `tasks/queues.ts`. */
export interface NamedQueue extends DeployedQueue {
  readonly logicalName: string;
  readonly dispatchDeadlineMs: number;
}

/** What an HTTP request of a queue says. */
export interface QueueRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  /** By a header's name in lower case. */
  readonly header: (name: string) => string | undefined;
  /** The body, or its beginning. */
  readonly body: Buffer;
  /** Of the whole body, in bytes. */
  readonly bodySize: number;
}

/** A delivery of a task. */
export interface TaskRequest {
  /**
   * The task's kind. Not known to be one of `tasks/tasks.ts`; `undefined` where the request is not
   * `POST /tasks/<name>`, which names one.
   */
  readonly task: string | undefined;
  /** Method and path, such as `PUT /tasks/send-email`. */
  readonly line: string;
  readonly queue: NamedQueue;
  readonly taskId: string;
  /** Earlier deliveries. */
  readonly retryCount: number;
  /** Earlier deliveries that got an answer other than 5xx. */
  readonly executionCount: number;
  /** The status that the delivery before this one was answered with. */
  readonly previousResponse: number | undefined;
  /** How long Cloud Tasks waits for the answer, in milliseconds. */
  readonly deadlineMs: number;
  readonly scheduledTime: Date;
  readonly enqueueId: string | undefined;
  readonly idempotencyKey: string;
  readonly traceparent: string | undefined;
  /** The earlier lives of a task that was redriven, as `writeHistory` writes them. */
  readonly redriveHistory: string | undefined;
  readonly contentType: string;
  readonly body: Buffer;
  readonly bodySize: number;
}

/** The reader of a worker's deliveries. `warn` is told what is odd about one that is served all the same. */
export type ReadTaskRequest = (request: QueueRequest) => TaskRequest | undefined;

/**
 * What a queue is taken for that is not in the worker's table: one that was removed and still holds tasks,
 * or one of another revision. Google's own defaults for a dispatch deadline and for deliveries.
 */
const UNKNOWN_QUEUE = {
  dispatchDeadline: "600s",
  dispatchDeadlineMs: 600_000,
  maxAttempts: 10,
  maxDeliveries: 100,
} as const;

/** Cloud Tasks takes no smaller one. https://cloud.google.com/tasks/docs/reference/rest/v2/projects.locations.queues.tasks#Task */
const MIN_DEADLINE_MS = 15_000;

/**
 * Makes what reads deliveries. It gives `undefined` for a request that no queue sent, and reads any that
 * one did: what it cannot make sense of it passes over, and tells `warn`.
 */
export function makeTaskRequestReader(
  queues: QueueTable,
  warn: (taskId: string, problem: string) => void,
): ReadTaskRequest {
  const byQueueId = new Map<string, NamedQueue>();
  for (const [logicalName, queue] of Object.entries(queues)) {
    byQueueId.set(queue.name.slice(queue.name.lastIndexOf("/") + 1), {
      ...queue,
      logicalName,
      dispatchDeadlineMs: knownDurationMs(queue.dispatchDeadline),
    });
  }

  return ({ method, url, header, body, bodySize }) => {
    const queueId = header("x-cloudtasks-queuename");
    const taskId = header("x-cloudtasks-taskname");
    if (!queueId || !taskId) return undefined;
    const queue = byQueueId.get(queueId) ?? unknownQueue(queueId);
    const path = pathOf(url);
    const traceparent = header(TRACEPARENT);

    return {
      task: method === "POST" ? taskOf(path) : undefined,
      line: `${method} ${path}`,
      queue,
      taskId,
      retryCount: count("x-cloudtasks-taskretrycount"),
      executionCount: count("x-cloudtasks-taskexecutioncount"),
      previousResponse: Number(header("x-cloudtasks-taskpreviousresponse")) || undefined,
      deadlineMs: deadlineMs(),
      scheduledTime: scheduledTime(),
      enqueueId: header(ENQUEUE_ID),
      idempotencyKey: text(IDEMPOTENCY_KEY) ?? taskId,
      // What is no trace context is of no use to anybody, however long.
      traceparent: traceIdOf(traceparent) === undefined ? undefined : traceparent,
      redriveHistory: redriveHistory(),
      contentType: text("content-type") ?? "application/json",
      body,
      bodySize,
    };

    /** The task's own deadline is that of the queue when it was enqueued; the queue's may be another by now. */
    function deadlineMs(): number {
      const text = header(DISPATCH_DEADLINE);
      if (text === undefined) return queue.dispatchDeadlineMs;
      const own = durationMs(text);
      if (own !== undefined && own >= MIN_DEADLINE_MS)
        return Math.min(own, queue.dispatchDeadlineMs);
      odd(taskHeaders.dispatchDeadline, text, "a duration of at least '15s'");
      return queue.dispatchDeadlineMs;
    }

    function redriveHistory(): string | undefined {
      const text = header(REDRIVE_HISTORY);
      const lives = text === undefined ? undefined : readHistory(text);
      if (text !== undefined && !lives) {
        odd(taskHeaders.redriveHistory, text, "the JSON of one to five earlier lives");
      }
      return lives && writeHistory(lives);
    }

    /** A header as its producer wrote it: Node takes its bytes for Latin-1, Cloud Tasks writes UTF-8. */
    function text(name: string): string | undefined {
      const value = header(name);
      return value === undefined || !/[\x80-\xff]/.test(value)
        ? value
        : Buffer.from(value, "latin1").toString();
    }

    function count(name: string): number {
      const text = header(name);
      if (text !== undefined && /^\d{1,9}$/.test(text)) return Number(text);
      odd(name, text, "a count");
      return 0;
    }

    /** Seconds, with six decimals. */
    function scheduledTime(): Date {
      const text = header("x-cloudtasks-tasketa");
      const time = new Date(Number(text ?? NaN) * 1000);
      if (!Number.isNaN(time.getTime())) return time;
      odd("x-cloudtasks-tasketa", text, "a time in seconds");
      return new Date(0);
    }

    function odd(name: string, text: string | undefined, wanted: string): void {
      const is = text === undefined ? "is missing" : `is '${text.slice(0, 100)}'`;
      warn(taskId ?? "", `Header '${name}' ${is}; it should be ${wanted}, and is passed over.`);
    }
  };

  function unknownQueue(queueId: string): NamedQueue {
    const [known = { name: "" }] = Object.values(queues);
    const parent = known.name.slice(0, known.name.lastIndexOf("/") + 1);
    return { ...UNKNOWN_QUEUE, name: parent + queueId, logicalName: queueId };
  }
}

function pathOf(url: string): string {
  const end = url.indexOf("?");
  return end < 0 ? url : url.slice(0, end);
}

/** The task that a path names. */
function taskOf(path: string): string | undefined {
  const name = /^\/tasks\/([^/]+)$/.exec(path)?.[1];
  try {
    return name && decodeURIComponent(name);
  } catch {
    // What is not percent-encoded text names nothing.
    return undefined;
  }
}
