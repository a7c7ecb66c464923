import type { PayloadInput, TaskName } from "./tasks.ts";

/** A schedule of one task: what it enqueues, and when. */
interface ScheduleOf<Name extends TaskName> {
  /** Five fields: minute, hour, day of month, month, day of week. */
  readonly cron: string;
  /**
   * An IANA time zone.
   *
   * @default "Etc/UTC"
   */
  readonly timeZone?: string;
  readonly task: Name;
  readonly payload: PayloadInput<Name>;
  /**
   * The schedule is kept and does not fire.
   *
   * @default false
   */
  readonly paused?: boolean;
}

export type Schedule = { [Name in TaskName]: ScheduleOf<Name> }[TaskName];

/**
 * What is enqueued by the clock. A run is delivered at least once, and runs may overlap: a task that
 * must run one at a time has a queue with `maxConcurrentDispatches: 1`.
 */
export const schedules = {
  "daily-digest": {
    cron: "0 7 * * MON-FRI",
    timeZone: "Europe/Berlin",
    task: "send-digest",
    payload: {
      recipients: ["team@example.com"],
      timeZone: "Europe/Berlin",
      dayStartsAt: "06:00",
    },
  },
} satisfies Record<string, Schedule>;

export type ScheduleName = keyof typeof schedules;
