import { deadLetterHeaders } from "../../../../tasks/contract/deadLetter.ts";
import type { TaskResource } from "../../../../tasks/contract/taskRequest.ts";
import { deadLetter, type Ending } from "../../../../worker/deadLetters.ts";
import { makeTaskRequestReader, type TaskRequest } from "../../../../worker/taskRequest.ts";
import type { Operations } from "../../stack/outputs.ts";
import type { Task } from "../calls/messages.ts";
import { idOf, queueKeyOf } from "../calls/ownNames.ts";

/** How a task ends that its worker does not end. */
export interface Burial extends Ending {
  readonly deliveries: number;
  /** The worker's revision that its error is of. */
  readonly revision?: string | undefined;
}

/**
 * The dead letter that a task ends as, given with its body: the one that the worker would write, under the same name.
 * It is made for the dead-letter queue `queue`, and says who made it.
 */
export function letterOf(
  operations: Operations,
  queue: string,
  task: Task,
  { deliveries, revision, ...ending }: Burial,
  by: string,
): TaskResource & { readonly name: string } {
  const request = { ...requestOf(operations, task), retryCount: deliveries - 1 };
  const { name, httpRequest } = deadLetter(queue, request, ending, revision);
  const headers = { ...httpRequest.headers, [deadLetterHeaders.by]: encodeURIComponent(by) };
  return { name, httpRequest: { ...httpRequest, headers } };
}

/** A task as the worker reads it that it is delivered to. */
function requestOf(operations: Operations, task: Task): TaskRequest {
  const queue = queueKeyOf(operations, task.name) ?? "";
  const { url, httpMethod, headers, body = "" } = task.httpRequest;
  const bytes = Buffer.from(body, "base64");
  const known = new Map(
    Object.entries({
      ...headers,
      "X-CloudTasks-QueueName": idOf(operations.queues[queue] ?? ""),
      "X-CloudTasks-TaskName": idOf(task.name),
      // As Node gives them: a byte each.
    }).map(([name, value]) => [name.toLowerCase(), Buffer.from(value).toString("latin1")]),
  );
  const read = makeTaskRequestReader(
    { [queue]: { name: operations.queues[queue] ?? "", ...ANY_SETTINGS } },
    () => undefined,
  );
  const request = read({
    method: httpMethod,
    url: url.replace(/^[a-z]+:\/\/[^/?#]*/i, ""),
    header: (name) => known.get(name),
    body: bytes,
    bodySize: bytes.length,
  });
  if (!request) throw new Error(`Task '${task.name}' is of no queue.`);
  return request;
}

/** A dead letter tells nothing of them. */
const ANY_SETTINGS = { dispatchDeadline: "600s", maxAttempts: 1, maxDeliveries: 1 } as const;
