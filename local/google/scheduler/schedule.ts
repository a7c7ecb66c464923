import { Cron } from "croner";
import { parseCron } from "../../../infra/cron.ts";
import { isTimeZone } from "../../../infra/timeZone.ts";
import { GoogleError } from "../googleError.ts";

/** When a job is due. */
export interface Schedule {
  /** The first time after `time`; `undefined` where there is none. */
  next(time: number): number | undefined;
}

/** English-like schedules, which Cloud Scheduler takes as well: `every 5 minutes`. */
const ENGLISH = /^(?:every|1st|2nd|3rd|first|second|third|fourth|fifth|\dth)\b/i;

/**
 * Reads a cron expression in a time zone. Throws INVALID_ARGUMENT for what Cloud Scheduler refuses, which is
 * more than the cron library does: seconds, nicknames, `L`, `#`, ranges that go down (google-cloud.md 6.2).
 */
export function parseSchedule(expression: string, timeZone: string): Schedule {
  if (ENGLISH.test(expression.trim())) {
    throw new GoogleError(
      "UNIMPLEMENTED",
      `Schedule '${expression}': schedules in English are not emulated by this local cloud; write a cron expression.`,
    );
  }
  if (!isTimeZone(timeZone) && timeZone !== "utc") {
    throw invalid(`time zone '${timeZone}' is not in the time zone database.`);
  }
  try {
    parseCron(expression);
  } catch (cause) {
    // The reason is what `parseCron` throws for.
    throw invalid(`schedule '${expression}': ${cause instanceof Error ? cause.message : ""}.`);
  }
  const cron = new Cron(expression, { timezone: timeZone, mode: "5-part", paused: true });
  return { next: (time) => cron.nextRun(new Date(time))?.getTime() };
}

function invalid(what: string): GoogleError {
  return new GoogleError("INVALID_ARGUMENT", `Schedule or time zone is invalid: ${what}`);
}
