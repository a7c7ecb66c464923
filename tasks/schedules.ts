import type { ScheduleOf } from "./contract/contract.ts";
import type { tasks } from "./tasks.ts";

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
} satisfies Record<string, ScheduleOf<typeof tasks>>;
