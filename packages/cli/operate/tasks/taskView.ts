import { taskHeaders } from "../../../../tasks/contract/taskRequest.ts";
import { diagnose } from "../../smoke/diagnosePing.ts";
import type { Task } from "../calls/messages.ts";
import { idOf } from "../calls/ownNames.ts";

/** A task that waits on a queue, without its payload. */
export interface TaskView {
  readonly id: string;
  readonly name: string;
  /** Its name in `tasks/tasks.ts`; `undefined` where its URL names none. */
  readonly task: string | undefined;
  /** When it is or was due, and when it was enqueued, in milliseconds. */
  readonly due: number;
  readonly created: number;
  readonly deliveries: number;
  /** Deliveries that were answered. */
  readonly answers: number;
  /** The HTTP status of the last answer, or a word where there was none. */
  readonly lastAnswer: string;
  readonly idempotencyKey: string;
}

export function taskView(task: Task): TaskView {
  const { url, headers } = task.httpRequest;
  return {
    id: idOf(task.name),
    name: task.name,
    task: /\/tasks\/([^/?#]+)$/.exec(url)?.[1],
    due: Date.parse(task.scheduleTime),
    created: Date.parse(task.createTime),
    deliveries: task.dispatchCount,
    answers: task.responseCount,
    lastAnswer: diagnose(task.lastAttempt).status,
    idempotencyKey: headers[taskHeaders.idempotencyKey] ?? idOf(task.name),
  };
}
