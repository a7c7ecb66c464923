import type { AlertSettings } from "./alertSettings.ts";
import type { QueueOfWorker } from "./checks.ts";
import type { QueueSettings, TaskContract } from "../../tasks/contract/contract.ts";
import { parseCron } from "@background-tasks/google/cron.ts";
import type { ScheduleSettings } from "./scheduleSettings.ts";
import { clockChangeAt } from "@background-tasks/google/timeZone.ts";

/** The schedules that the change of their zone's clocks, within a year of `now`, may run otherwise than planned. */
export function warnOfClockChanges(
  schedules: Readonly<Record<string, ScheduleSettings>>,
  now: Date,
): string[] {
  return Object.entries(schedules).flatMap(([name, { cron, timeZone }]) => {
    const change = clockChangeAt(parseCron(cron), timeZone, now);
    if (change === undefined) return [];
    const [date = "", from = ""] = change.from.toISOString().split("T");
    const [, to = ""] = change.to.toISOString().split("T");
    const outcome =
      change.kind === "skips" ? "unexpectedly or not at all" : "unexpectedly or twice";
    return [
      `Schedule '${name}' fires in time that '${timeZone}' ${change.kind} on ${date}, ${from.slice(0, 5)} to ` +
        `${to.slice(0, 5)}: it may run ${outcome}. Choose another hour, or time zone 'Etc/UTC'.`,
    ];
  });
}

/** The tasks whose handlers enqueue on a queue that only drains: the worker is not granted that. */
export function warnOfRetiredQueues(
  tasks: Readonly<Record<string, TaskContract>>,
  queues: Readonly<Record<string, QueueSettings>>,
): string[] {
  return Object.entries(tasks).flatMap(([name, { enqueues = [] }]) =>
    enqueues.flatMap((other) => {
      const queue = tasks[other]?.queue ?? "";
      if (queues[queue]?.retired !== true) return [];
      return [
        `Task '${name}' enqueues '${other}' on queue '${queue}', which is retired: that will be refused.`,
      ];
    }),
  );
}

/** The retired queues whose worker, of several, may lack what the tasks that they hold need. */
export function warnOfDrainingQueues(
  tasks: Readonly<Record<string, TaskContract>>,
  queues: Readonly<Record<string, QueueOfWorker>>,
): string[] {
  const workers = new Set(Object.values(queues).map(({ worker }) => worker));
  if (workers.size < 2) return [];
  return Object.entries(queues)
    .filter(([, { retired }]) => retired === true)
    .filter(
      ([key]) =>
        !Object.values(tasks).some(({ queue, alsoOn = [] }) => [queue, ...alsoOn].includes(key)),
    )
    .map(
      ([key, { worker }]) =>
        `Queue '${key}' is retired and no task names it: its worker '${worker}' is given nothing for the tasks that it ` +
        `holds. Name it in 'alsoOn' of those that were moved from it.`,
    );
}

/** What nobody is told of, where alerts have no channel, and what nobody sees, where queues have no canary. */
export function warnOfUnseen(
  { enabled, page, tell, delayedTasks }: AlertSettings,
  canary: string | undefined,
): string[] {
  if (!enabled) return [];
  const without = (kind: string, channels: readonly string[]): string[] =>
    channels.length > 0 ? [] : [`'alerts.${kind}'`];
  const missing = [...without("page", page), ...without("tell", tell)];
  return [
    ...(missing.length === 0
      ? []
      : [
          `${missing.join(" and ")} ${missing.length === 1 ? "names" : "name"} no channel: the alerts are made, and ` +
            `nobody is told of ${toldOf(page, tell)}; it is seen in the console only (docs/watching.md).`,
        ]),
    ...(canary === undefined
      ? [
          "'canary' is not set: the alert 'A queue does not deliver' is not made, and nobody sees a paused queue" +
            `${delayedTasks ? "" : " before its tasks pile up"}, nor one that is broken before there are tasks for it ` +
            "(docs/watching.md).",
        ]
      : []),
  ];
}

function toldOf(page: readonly string[], tell: readonly string[]): string {
  if (page.length > 0) return "what can wait";
  return tell.length > 0 ? "what cannot wait" : "what fires";
}
