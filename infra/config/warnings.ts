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
