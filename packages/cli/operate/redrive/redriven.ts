import { createHash } from "node:crypto";
import { continueTrace, traceIdOf } from "../../../../tasks/client/traceContext.ts";
import type { Duration } from "../../../../tasks/contract/contract.ts";
import { deadLetterHeaders } from "../../../../tasks/contract/deadLetter.ts";
import { writeHistory } from "../../../../tasks/contract/redriveHistory.ts";
import { taskHeaders, taskUrl, type TaskResource } from "../../../../tasks/contract/taskRequest.ts";
import type { DeadLetter } from "../deadLetters/deadLetter.ts";

/**
 * The headers of a redriven task that only operators read. Besides, it has those of its dead letter that its history
 * does not tell, so that it can be one again: `Dead-Letter-Error`, `-Deliveries` and `-Revision`.
 */
export const redriveHeaders = {
  run: "Redrive-Run",
  /** The id of the dead letter that it was. */
  of: "Redrive-Of",
  /** Percent-encoded. */
  by: "Redrive-By",
} as const;

/**
 * The id of the task that a dead letter becomes. It follows from the letter alone, so that Cloud Tasks takes it
 * once, whoever asks. The letter's own id is made of its queue, its task's id and its `Enqueue-Id`.
 */
export function redrivenId({ id, history }: Pick<DeadLetter, "id" | "history">): string {
  return createHash("sha256")
    .update(`redrive ${id} ${history.length + 1}`)
    .digest("hex");
}

export interface Redriven {
  /** The full name of the task. */
  readonly name: string;
  /** As it is in `tasks/tasks.ts`. */
  readonly task: string;
  readonly body: Uint8Array;
  readonly dispatchDeadline: Duration;
  readonly enqueueId: string;
  /** When it is due, in milliseconds. @default - at once */
  readonly due?: number;
  readonly run: string;
  readonly by: string;
}

/** The task that a dead letter becomes. */
export function redrivenTask(
  letter: DeadLetter,
  redriven: Redriven,
  randomHex: (bytes: number) => string,
): TaskResource & { readonly name: string } {
  const { name, task, body, dispatchDeadline, enqueueId, due, run, by } = redriven;
  const { time, reason, cause, attempts, error, deliveries, revision } = letter;
  const life = { time: new Date(time).toISOString(), reason, cause, attempts, run };
  return {
    name,
    ...(due !== undefined && { scheduleTime: new Date(due).toISOString() }),
    dispatchDeadline,
    httpRequest: {
      url: taskUrl(encodeURIComponent(task)),
      httpMethod: "POST",
      headers: {
        [taskHeaders.contentType]: letter.contentType,
        [taskHeaders.idempotencyKey]: letter.idempotencyKey,
        [taskHeaders.enqueueId]: enqueueId,
        [taskHeaders.dispatchDeadline]: dispatchDeadline,
        [taskHeaders.traceparent]: childTrace(letter.traceparent, randomHex),
        [taskHeaders.redriveHistory]: writeHistory([...letter.history, life]),
        [redriveHeaders.run]: run,
        [redriveHeaders.of]: letter.id,
        [redriveHeaders.by]: encodeURIComponent(by),
        [deadLetterHeaders.error]: encodeURIComponent(error.toWellFormed()),
        [deadLetterHeaders.deliveries]: String(deliveries),
        ...(revision !== undefined && {
          [deadLetterHeaders.revision]: encodeURIComponent(revision.toWellFormed()),
        }),
      },
      body: Buffer.from(body).toString("base64"),
    },
  };
}

/** A new span of the same trace. */
function childTrace(traceparent: string | undefined, randomHex: (bytes: number) => string): string {
  const parent = continueTrace(traceparent, randomHex);
  return `00-${traceIdOf(parent) ?? ""}-${randomHex(8)}${parent.slice(-3)}`;
}
