import type { Duration } from "./contract.ts";

const DURATION = /^(\d+(?:\.\d{1,9})?)s$/;

/** The milliseconds of a duration such as `"0.100s"`, or `undefined` for what is not one. */
export function durationMs(text: string): number | undefined {
  const seconds = DURATION.exec(text)?.[1];
  return seconds === undefined ? undefined : Number(seconds) * 1000;
}

/** The milliseconds of a duration that the compiler or a check has already seen. */
export function knownDurationMs(duration: Duration): number {
  const ms = durationMs(duration);
  if (ms === undefined) throw new Error(`'${duration}' is not a duration such as '5s'.`);
  return ms;
}
