import type { Client } from "../tasks/client/client.ts";
import type { CallBound } from "../tasks/client/cloudTasks.ts";
import { causeOf } from "../tasks/contract/cause.ts";
import type { Contract, TaskTable } from "../tasks/contract/contract.ts";
import type { DeadLetterReason } from "../tasks/contract/deadLetter.ts";
import type { WorkerShare } from "../tasks/contract/environment.ts";
import { alternatives } from "../tasks/contract/knownNames.ts";
import { readPayload } from "../tasks/contract/payload.ts";
import { PING_TASK } from "../tasks/contract/ping.ts";
import { handlerTimeMs, race, type After, type Caller, type Outcome } from "./deadline.ts";
import type { DeadLetters } from "./deadLetters.ts";
import { DeliveryContext } from "./deliveryContext.ts";
import { groupOf, isPermanent } from "./errors.ts";
import { cut, describeError, stackOf } from "./thrown.ts";
import { makeHiding, type Hide } from "./hiding.ts";
import { deliveryFields, type WorkerLog } from "./log.ts";
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
  /** What this worker is given, where it is one of several. @default - all */
  readonly share?: WorkerShare | undefined;
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
export type Deliver = (
  request: TaskRequest,
  arrivedAt: number,
  caller: Caller,
) => Promise<DeliveryStatus>;

/** What a line of the log says became of a delivery. */
type LoggedOutcome =
  "done" | "unheard" | "retry" | "dead-letter" | "not-kept" | "stopped" | "not-here";

