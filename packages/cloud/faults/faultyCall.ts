import type { Clock } from "../time/clock.ts";
import { durationToMs } from "../api/protoTime.ts";
import { GoogleError } from "../api/googleError.ts";
import type { Method } from "../api/method.ts";
import type { CallFault } from "./fault.ts";
import { later } from "../time/later.ts";
import { LostResponse } from "../network/lostResponse.ts";

/** Carries out a call of a method of Google's API with the trouble that `fault` is. */
export async function faultyCall(
  { delay, code, lostResponse }: CallFault,
  { service }: Method,
  call: () => object | Promise<object>,
  clock: Clock,
): Promise<object> {
  if (delay !== undefined) {
    const delayMs = durationToMs(delay);
    const deadlineMs = SERVER_DEADLINES_MS[service] ?? Infinity;
    await later(clock, Math.min(delayMs, deadlineMs));
    if (delayMs >= deadlineMs) {
      throw new GoogleError(
        "DEADLINE_EXCEEDED",
        "Deadline expired before operation could complete.",
      );
    }
  }
  if (code !== undefined) throw new GoogleError(code, "A fault asked for this answer.");
  const answer = await call();
  if (lostResponse) throw new LostResponse();
  return answer;
}

/** How long a server takes at most to answer, where that is known (google-cloud.md 1.1). */
const SERVER_DEADLINES_MS: Readonly<Record<string, number>> = {
  "google.cloud.tasks.v2.CloudTasks": 15_000,
  "google.cloud.tasks.v2beta3.CloudTasks": 15_000,
  "google.cloud.location.Locations": 5_000,
};
