import { ALERT_POLICY_LIMITS } from "@background-tasks/google/alertPolicyLimits.ts";
import type { Naming } from "../config/names.ts";
import { wasDue } from "./dueDays.ts";
import { deadLettersOf, executionsOf, ofServices, workerLog } from "./logMetrics.ts";
import { anyOf, count, logSelector, onceWatched, selector } from "./promql.ts";
import { named, textsOf, type AlertKey, type AlertWords } from "./texts.ts";
import { queueIds, waitsOf, type Since, type Watched, type WatchedQueue } from "./watched.ts";

/** When an alert fires. Durations are in seconds. */
export type Condition =
  /** As soon as an entry of a log matches, once in `everyS` at most. */
  | {
      readonly kind: "log";
      readonly filter: string;
      /** What the notification says of the entry, by label. */
      readonly extractors: Readonly<Record<string, string>>;
      readonly everyS: number;
    }
  /** While the expression has had a result for so long. */
  | {
      readonly kind: "promql";
      /** Some say since when something is watched. */
      readonly query: string | ((since: Since) => string);
      readonly durationS: number;
      readonly everyS: number;
    }
  /** While the aligned points of a series have been above its limit for so long. */
  | {
      readonly kind: "threshold";
      /** One or more, six at most. */
      readonly limits: readonly Limit[];
      readonly aligner: string;
      readonly alignS: number;
      /** The label of the resource by which series are put together. */
      readonly groupBy: string;
      readonly durationS: number;
    };

/** How high some series may be. */
export interface Limit {
  /** Which ones, where others have another limit: `300 s on email`. */
  readonly of?: string;
  readonly filter: string;
  readonly above: number;
}

export interface Alert extends AlertWords {
  readonly condition: Condition;
}

/**
 * What somebody is told of. However many queues there are, the number of alerts is the same. Nothing fires before a
 * queue, a schedule or a worker has been watched for as long as the alert looks back.
 */
export function alertsOf(watched: Watched): Alert[] {
  const conditions = conditionsOf(watched);
  return textsOf(watched.naming.stack, watched.queues).flatMap(({ key, ...words }) => {
    const condition = conditions[key];
    return condition === undefined ? [] : [{ key, ...words, condition }];
  });
}

/** When each alert fires; `undefined` where a stack has nothing that it could be of. */
export function conditionsOf(watched: Watched): Readonly<Record<AlertKey, Condition | undefined>> {
  return {
    "queue-silent": queueSilent(watched),
    "dead-letter": logged(
      deadLettersOf(watched),
      { task: "labels.task", queue: "labels.queue", cause: "labels.cause" },
      600,
    ),
    "dead-letters-many": burn(watched, [
      { factor: 14.4, windows: [3600, 300] },
      { factor: 6, windows: [21_600, 1800] },
    ]),
    "dead-letters-steady": burn(watched, [{ factor: 3, windows: [DAY_S, 7200] }]),
    "dead-letters-waiting": {
      kind: "threshold",
      limits: [
        {
          filter: queueFilter("queue/depth", queueIds(watched.naming, watched.deadLetterQueue)),
          above: 0,
        },
      ],
      aligner: "ALIGN_MIN",
      alignS: 300,
      groupBy: "resource.label.queue_id",
      // With the points' own five minutes still within the longest time that Google evaluates.
      durationS: 23 * 3600,
    },
    "dead-letter-not-kept": logged(
      `${workerLog(watched)} AND jsonPayload.outcome="not-kept"`,
      { task: "labels.task", queue: "labels.queue" },
      300,
    ),
    "work-stands-still": standsStill(watched),
    "deliveries-refused": refused(watched),
    "worker-silent": unanswered(watched),
    "tasks-wait": {
      kind: "threshold",
      limits: waitLimits(watched),
      aligner: "ALIGN_PERCENTILE_99",
      alignS: 300,
      groupBy: "resource.label.queue_id",
      durationS: 600,
    },
    "backlog-grows": backlog(watched),
    "schedule-failed": scheduleFailed(watched),
    "schedule-missed": scheduleMissed(watched),
    "worker-breaks": logged(
      `log_id("run.googleapis.com/varlog/system") AND ${ofServices(watched)} AND severity>=ERROR`,
      { service: "resource.labels.service_name", revision: "resource.labels.revision_name" },
      600,
    ),
    "instances-used-up": usedUp(watched),
  };
}

const DAY_S = 86_400;

