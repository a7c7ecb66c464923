import type { Client } from "../tasks/client/client.ts";
import type { CallBound } from "../tasks/client/cloudTasks.ts";
import type { Contract, TaskTable } from "../tasks/contract/contract.ts";
import type { DeadLetterReason } from "../tasks/contract/deadLetter.ts";
import { readPayload } from "../tasks/contract/payload.ts";
import { PING_TASK } from "../tasks/contract/ping.ts";
import { handlerTimeMs, race, type After, type Outcome } from "./deadline.ts";
import type { DeadLetters } from "./deadLetters.ts";
import { DeliveryContext } from "./deliveryContext.ts";
import { describeError, PermanentError } from "./errors.ts";
import { deliveryFields, stackOf, type WorkerLog } from "./log.ts";
import type { StopSign } from "./stopSign.ts";
import type { TaskRequest } from "./taskRequest.ts";

/** What a delivery is answered. Cloud Tasks counts an answer towards a task's attempts unless it is 5xx. */
export type DeliveryStatus =
  /** The task is done with: its handler succeeded, or it is a dead letter. */
  | 204
  /** A failed attempt. No front end of Google's sends this status. */
  | 422
  /** Not counted: try again. */
  | 500;

/** Any handler: which payload and which context it is given is tied by the task's name. */
export type AnyHandler = (payload: never, context: never) => Promise<void>;

export interface DeliverySettings {
  readonly tasks: Contract["tasks"];
  /** One for each task. */
  readonly handlers: Readonly<Record<string, AnyHandler>>;
  /** The values of the settings by their names. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly deadLetters: DeadLetters;
  readonly client: Pick<Client<TaskTable>, "enqueue">;
  readonly log: WorkerLog;
  /** Fires when what still runs has to end. */
  readonly stop: StopSign;
  /** Milliseconds that only grow. */
  readonly now: () => number;
  readonly date: () => Date;
  readonly after: After;
}

/** Serves one delivery, which arrived at the time `arrivedAt` of `now`. Never rejects. */
export type Deliver = (request: TaskRequest, arrivedAt: number) => Promise<DeliveryStatus>;