/** Makes what serves deliveries: it runs handlers, and decides what becomes of their tasks. */
export function makeDeliver(settings: DeliverySettings): Deliver {
  const { deadLetters, log, stop, now, date, after } = settings;
  const prepare = makePrepare(settings);
  const hiding = makeHiding(settings.tasks);
  const lackedBy = makeLacks(settings);

  return async (request, arrivedAt, caller) => {
    const title = titleOf(request);
    const hide = hiding(request);
    if (isSpent(request)) {
      const error = new Error(
        `It was delivered ${request.retryCount} times before and never ended: the worker was out of reach, ` +
          "its handler crashed or hung it each time, or nobody heard that it was done.",
      );
      return bury("deliveries-exhausted", error, request.executionCount);
    }
    const lack = lackedBy(request.task);
    if (lack !== undefined) {
      const advice =
        `it waits until its queue sends to another worker. If queue '${request.queue.logicalName}' is to ` +
        "stay, name it in 'alsoOn' of the task in tasks/tasks.ts";
      write(
        "warn",
        "not-here",
        500,
        `${title} needs ${lack}, which this worker is not given: ${advice}.`,
      );
      return 500;
    }
    const outcome = await runHandler();
    if (outcome.kind === "returned") {
      const doubt = isUnheard() ? undefined : await removeDeadLetter();
      // Asked when all is done: an answer may come too late for what came before it.
      if (isUnheard()) {
        const why = "its handler returned when nobody waited for the answer any more";
        write("warn", "unheard", 204, `${title} may be delivered again: ${why}.`);
      } else if (doubt) {
        const why = describeError(doubt.error);
        const what = "nobody knows whether an earlier delivery left a dead letter of it";
        write("warn", "done", 204, `${title} is done; ${what}: ${why}`, doubt);
      } else {
        write("info", "done", 204, `${title} is done.`);
      }
      return 204;
    }
    if (outcome.kind === "stopped") {
      write("warn", "stopped", 500, `${title} was cut short: the worker is stopping.`);
      return 500;
    }
    if (outcome.kind === "unheard") {
      const why = "whoever delivered it has closed the connection";
      write("warn", "unheard", 500, `${title} was cut short, and may be delivered again: ${why}.`);
      return 500;
    }
    const reason = endOf(request, outcome.error);
    if (reason) return bury(reason, outcome.error, request.executionCount + 1);
    const why = told(outcome.error);
    if (isUnheard()) {
      const when = "when nobody waited for the answer any more, so that it is no attempt";
      write("warn", "unheard", 422, `${title} failed ${when}: ${why}`, outcome);
    } else {
      const attempt = attemptsOf(request);
      write("warn", "retry", 422, `${title} failed on attempt ${attempt}: ${why}`, outcome);
    }
    return 422;

    async function runHandler(): Promise<Outcome> {
      let run;
      try {
        run = prepare(request, hide);
      } catch (error) {
        // An unknown task or payload may be one of a newer revision: it waits out the rollout.
        return { kind: "threw", error };
      }
      const runMs = handlerTimeMs(request.deadlineMs) - (now() - arrivedAt);
      return race(run, { runMs, stop, caller, after });
    }

    /** Moves the task to the dead-letter queue. Only once it is there may Cloud Tasks forget it. */
    async function bury(
      reason: DeadLetterReason,
      error: unknown,
      attempts: number,
    ): Promise<DeliveryStatus> {
      const why = told(error);
      const cause = causeOf({ task: request.task, reason, error: why, group: groupOf(error) });
      // Also where the delivery's time is over: what is kept need not be run again to be kept.
      const bound = callBound(Math.max(leftMs() - ANSWER_MS, KEEP_MS));
      try {
        await deadLetters.add(
          request,
          { reason, error: why, cause, attempts, time: date() },
          bound,
        );
      } catch (failure) {
        const message = `${title} cannot be kept (${reason}): ${describeError(failure)} It ended with: ${why}`;
        write("error", "not-kept", 500, message, { error: failure });
        return 500;
      }
      const message = `${title} is a dead letter (${reason}): ${why}`;
      const labels = { cause, redriveHistory: request.redriveHistory };
      write("error", "dead-letter", 204, message, { error }, labels);
      return 204;
    }

    /**
     * Takes back the dead letter that an earlier delivery may have written before its answer was lost, or
     * a copy of one beside it. A failure is returned, to be logged and no more: another delivery would do a
     * finished task again (another mail), for certain and for as long as the dead-letter queue is out of
     * reach, where a dead letter too many does nothing until somebody looks at it. Its Idempotency-Key is
     * the task's, so that a redrive can be recognised.
     */
    async function removeDeadLetter(): Promise<{ readonly error: unknown } | undefined> {
      // Nothing came before the first; a copy of it is so rare that it is not worth a call for each task.
      if (request.retryCount === 0) return undefined;
      const withinMs = Math.max(Math.min(leftMs() - ANSWER_MS, TAKE_BACK_MS), MIN_TAKE_BACK_MS);
      try {
        await deadLetters.remove(request, date(), callBound(withinMs));
        return undefined;
      } catch (error) {
        return { error };
      }
    }

    /** What a handler threw, without what is sensitive of its payload. */
    function told(error: unknown): string {
      const text = describeError(error);
      return hide ? hide(text) : text;
    }

    function isUnheard(): boolean {
      return caller.hasGone() || leftMs() <= 0;
    }

    /** What is left of the delivery. */
    function leftMs(): number {
      return request.deadlineMs - (now() - arrivedAt);
    }

    function callBound(withinMs: number): CallBound {
      return { withinMs, signal: stop.signal };
    }

    function write(
      level: "info" | "warn" | "error",
      outcome: LoggedOutcome,
      status: DeliveryStatus,
      message: string,
      thrown?: { readonly error: unknown },
      labels?: Readonly<Record<string, string | undefined>>,
    ): void {
      const fields = deliveryFields(request, now() - arrivedAt, labels);
      const { stack_trace: stack } = thrown ? stackOf(thrown.error) : {};
      const trace = stack === undefined ? {} : { stack_trace: hide ? hide(stack) : stack };
      log[level]({ ...fields, outcome, status, ...trace }, message);
    }
  };
}

/** What an answer needs to reach Cloud Tasks. */
const ANSWER_MS = 500;

/** How long, at the least, a dead letter may take to be written. */
const KEEP_MS = 5000;

