import { connectCloudTasks } from "../../../../tasks/client/cloudTasks.ts";
import { causeOf } from "../../../../tasks/contract/cause.ts";
import { deadLetterId, type DeadLetterReason } from "../../../../tasks/contract/deadLetter.ts";
import { makeDeadLetters } from "../../../../worker/deadLetters.ts";

/** What is out of the ordinary of a dead letter. */
export interface Death {
  readonly task?: string | undefined;
  readonly queue?: string;
  readonly reason?: DeadLetterReason;
  readonly error?: string;
  readonly cause?: string;
  readonly time?: Date;
  readonly body?: string;
  readonly key?: string;
  readonly taskId?: string;
  readonly history?: string;
  readonly traceparent?: string;
}

/** Has the worker write the dead letter of a task that ended like this. `n` tells one from another. Returns its id. */
export type Die = (n: number, death?: Death) => Promise<string>;

export interface Mortals {
  /** Of the cloud. */
  readonly endpoint: string;
  /** Full names by keys, that of `dead-letter` among them. */
  readonly queues: Readonly<Record<string, string>>;
  readonly now: () => Date;
  /** The worker's. @default - `worker-00042-abc` */
  readonly revision?: string;
}

export function makeDie({ endpoint, queues, now, revision = "worker-00042-abc" }: Mortals): Die {
  const deadLetters = makeDeadLetters(
    queues["dead-letter"]!,
    revision,
    connectCloudTasks({ endpoint }),
  );
  return async (n, death = {}) => {
    const {
      queue = "email",
      reason = "attempts-exhausted",
      error = "connect ECONNREFUSED 10.0.0.4:587",
      time = now(),
      body: text = '{"to":"ada@example.com"}',
      key = `key-${n}`,
      taskId = `task-${n}`,
      history,
      traceparent,
    } = death;
    const task = "task" in death ? death.task : "send-email";
    const body = Buffer.from(text);
    const request = {
      task,
      line: `POST /tasks/${task ?? ""}`,
      queue: {
        name: queues[queue] ?? "",
        logicalName: queue,
        dispatchDeadline: "60s",
        dispatchDeadlineMs: 60_000,
        maxAttempts: 8,
        maxDeliveries: 40,
      },
      taskId,
      retryCount: 8,
      executionCount: 7,
      previousResponse: 422,
      deadlineMs: 60_000,
      scheduledTime: time,
      enqueueId: `enqueue-${n}`,
      idempotencyKey: key,
      traceparent,
      redriveHistory: history,
      contentType: "application/json",
      body,
      bodySize: body.length,
    } as const;
    const cause = death.cause ?? causeOf({ task, reason, error });
    await deadLetters.add(request, { reason, error, cause, attempts: 8, time }, {});
    return deadLetterId(queue, request.taskId, request.enqueueId, body);
  };
}
