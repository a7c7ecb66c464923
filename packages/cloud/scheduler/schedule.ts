import { Cron } from "croner";
import { parseCron } from "@background-tasks/google/cron.ts";
import { offsetIn } from "@background-tasks/google/timeZone.ts";
import { isTimeZone } from "@background-tasks/google/timeZoneNames.ts";
import { GoogleError } from "../api/googleError.ts";
import { NotEmulatedError } from "../api/notEmulated.ts";
import { runsOfAnHour, type Next } from "./runsOfAnHour.ts";

/** When a job is due. */
export interface Schedule {
  readonly next: Next;
}

/** English-like schedules, which Cloud Scheduler takes as well: `every 5 minutes`. */
const ENGLISH = /^(?:every|\d+(?:st|nd|rd|th)|first|second|third|fourth|fifth)\b/i;

/**
 * Reads a cron expression in a time zone. Throws INVALID_ARGUMENT for what Cloud Scheduler refuses, which is
 * more than the cron library does: seconds, nicknames, `L`, `#`, ranges that go down (google-cloud.md 6.2).
 */
export function parseSchedule(expression: string, timeZone: string): Schedule {
  if (ENGLISH.test(expression.trim())) {
    throw new NotEmulatedError(`Job.schedule ${shown(expression)}`, "Write a cron expression.");
  }
  if (!isTimeZone(timeZone) && timeZone !== "utc") {
    throw invalid(`time zone '${shown(timeZone)}' is not in the time zone database.`);
  }
  const { minutes } = readCron(expression);
  const cron = new Cron(expression, { timezone: timeZone, mode: "5-part", paused: true });
  const next: Next = (time) => cron.nextRun(new Date(time))?.getTime();
  return { next: runsOfAnHour(minutes, offsetIn(timeZone), next) };
}

function readCron(expression: string): ReturnType<typeof parseCron> {
  try {
    return parseCron(expression);
  } catch (cause) {
    // The reason is what `parseCron` throws for.
    throw invalid(
      `schedule '${shown(expression)}': ${cause instanceof Error ? cause.message : ""}.`,
    );
  }
}

/** A text as a message shows it: nobody reads a long one. */
function shown(text: string): string {
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
}

const MAX_SHOWN = 200;

function invalid(what: string): GoogleError {
  return new GoogleError("INVALID_ARGUMENT", `Schedule or time zone is invalid: ${what}`);
}