/** For how long a finished task may wait for its dead letter to be taken back. */
const TAKE_BACK_MS = 5000;
const MIN_TAKE_BACK_MS = 1000;

/** The status of a failed attempt, which no front end of Google's sends. */
const FAILED = 422;

/** From how many budgets of answers on a failure is the last, whoever gave the answers. */
const ANSWERED_BUDGETS = 3;

/** Whether a task has had its deliveries. A ping is no burden: it is done, whenever it comes. */
function isSpent({ task, retryCount, queue }: TaskRequest): boolean {
  return retryCount >= queue.maxDeliveries && task !== PING_TASK;
}

/**
 * Why a task whose handler has just failed ends here; `undefined` where it is tried again. What is counted
 * are answers, those of the platform (401, 403, 404, 429) among them: where the one before this was not
 * the worker's own, the handler is given one more.
 */
function endOf(
  { executionCount, previousResponse, queue }: TaskRequest,
  error: unknown,
): DeadLetterReason | undefined {
  if (isPermanent(error)) return "permanent-error";
  const answers = executionCount + 1;
  const isCounted = executionCount === 0 || previousResponse === FAILED;
  const isOver = answers >= queue.maxAttempts && isCounted;
  return isOver || answers >= queue.maxAttempts * ANSWERED_BUDGETS
    ? "attempts-exhausted"
    : undefined;
}

function titleOf({ task, line }: TaskRequest): string {
  return task === undefined ? `The task '${printable(line)}'` : `Task '${printable(task)}'`;
}

/** A name that anybody may have written, for a line of the log. */
function printable(name: string): string {
  return cut(JSON.stringify(name).slice(1, -1), 200);
}

function attemptsOf({ executionCount, queue: { maxAttempts } }: TaskRequest): string {
  const attempt = executionCount + 1;
  const counted = attempt >= maxAttempts ? ", answers that were not the worker's among them" : "";
  return `${attempt} of ${maxAttempts}${counted}`;
}

/**
 * Makes what says what a worker lacks of what a task needs. A queue that is moved to another worker still sends
 * its tasks here for a moment: what can be done here is.
 */
function makeLacks({
  tasks,
  share,
}: DeliverySettings): (task: string | undefined) => string | undefined {
  if (!share) return () => undefined;
  const lacks = new Map(
    Object.entries(tasks).flatMap(
      ([task, { settings = [], enqueues = [] }]): [string, string][] => {
        const setting = settings.find((name) => !share.settings.includes(name));
        if (setting !== undefined) return [[task, `setting '${setting}'`]];
        const queues = enqueues.map((name) => tasks[name]?.queue ?? "");
        const queue = queues.find((key) => !share.enqueues.includes(key));
        return queue === undefined ? [] : [[task, `to enqueue on queue '${queue}'`]];
      },
    ),
  );
  return (task) => (task === undefined ? undefined : lacks.get(task));
}

type Run = (signal: () => AbortSignal) => Promise<void>;

/** Makes what finds the handler and reads the payload of a task. It throws where either is not to be had. */
function makePrepare(
  delivery: DeliverySettings,
): (request: TaskRequest, hide: Hide | undefined) => Run {
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

  return (request, hide) => {
    const { task, line, body, bodySize } = request;
    if (task === undefined) {
      throw new Error(
        `'${printable(line)}' names no task: that of a task is 'POST /tasks/<name>'.`,
      );
    }
    // The line that says it is done is all that it does.
    if (task === PING_TASK) return async () => undefined;
    const found = prepared.get(task);
    if (!found) {
      const known = alternatives(task, "tasks", prepared.keys());
      throw new Error(`No handler for task '${printable(task)}'. ${known}`);
    }
    if (bodySize > body.length) {
      throw new Error(`Its body has ${bodySize} bytes, more than Cloud Tasks delivers: 1 MiB.`);
    }
    const { handler, settings } = found;
    const payload = readPayload(task, found.payload, body);
    return async (signal) =>
      handler(payload, new DeliveryContext(request, settings, delivery, signal, hide));
  };
}
