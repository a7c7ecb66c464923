import { waitsOf, type WaitingQueue } from "./watched.ts";

/** What an alert is called in the program. */
export type AlertKey =
  | "queue-silent"
  | "dead-letter"
  | "dead-letters-many"
  | "dead-letters-steady"
  | "dead-letters-waiting"
  | "dead-letter-not-kept"
  | "work-stands-still"
  | "deliveries-refused"
  | "worker-silent"
  | "tasks-wait"
  | "backlog-grows"
  | "schedule-failed"
  | "schedule-missed"
  | "worker-breaks"
  | "instances-used-up";

/** An alert, without when it fires. */
export interface AlertWords {
  readonly key: AlertKey;
  /** `A queue does not deliver`. */
  readonly title: string;
  /** Whether somebody is called, or told. */
  readonly to: "page" | "tell";
  /** In Markdown. */
  readonly text: string;
}

/**
 * What whoever is told of an alert reads: what it means, whether something is lost, and what to do, in commands of this
 * repository. In the order of docs/watching.md.
 */
export function textsOf(stack: string, watchedQueues: readonly WaitingQueue[] = []): AlertWords[] {
  const at = `--stack ${stack}`;
  const status = `\`npm run tasks -- status ${at}\``;
  const smoke = `\`npm run smoke -- ${at}\``;
  const deadLetters = `\`npm run tasks -- dead-letters ${at}\``;
  const queues = `\`npm run tasks -- queues ${at}\``;
  const up = `\`npm run up -- ${at}\``;
  return [
    {
      key: "queue-silent",
      title: "A queue does not deliver",
      to: "page",
      text: lines(
        "No ping of the queue in the label `queue` has arrived, though one is sent every few minutes: its schedule, " +
          "the queue, the token, the worker or its log is at fault. Nothing is lost: tasks wait, for up to 31 days.",
        `${smoke} says where a ping stops.`,
        `${queues}: a queue that is PAUSED was paused by hand, or more than a day ago; ` +
          `\`npm run tasks -- resume --all ${at}\` resumes it.`,
        `After a deployment: roll back, or mend it and ${up}.`,
      ),
    },
    {
      key: "dead-letter",
      title: "Tasks become dead letters",
      to: "tell",
      text: lines(
        "A task failed for the last time. It is kept on the dead-letter queue, with its error, for 31 days.",
        `${deadLetters} shows what they died of.`,
        `Once that is mended: \`npm run tasks -- redrive --all ${at} --dry-run\`, then without \`--dry-run\`.`,
      ),
    },
    {
      key: "dead-letters-many",
      title: "Many tasks become dead letters",
      to: "page",
      text: lines(
        "Of the tasks that end, so many are dead letters that a month's allowance is gone within days. Each is kept.",
        `${deadLetters} shows the cause. Is it a deployment, or what the handlers call?`,
        `If everything fails: \`npm run tasks -- pause --all ${at}\` lets tasks wait unharmed until it is mended.`,
        `Afterwards: \`npm run tasks -- redrive --all ${at} --dry-run\`.`,
      ),
    },
    {
      key: "dead-letters-steady",
      title: "Tasks become dead letters, slowly",
      to: "tell",
      text: lines(
        "For a day more tasks have become dead letters than the objective allows.",
        `${deadLetters} shows which cause leads.`,
      ),
    },
    {
      key: "dead-letters-waiting",
      title: "Dead letters are waiting",
      to: "tell",
      text: lines(
        "The dead-letter queue has not been empty for a day. What is on it is deleted 31 days after it came.",
        `${deadLetters} says what is there and when the first one goes.`,
        `\`npm run tasks -- redrive --all ${at} --dry-run\` to do them again, ` +
          `\`npm run tasks -- discard --all ${at}\` to give them up, ` +
          `\`npm run tasks -- keep --for 365d ${at}\` to have more time.`,
      ),
    },
    {
      key: "dead-letter-not-kept",
      title: "A dead letter could not be kept",
      to: "page",
      text: lines(
        "A task failed for the last time, and the worker could not put it onto the dead-letter queue. Nothing is " +
          "lost yet: it is tried again until it can be kept, or for 31 days. Its handler may run again each time.",
        `\`npm run tasks -- queues ${at}\`: is the dead-letter queue there? The line of the worker's log says why not.`,
        `A grant or the queue is missing: ${up}.`,
      ),
    },
    {
      key: "work-stands-still",
      title: "Work stands still",
      to: "page",
      text: lines(
        "For a day the queue in the label `queue` has had tasks and made deliveries, and no task ended. Nothing is " +
          "lost: a task waits for up to 31 days from its creation.",
        `${status} says what each queue is doing.`,
        "The worker's log says what answers the tasks get: 422 is a handler that fails, 500 a worker that stops.",
      ),
    },
    {
      key: "deliveries-refused",
      title: "Deliveries are refused before the worker",
      to: "page",
      text: lines(
        "Cloud Run refuses what Cloud Tasks sends. Nothing is lost: tasks wait, for up to 31 days; nothing is done " +
          "either. 401: the queue's audience is not the worker's URL. 403: the invoker has lost `roles/run.invoker`. " +
          "404: the ingress lets nobody in.",
        `It began with a deployment, or with a grant that somebody changed: ${up}, or roll back.`,
        `${smoke} shows that it is over.`,
        `In a long outage \`npm run tasks -- pause --all --for 30m ${at}\` saves the deliveries.`,
      ),
    },
    {
      key: "worker-silent",
      title: "The worker does not answer",
      to: "page",
      text: lines(
        "More than a fifth of the deliveries finds no instance (429, 503), a crash (500) or no answer in time (504). " +
          "None of these counts against a task's attempts, but 429. Nothing is lost: Google deletes a task after 31 " +
          "days, and what was delivered too often is parked as a dead letter. Each delivery is an operation of Cloud " +
          "Tasks, $0.40 a million: a thousand tasks a second that are tried again cost $1.44 an hour.",
        `${status}: is the worker ready, and which revision does it run?`,
        `After a deployment: roll back, or mend it and ${up}.`,
        `In a long outage \`npm run tasks -- pause --all --for 30m ${at}\` saves the deliveries.`,
      ),
    },
    {
      key: "tasks-wait",
      title: "Tasks wait too long",
      to: "page",
      text: lines(
        "Of the deliveries of five minutes, one in a hundred began later after it was due than its queue's `maxWait` " +
          `allows${waits(watchedQueues)}.`,
        `${queues}: how many tasks wait, at what rate they are done, and when they are.`,
        "More comes in than the queue's `rateLimits` let out, or the worker has too few instances: raise what limits.",
      ),
    },
    {
      key: "backlog-grows",
      title: "A backlog grows",
      to: "tell",
      text: lines(
        "A queue holds more than it delivers within its `maxWait`, and it becomes more. Where tasks are enqueued for " +
          "a later time this is no backlog: set `alerts.delayedTasks`.",
        `${queues} says how long the backlog takes.`,
      ),
    },
    {
      key: "schedule-failed",
      title: "A schedule failed",
      to: "tell",
      text: lines(
        "Cloud Scheduler could not enqueue the task of the schedule in the label `job`. It tries three times more.",
        `${status} says how its last run ended. \`npm run tasks -- run <schedule> ${at}\` runs it now.`,
        `PERMISSION_DENIED is a grant that is missing, NOT_FOUND a queue: ${up}.`,
      ),
    },
    {
      key: "schedule-missed",
      title: "A schedule did not run",
      to: "page",
      text: lines(
        "The schedule in the label `schedule` has enqueued nothing, an hour and more after it was due.",
        `${status}: is it PAUSED by hand, or DISABLED by Google? \`npm run tasks -- run <schedule> ${at}\` runs it now.`,
        `If its job is gone: ${up}.`,
      ),
    },
    {
      key: "worker-breaks",
      title: "The worker's containers break down",
      to: "tell",
      text: lines(
        "Cloud Run says of an instance that it used too much memory, did not start or failed its probe. What it worked " +
          "on is delivered again.",
        "Too much memory: raise `workerMemory`, or lower `workerConcurrency`.",
        `${status}: is the worker ready?`,
      ),
    },
    {
      key: "instances-used-up",
      title: "All instances are in use",
      to: "tell",
      text: lines(
        "For half an hour the worker has had as many busy instances as it may have.",
        `${queues}: if tasks wait, raise \`workerMaxInstances\`, or lower the queues' \`maxConcurrentDispatches\`.`,
      ),
    },
  ];
}

/** `: 300 s on email, 900 s on default and reports`. */
function waits(queues: readonly WaitingQueue[]): string {
  const each = waitsOf(queues).map(([maxWaitS, keys]) => `${maxWaitS} s on ${named(keys)}`);
  return each.length === 0 ? "" : `: ${each.join(", ")}`;
}

const MOST_NAMES = 5;

/** The names, the first of them where there are many: a text may be no longer than Google takes. */
export function named(keys: readonly string[]): string {
  const shown = keys.length > MOST_NAMES ? keys.slice(0, MOST_NAMES - 1) : keys;
  const rest = keys.length - shown.length;
  const all = rest > 0 ? [...shown, `${rest} more`] : shown;
  return [all.slice(0, -1).join(", "), ...all.slice(-1)]
    .filter((text) => text !== "")
    .join(" and ");
}

/** A paragraph, and the steps. */
function lines(meaning: string, ...steps: readonly string[]): string {
  const numbered = steps.map((step, i) => `${i + 1}. ${step}`);
  return `${meaning}\n\n${numbered.join("\n")}\n\nAll alerts: docs/watching.md`;
}