/** Makes what serves deliveries: it runs handlers, and decides what becomes of their tasks. */
export function makeDeliver(settings: DeliverySettings): Deliver {
  const { deadLetters, log, stop, now, date, after } = settings;
  const prepare = makePrepare(settings);

  return async (request, arrivedAt) => {
    if (isLastCall(request)) {
      const error = new Error(
        `The task was delivered ${request.retryCount} times and never ended; the last handler may have crashed or hung.`,
      );
      return bury("deliveries-exhausted", error, request.executionCount);
    }
    const outcome = await attempt();
    if (outcome.kind === "returned") {
      write("info", "done", 204, `Task '${request.task}' is done.`);
      await removeDeadLetter();
      return 204;
    }
    if (outcome.kind === "stopped") {
      write(
        "warn",
        "stopped",
        500,
        `Task '${request.task}' was cut short: the worker is stopping.`,
      );
      return 500;
    }
    const reason = endOf(request, outcome.error);
    if (reason) return bury(reason, outcome.error, request.executionCount + 1);
    const attempts = `${request.executionCount + 1} of ${request.queue.maxAttempts}`;
    write(
      "warn",
      "retry",
      422,
      `Task '${request.task}' failed on attempt ${attempts}: ${describeError(outcome.error)}`,
      outcome.error,
    );
    return 422;

    async function attempt(): Promise<Outcome> {
      let run;
      try {
        run = prepare(request);
      } catch (error) {
        // An unknown task or payload may be one of a newer revision: it waits out the rollout.
        return { kind: "threw", error };
      }
      const runMs = handlerTimeMs(request.queue.dispatchDeadlineMs) - (now() - arrivedAt);
      return race(run, { runMs, stop, after });
    }

    /** Moves the task to the dead-letter queue. Only once it is there may Cloud Tasks forget it. */
    async function bury(
      reason: DeadLetterReason,
      error: unknown,
      attempts: number,
    ): Promise<DeliveryStatus> {
      const { task } = request;
      try {
        await deadLetters.add(request, { reason, error, attempts, time: date() }, bound());
      } catch (failure) {
        const why = `${describeError(failure)} It ended with: ${describeError(error)}`;
        write(
          "error",
          "not-kept",
          500,
          `Task '${task}' cannot be kept (${reason}): ${why}`,
          failure,
        );
        return 500;
      }
      const why = describeError(error);
      write(
        "error",
        "dead-letter",
        204,
        `Task '${task}' is a dead letter (${reason}): ${why}`,
        error,
      );
      return 204;
    }

    /**
     * Takes back the dead letter that an earlier delivery wrote before its answer was lost. A failure is
     * logged and no more: another delivery would do a finished task again (another mail), for certain and
     * for as long as the dead-letter queue is out of reach, where a dead letter too many does nothing until
     * somebody looks at it. Its Idempotency-Key is the task's, so that a redrive can be recognised.
     */
    async function removeDeadLetter(): Promise<void> {
      if (request.retryCount <= request.executionCount) return;
      try {
        await deadLetters.remove(request, bound(TAKE_BACK_MS));
      } catch (failure) {
        const why = describeError(failure);
        write(
          "error",
          "done",
          204,
          `Task '${request.task}' is done, and may be a dead letter too: ${why}`,
        );
      }
    }

    /** What is left of the delivery, for a call of Cloud Tasks. */
    function bound(atMostMs = Infinity): CallBound {
      const leftMs = request.queue.dispatchDeadlineMs - (now() - arrivedAt);
      return { withinMs: Math.min(leftMs - ANSWER_MS, atMostMs), signal: stop.signal };
    }

    function write(
      level: "info" | "warn" | "error",
      outcome: string,
      status: DeliveryStatus,
      message: string,
      error?: unknown,
    ): void {
      const fields = deliveryFields(request, now() - arrivedAt);
      log[level]({ ...fields, outcome, status, ...stackOf(error) }, message);
    }
  };
}

/** What an answer needs to reach Cloud Tasks. */
const ANSWER_MS = 500;

/** For how long a finished task may wait for its dead letter to be taken back. */
const TAKE_BACK_MS = 5000;

/** Deliveries kept for writing the dead letter of a task that crashes or hangs every worker it meets. */
const RESERVED_DELIVERIES = 3;

function isLastCall({ retryCount, queue }: TaskRequest): boolean {
  return retryCount + 1 > queue.maxDeliveries - RESERVED_DELIVERIES;
}

/** Why a task whose handler has just failed ends here; `undefined` where it is tried again. */
function endOf(
  { executionCount, queue }: TaskRequest,
  error: unknown,
): DeadLetterReason | undefined {
  if (error instanceof PermanentError) return "permanent-error";
  return executionCount + 1 >= queue.maxAttempts ? "attempts-exhausted" : undefined;
}

type Run = (signal: () => AbortSignal) => Promise<void>;

/** Makes what finds the handler and reads the payload of a task. It throws where either is not to be had. */
function makePrepare(delivery: DeliverySettings): (request: TaskRequest) => Run {
  const prepared = new Map(
    Object.entries(delivery.tasks).map(([task, { payload, settings = [] }]) => [
      task,
      {
        payload,
        // A handler is called with what its own task's schema gives, and the settings that its task names.
        handler: delivery.handlers[task] as (payload: unknown, context: unknown) => Promise<void>,
        settings: Object.fromEntries(settings.map((name) => [name, delivery.settings[name]])),
      },
    ]),
  );
  const known = [...prepared.keys()].map((name) => `'${name}'`).join(", ");

  return (request) => {
    const { task } = request;
    // The line that says it is done is all that it does.
    if (task === PING_TASK) return async () => undefined;
    const found = prepared.get(task);
    if (!found) throw new Error(`No handler for task '${task}'. Known tasks: ${known}.`);
    const { handler, settings } = found;
    const payload = readPayload(task, found.payload, request.body.toString());
    return async (signal) =>
      handler(payload, new DeliveryContext(request, settings, delivery, signal));
  };
}
