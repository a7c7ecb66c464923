import { DEAD_LETTER_QUEUE } from "../../../../tasks/contract/deadLetter.ts";
import { dayWords, spanWords, whenWords } from "../../command/words.ts";
import type { Queue } from "../calls/messages.ts";
import type { OperatorCalls } from "../calls/operatorCalls.ts";
import { idOf } from "../calls/ownNames.ts";
import { ttlMsOf } from "../deadLetters/deadLetter.ts";
import { driftWords } from "../queues/drift.ts";
import { queueView, readQueues, type QueueView } from "../queues/queueViews.ts";

/** What a stack is doing at this moment. Times are in milliseconds. */
export interface StackStatus {
  /** Those that send tasks. */
  readonly queues: readonly QueueView[];
  readonly deadLetters: DeadLettersView;
  readonly schedules: readonly ScheduleView[];
  readonly workers: readonly WorkerView[];
  /** What somebody should look at, a sentence each. */
  readonly problems: readonly string[];
}

export interface DeadLettersView {
  readonly count: number;
  /** When the oldest was written, and when Google deletes it; where there is one. */
  readonly oldest: { readonly created: number; readonly expires: number } | undefined;
  /** For how long they are kept. */
  readonly keptMs: number;
}

export interface ScheduleView {
  /** Its key in `tasks/schedules.ts`. */
  readonly key: string;
  /** `ENABLED`, `PAUSED`, `DISABLED` or `UPDATE_FAILED`. */
  readonly state: string;
  readonly next: number | undefined;
  readonly last: number | undefined;
  /** Whether the last attempt failed: the code of the canonical status, else 0. */
  readonly lastCode: number;
}

export interface WorkerView {
  /** The name of its service. */
  readonly service: string;
  readonly isReady: boolean;
  /** Why it is not, in Google's words. */
  readonly message: string;
  readonly revision: string;
  readonly minInstances: number;
  readonly maxInstances: number;
  /** Requests that one instance is given at once. */
  readonly concurrency: number;
  /** Its container's limit, as Kubernetes writes it: `512Mi`; empty where none is told. */
  readonly memory: string;
  /** The keys of the queues that it is sent tasks by. */
  readonly queues: readonly string[];
}

/** One operation for each queue, schedule and worker; no task is listed. `flags` are those that name the stack. */
export async function stackStatus(
  calls: Pick<OperatorCalls, "operations" | "getQueue" | "getJob" | "getService">,
  now: number,
  flags: string,
): Promise<StackStatus> {
  const [queues, schedules, workers] = await Promise.all([
    readQueues(calls),
    scheduleViews(calls),
    workerViews(calls),
  ]);
  const sending = [...queues].filter(([key]) => key !== DEAD_LETTER_QUEUE);
  const views = {
    queues: sending.map(([key, queue]) =>
      queueView(key, queue, calls.operations.queueSettings?.[key], now),
    ),
    deadLetters: deadLettersView(queues.get(DEAD_LETTER_QUEUE)),
    schedules,
    workers,
  };
  return { ...views, problems: problemsOf(views, now, flags) };
}

function deadLettersView(queue: Queue | undefined): DeadLettersView {
  const keptMs = ttlMsOf(queue ?? {});
  // A dead letter is due when it is written, and waits on a paused queue ever after.
  const first = queue?.stats?.oldestEstimatedArrivalTime;
  const created = first === undefined ? undefined : Date.parse(first);
  return {
    count: queue?.stats?.tasksCount ?? 0,
    oldest: created === undefined ? undefined : { created, expires: created + keptMs },
    keptMs,
  };
}

async function scheduleViews({
  operations,
  getJob,
}: Pick<OperatorCalls, "operations" | "getJob">): Promise<ScheduleView[]> {
  return Promise.all(
    Object.entries(operations.schedules).map(async ([key, name]) => {
      const { state, scheduleTime, lastAttemptTime, status } = await getJob(name);
      return {
        ...{ key, state },
        next: scheduleTime === undefined ? undefined : Date.parse(scheduleTime),
        last: lastAttemptTime === undefined ? undefined : Date.parse(lastAttemptTime),
        lastCode: status?.code ?? 0,
      };
    }),
  );
}

async function workerViews({
  operations,
  getService,
}: Pick<OperatorCalls, "operations" | "getService">): Promise<WorkerView[]> {
  return Promise.all(
    operations.workers.map(async ({ service, queues }) => {
      const { latestReadyRevision, template, terminalCondition } = await getService(service);
      return {
        service: idOf(service),
        isReady: terminalCondition.state === "CONDITION_SUCCEEDED",
        message: terminalCondition.message,
        revision: idOf(latestReadyRevision),
        minInstances: template.scaling.minInstanceCount,
        maxInstances: template.scaling.maxInstanceCount,
        concurrency: template.maxInstanceRequestConcurrency,
        memory: template.containers[0]?.resources.limits["memory"] ?? "",
        queues,
      };
    }),
  );
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** From when on it is a problem: that a task is late, that a dead letter waits, and how soon one goes. */
const LATE_MS = HOUR_MS;
const WAITING_MS = DAY_MS;
const GOING_MS = 7 * DAY_MS;

function problemsOf(
  { queues, deadLetters, schedules, workers }: Omit<StackStatus, "problems">,
  now: number,
  flags: string,
): string[] {
  const { oldest } = deadLetters;
  return [
    ...queues.flatMap(({ key, state, oldestDue }) => [
      ...(state === "RUNNING" ? [] : [`Queue '${key}' is ${state} and sends nothing.`]),
      ...(state === "RUNNING" && oldestDue !== undefined && now - oldestDue > LATE_MS
        ? [`A task on '${key}' has been due for ${spanWords(now - oldestDue)}.`]
        : []),
    ]),
    ...queues.flatMap((queue) => driftWords(queue, flags) ?? []),
    ...(oldest && oldest.expires - now < GOING_MS
      ? [
          `The first dead letter is kept until ${dayWords(oldest.expires)} (${whenWords(oldest.expires, now)}).`,
        ]
      : oldest && now - oldest.created > WAITING_MS
        ? [`A dead letter has waited for ${spanWords(now - oldest.created)}.`]
        : []),
    ...schedules.flatMap(({ key, state, lastCode }) => [
      // A stack's settings may pause one.
      ...(state === "ENABLED" || state === "PAUSED"
        ? []
        : [`Schedule '${key}' is ${state} and does not run.`]),
      ...(lastCode === 0 ? [] : [`Schedule '${key}' failed when it ran last (code ${lastCode}).`]),
    ]),
    ...workers
      .filter(({ isReady }) => !isReady)
      .map(({ service, message }) => `Worker '${service}' is not ready: ${message || "no reason"}`),
  ];
}
