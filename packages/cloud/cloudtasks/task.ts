import type { Token } from "../target/token.ts";
import type { Due } from "../time/dueHeap.ts";
import type { RetryConfig } from "../target/retryConfig.ts";

/** What a task asks to be sent. */
export interface HttpRequest {
  readonly url: string;
  readonly httpMethod: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Base64, as it came: a million bodies cost least as flat strings, and reading one back costs nothing. */
  readonly body: string | undefined;
  readonly token: Token | undefined;
}

/** A task on a queue. `dueTime` is when its next delivery is due. */
export interface Task extends Due {
  readonly id: string;
  readonly request: HttpRequest;
  readonly createTime: number;
  readonly dispatchDeadlineMs: number;
  /** The task's own `retryConfig`, in place of the queue's. */
  readonly retry: RetryConfig | undefined;
  dispatchCount: number;
  /** Deliveries that had an answer. */
  responseCount: number;
  /** Answers outside 5xx: the header `X-CloudTasks-TaskExecutionCount`. */
  executionCount: number;
  firstDispatchTime: number | undefined;
  lastAttempt: LastAttempt | undefined;
}

/** Google's `Attempt`: what its API tells of a delivery. */
export interface LastAttempt {
  readonly scheduleTime: number;
  readonly dispatchTime: number;
  /** Absent while it is under way, and where there was no answer. */
  responseTime?: number;
  /** Absent while it is under way; 504 after a timeout, 0 where there was no answer otherwise. */
  status?: number;
}

/** One request that Cloud Tasks makes for a task. */
export interface Delivery {
  readonly task: Task;
  /** 1 for the first. */
  readonly dispatchCount: number;
  readonly scheduleTime: number;
  readonly dispatchTime: number;
  /** Asked for by RunTask: it holds no dispatch slot. */
  readonly forced: boolean;
  /** `X-CloudTasks-TaskExecutionCount` */
  readonly executionCount: number;
  /** The status of the delivery before; `undefined` for the first delivery. */
  readonly previousStatus: number | undefined;
  readonly record: LastAttempt;
}

/** A task that has not been dispatched yet. */
export function createTask(
  settings: Pick<Task, "id" | "request" | "createTime" | "dispatchDeadlineMs" | "retry"> & {
    readonly scheduleTime: number;
    readonly sequence: number;
  },
): Task {
  const { id, request, createTime, dispatchDeadlineMs, retry, scheduleTime, sequence } = settings;
  return {
    id,
    request,
    createTime,
    dispatchDeadlineMs,
    retry,
    dueTime: scheduleTime,
    sequence,
    heapIndex: -1,
    dispatchCount: 0,
    responseCount: 0,
    executionCount: 0,
    firstDispatchTime: undefined,
    lastAttempt: undefined,
  };
}
