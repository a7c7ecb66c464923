import type { Clock } from "../clock.ts";
import { durationToMs } from "../cloudtasks/protoTime.ts";
import { GoogleError } from "../googleError.ts";
import type { CallFault } from "./fault.ts";
import { later } from "./later.ts";
import { LostResponse } from "./lostResponse.ts";

/** Carries out a call of Google's API with the trouble that `fault` is. */
export async function faultyCall(
  { delay, code, lostResponse }: CallFault,
  call: () => object | Promise<object>,
  clock: Clock,
): Promise<object> {
  if (delay !== undefined) await later(clock, durationToMs(delay));
  if (code !== undefined) throw new GoogleError(code, "A fault asked for this answer.");
  const answer = await call();
  if (lostResponse) throw new LostResponse();
  return answer;
}
