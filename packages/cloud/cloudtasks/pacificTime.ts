import { offsetIn } from "@background-tasks/google/timeZone.ts";
import { msToTimestamp } from "../api/protoTime.ts";

const offsetMs = offsetIn("America/Los_Angeles");

/**
 * A time as Cloud Tasks' refusals tell it, in the zone of its makers: `2099-12-31T16:00:00-08:00`, a fraction of a
 * second without zeros at its end (google-cloud.md 1.8).
 */
export function pacificTime(ms: number): string {
  const hours = offsetMs(ms) / 3_600_000;
  const local = msToTimestamp(ms + offsetMs(ms)).replace(/(?<=\.\d*[1-9])0*Z$|Z$/, "");
  return `${local}-${String(-hours).padStart(2, "0")}:00`;
}
