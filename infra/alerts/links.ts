import { ALERT_POLICY_LIMITS } from "@background-tasks/google/alertPolicyLimits.ts";
import { conditionsOf } from "./alerts.ts";
import { deadLettersOf, executionsOf, requestsOfTasks, workerLog } from "./logMetrics.ts";
import type { AlertKey } from "./texts.ts";
import type { Watched } from "./watched.ts";

/** A link in a notification, as an alert policy has it. */
export interface AlertLink {
  readonly displayName: string;
  readonly url: string;
}

/** Where more is to be seen of an alert. */
interface Sources {
  readonly about: "queues" | "workers" | "schedules";
  /** The entries that tell of it; those that open an alert need not be said again. */
  readonly entries?: (watched: Watched) => string;
  /** How far back these go. */
  readonly days: number;
}

const attempts = (watched: Watched): string => `${workerLog(watched)} AND jsonPayload.outcome:*`;
const answered =
  (...statuses: readonly number[]) =>
  (watched: Watched): string =>
    `${requestsOfTasks(watched)} AND httpRequest.status=(${statuses.join(" OR ")})`;

const SOURCES: Readonly<Record<AlertKey, Sources>> = {
  "queue-silent": {
    about: "queues",
    entries: (watched) => `${workerLog(watched)} AND labels.task="ping"`,
    days: 1,
  },
  "dead-letter": { about: "queues", days: 1 },
  "dead-letters-many": { about: "queues", entries: deadLettersOf, days: 1 },
  "dead-letters-steady": { about: "queues", entries: deadLettersOf, days: 7 },
  "dead-letters-waiting": { about: "queues", entries: deadLettersOf, days: 30 },
  "dead-letter-not-kept": { about: "queues", days: 1 },
  "work-stands-still": {
    about: "queues",
    entries: (watched) => `${workerLog(watched)} AND jsonPayload.outcome!="done"`,
    days: 7,
  },
  "deliveries-refused": { about: "workers", entries: answered(401, 403, 404), days: 1 },
  "worker-silent": { about: "workers", entries: answered(429, 500, 503, 504), days: 1 },
  "tasks-wait": { about: "queues", entries: attempts, days: 1 },
  "backlog-grows": { about: "queues", entries: attempts, days: 1 },
  "schedule-failed": { about: "schedules", days: 1 },
  "schedule-missed": {
    about: "schedules",
    entries: ({ schedules }) => executionsOf(schedules.map(({ job }) => job)),
    days: 30,
  },
  "worker-breaks": { about: "workers", days: 1 },
  "instances-used-up": { about: "workers", entries: answered(429), days: 1 },
};

/**
 * Where whoever is told of an alert finds more: the team's own page, if there is one, what it is about in Google's
 * console, and what the log says of it. In a log that takes too long a link to be asked for, there is none.
 */
export function linksOf(key: AlertKey, watched: Watched, runbook: string | undefined): AlertLink[] {
  const { about, days } = SOURCES[key];
  const logs = [watched, shortened(watched)]
    .map((asked) => logsUrl(entriesOf(key, asked), days, watched.project))
    .find((url) => url.length <= ALERT_POLICY_LIMITS.linkUrl);
  return [
    ...(runbook === undefined ? [] : [{ displayName: "Runbook", url: runbook }]),
    pageOf(about, watched),
    ...(logs === undefined ? [] : [{ displayName: "Entries in Logs Explorer", url: logs }]),
  ];
}

function entriesOf(key: AlertKey, watched: Watched): string {
  const { entries } = SOURCES[key];
  if (entries) return entries(watched);
  const condition = conditionsOf(watched)[key];
  if (condition?.kind !== "log") throw new Error(`Nothing says which entries tell of '${key}'.`);
  return condition.filter;
}

const CONSOLE = "https://console.cloud.google.com";

function pageOf(
  about: Sources["about"],
  { project, region, workers: [worker, ...others] }: Watched,
): AlertLink {
  const inProject = `?project=${encoded(project)}`;
  switch (about) {
    case "queues":
      return { displayName: "Queues in Cloud Tasks", url: `${CONSOLE}/cloudtasks${inProject}` };
    case "schedules":
      return {
        displayName: "Jobs in Cloud Scheduler",
        url: `${CONSOLE}/cloudscheduler${inProject}`,
      };
    case "workers": {
      if (worker === undefined || others.length > 0) {
        return { displayName: "Workers in Cloud Run", url: `${CONSOLE}/run${inProject}` };
      }
      const page = `run/detail/${region}/${worker.service}/metrics`;
      return { displayName: "Worker in Cloud Run", url: `${CONSOLE}/${page}${inProject}` };
    }
  }
}

function logsUrl(filter: string, days: number, project: string): string {
  return `${CONSOLE}/logs/query;query=${encoded(filter)};duration=P${days}D?project=${encoded(project)}`;
}

/** Where names stand in patterns, one that all of them match. */
function shortened(watched: Watched): Watched {
  const { workers, schedules, queues } = watched;
  const service = beginning(workers.map((one) => one.service));
  const job = beginning([
    ...schedules.map((one) => one.job),
    ...queues.flatMap(({ pingJob }) => pingJob ?? []),
  ]);
  return {
    ...watched,
    workers: [{ key: "", service, maxInstances: 0 }],
    schedules: [{ key: "", job, longestGapS: 0 }],
    queues: [],
  };
}

/** A regular expression of what begins as all of these do. */
function beginning([first = "", ...others]: readonly string[]): string {
  let length = first.length;
  while (others.some((other) => !other.startsWith(first.slice(0, length)))) length -= 1;
  return `${first.slice(0, length)}.*`;
}

/** With the marks that would end a part of the console's path. */
function encoded(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
