import { JOB, titleOf } from "../resource.ts";
import type { ResourceRule } from "../rule.ts";
import { at, isMissing, text } from "../values.ts";

export const jobTimeZoneValid: ResourceRule = {
  kind: "resource",
  name: "job-time-zone-valid",
  severity: "mandatory",
  description: "A Scheduler job names an IANA time zone.",
  types: [JOB],
  check(job) {
    const value = at(job.properties, "timeZone");
    const advice = "set it to an IANA time zone, such as 'Europe/Berlin' or 'Etc/UTC'";
    if (isMissing(value)) return [`${titleOf(job)} has no 'timeZone'; ${advice}.`];
    const timeZone = text(value);
    if (timeZone === undefined || isTimeZone(timeZone)) return [];
    return [`${titleOf(job)} has 'timeZone' '${timeZone}'; ${advice}.`];
  },
};

function isTimeZone(name: string): boolean {
  // Intl also takes offsets and any case, which a time zone database does not have.
  if (!/^[A-Z][\w+-]*(?:\/[A-Z][\w+-]*)*$/.test(name)) return false;
  try {
    new Intl.DateTimeFormat("en-US", { timeZone: name });
    return true;
  } catch {
    // Intl has no other way to say that it does not know a zone.
    return false;
  }
}
