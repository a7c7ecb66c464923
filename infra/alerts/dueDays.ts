import type { Cron } from "@background-tasks/google/cron.ts";

/** The days on which a schedule is due that is not due on each. */
export interface DueDays {
  readonly cron: Pick<Cron, "daysOfMonth" | "months" | "daysOfWeek" | "eitherDay">;
  /** When the first run of such a day is, in seconds since the day's begin in UTC; below 0 on the day before. */
  readonly firstS: number;
}

const HOUR_S = 3600;

/** For how long after a run was due, and an hour, it is missed: less than the day that a metric of a log goes back. */
const MISSED_HOURS = 22;

/** In PromQL: a run was due an hour ago, or some hours more. */
export function wasDue({ cron, firstS }: DueDays): string {
  // The day of this time begins when the day's first run has been due for an hour.
  const at = `vector(time() - ${firstS + HOUR_S})`;
  const weekday = oneOf("day_of_week", cron.daysOfWeek, 7, at);
  const date = oneOf("day_of_month", cron.daysOfMonth, 31, at);
  const isAnyDay = cron.eitherDay && (weekday.length === 0 || date.length === 0);
  const day = cron.eitherDay ? [`(${[...weekday, ...date].join(" or ")})`] : [...weekday, ...date];
  const month = oneOf("month", cron.months, 12, at);
  const all = [...(isAnyDay ? [] : day), ...month, `hour(${at}) < ${MISSED_HOURS}`];
  return `(${all.join(" and ")})`;
}

/** That a part of a time is one of these; nothing where it may be any. */
function oneOf(part: string, values: ReadonlySet<number>, all: number, at: string): string[] {
  if (values.size === all) return [];
  const each = [...values].sort((a, b) => a - b).map((value) => `${part}(${at}) == ${value}`);
  return [`(${each.join(" or ")})`];
}