/** What an alert may ask of a log-based metric: so long ago at most, the time that it has to hold included. */
export const LOG_METRIC_S = 25 * 3600;

/** Pings are sent, and none arrives, though nobody has paused the queue. */
function queueSilent({ naming, queues, canaryGapS }: Watched): Condition | undefined {
  if (canaryGapS === undefined) return undefined;
  const cases = queues
    .filter(({ pingJob }) => pingJob !== undefined)
    .map((queue) => [queue, silenceOf(queue, canaryGapS)] as const);
  if (cases.length === 0) return undefined;
  return promql(60, (since) =>
    anyOf(
      "queue",
      cases.map(([{ key }, windowS]) => {
        const silent = `${count(logSelector(naming, "pings", { queue: key }), windowS)} < 1`;
        const unexcused = `(${silent}) unless on() ${excused(naming, key, windowS)}`;
        return [key, onceWatched(`(${unexcused})`, since(`queue:${key}`), windowS)];
      }),
    ),
  );
}

/** How long a queue may be silent: three pings, and as long as a task may wait. */
function silenceOf({ maxWaitS }: WatchedQueue, canaryGapS: number): number {
  return Math.max(900, 3 * canaryGapS, maxWaitS);
}

/**
 * A queue that a command paused within the last day and did not resume, or to which something was done a moment ago. What
 * is counted is rounded by neither side: half a pause is none.
 */
function excused(naming: Naming, queue: string, windowS: number): string {
  const done = (action: string): string =>
    count(logSelector(naming, "pauses", { queue, action }), DAY_S);
  const lately = count(logSelector(naming, "pauses", { queue }), windowS);
  return `((${done("pause")} - ${done("resume")} > 0.5) or (${lately} > 0))`;
}

/** The share of tasks that end as dead letters is so many times what the objective allows, in both windows. */
function burn(
  { naming, objective }: Watched,
  rates: readonly { factor: number; windows: readonly [number, number] }[],
): Condition {
  const ended = (windowS: number): string => count(logSelector(naming, "ended"), windowS);
  const dead = (windowS: number): string =>
    count(logSelector(naming, "ended", { outcome: "dead-letter" }), windowS);
  const query = rates
    .map(({ factor, windows }) => {
      const allowed = rounded(factor * (1 - objective));
      const burning = windows.map(
        (windowS) => `(${dead(windowS)} / ${ended(windowS)} > ${allowed})`,
      );
      const enough = windows.map((windowS) => `(${ended(windowS)} > 100)`);
      return `(${[...burning, ...enough].join(" and ")})`;
    })
    .join(" or ");
  return promql(0, query);
}

/** Deliveries are made and nothing ends, for a day, on a queue that has had tasks all the while. */
function standsStill({ naming, queues }: Watched): Condition | undefined {
  return promql(3600, (since) =>
    anyOf(
      "queue",
      queues.map(({ key }) => {
        const depth = `sum(${queueSelector("queue/depth", queueIds(naming, key))})`;
        const before = `sum(${queueSelector("queue/depth", queueIds(naming, key))} offset ${DAY_S}s)`;
        const attempts = count(
          queueSelector("queue/task_attempt_count", queueIds(naming, key)),
          DAY_S,
        );
        const pings = count(logSelector(naming, "pings", { queue: key }), DAY_S);
        const ended = count(logSelector(naming, "ended", { queue: key }), DAY_S);
        const still =
          `((${ended} < 1) and on() (${attempts} - ${pings} > 12) and on() (${depth} > 0) ` +
          `and on() (${before} > 0))`;
        return [key, onceWatched(still, since(`queue:${key}`), DAY_S)];
      }),
    ),
  );
}

/** Cloud Run refuses what Cloud Tasks sends. A new worker's grants take minutes to be in force. */
function refused({ naming, workers }: Watched): Condition {
  const windowS = 300;
  return promql(windowS, (since) =>
    anyOf(
      "service",
      workers.map(({ key, service }) => {
        const series = logSelector(naming, "deliveries", {
          service_name: service,
          status: "~401|403|404",
        });
        const refusals = `(sum by (status) (increase(${series}[${windowS}s])) > 0)`;
        return [service, onceWatched(refusals, since(`worker:${key}`), GRANT_S)];
      }),
    ),
  );
}

const GRANT_S = 900;

/** A part of the deliveries finds no instance, or one that gives no answer. */
function unanswered({ naming, workers }: Watched): Condition {
  const windowS = 600;
  return promql(
    0,
    anyOf(
      "service",
      workers.map(({ service }) => {
        const all = count(logSelector(naming, "deliveries", { service_name: service }), windowS);
        const failed = count(
          logSelector(naming, "deliveries", { service_name: service, status: "~429|500|503|504" }),
          windowS,
        );
        return [service, `((${failed} > 20) and (${failed} / ${all} > 0.2))`];
      }),
    ),
  );
}

/** One for each of the waits that queues have, the shortest first; more, where one has no room for so many names. */
function waitLimits({ naming, queues }: Watched): Limit[] {
  const filterOf = (keys: readonly string[]): string =>
    queueFilter("queue/task_attempt_delays", queueIds(naming, ...keys));
  const limits = waitsOf(queues).flatMap(([maxWaitS, all]) => {
    const parts: string[][] = [];
    for (const key of all) {
      const last = parts.at(-1);
      if (last && filterOf([...last, key]).length <= ALERT_POLICY_LIMITS.filter) last.push(key);
      else parts.push([key]);
    }
    return parts.map((keys) => ({ keys, maxWaitS }));
  });
  return limits.map(({ keys, maxWaitS }) => ({
    ...(limits.length > 1 && { of: `${maxWaitS} s on ${named(keys)}` }),
    filter: filterOf(keys),
    above: maxWaitS * 1000,
  }));
}

/** More tasks than are done while one may wait, and more every minute. */
function backlog({ naming, queues, delayedTasks }: Watched): Condition | undefined {
  if (delayedTasks) return undefined;
  return promql(
    600,
    anyOf(
      "queue",
      queues.map(({ key, maxWaitS, maxDispatchesPerSecond }) => {
        const depth = queueSelector("queue/depth", queueIds(naming, key));
        const much = rounded(maxWaitS * maxDispatchesPerSecond);
        return [key, `((sum(${depth}) > ${much}) and (sum(deriv(${depth}[900s])) > 0))`];
      }),
    ),
  );
}

function scheduleFailed({ schedules, queues }: Watched): Condition | undefined {
  const pings = queues.flatMap(({ pingJob }) => (pingJob === undefined ? [] : [pingJob]));
  const jobs = [...schedules.map(({ job }) => job), ...pings];
  if (jobs.length === 0) return undefined;
  return logged(
    `${executionsOf(jobs)} AND severity>=ERROR`,
    { job: "resource.labels.job_id", status: "jsonPayload.status" },
    600,
  );
}

/** A schedule has not run an hour after it was due. */
function scheduleMissed({ naming, schedules }: Watched): Condition | undefined {
  if (schedules.length === 0) return undefined;
  return promql(
    0,
    (since) =>
      anyOf(
        "schedule",
        schedules.map(({ key, job, longestGapS, dueDays }) => {
          const windowS = Math.min(longestGapS + 3600, LOG_METRIC_S);
          const none = `(${count(logSelector(naming, "runs", { job_id: job }), windowS)} < 1)`;
          const missed = dueDays ? `(${none} and on() ${wasDue(dueDays)})` : none;
          return [key, onceWatched(missed, since(`schedule:${key}`), windowS)];
        }),
      ),
    300,
  );
}

function usedUp({ workers }: Watched): Condition {
  return promql(
    1800,
    anyOf(
      "service",
      workers.map(({ service, maxInstances }) => {
        const active = selector(
          "run.googleapis.com/container/instance_count",
          "cloud_run_revision",
          {
            service_name: service,
            state: "active",
          },
        );
        return [service, `(sum(${active}) >= ${maxInstances})`];
      }),
    ),
  );
}

function promql(
  durationS: number,
  query: string | ((since: Since) => string),
  everyS = 60,
): Condition {
  return { kind: "promql", query, durationS, everyS };
}

function logged(
  filter: string,
  extractors: Readonly<Record<string, string>>,
  everyS: number,
): Condition {
  return { kind: "log", filter, extractors, everyS };
}

function queueSelector(metric: string, ids: string): string {
  return selector(`cloudtasks.googleapis.com/${metric}`, "cloud_tasks_queue", {
    queue_id: `~${ids}`,
  });
}

/** In the language of thresholds. */
function queueFilter(metric: string, ids: string): string {
  return (
    `metric.type="cloudtasks.googleapis.com/${metric}" AND resource.type="cloud_tasks_queue" AND ` +
    `resource.labels.queue_id=monitoring.regex.full_match("${ids}")`
  );
}

function rounded(number: number): number {
  return Number(number.toPrecision(6));
}
