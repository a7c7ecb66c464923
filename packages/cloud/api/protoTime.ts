/*
 * Durations and timestamps as proto3 JSON writes them, against milliseconds with fractions.
 * https://protobuf.dev/programming-guides/json/
 */

/** The milliseconds of a duration that `decodeMessage` has let through, to the microsecond: `"-1.5s"` is -1500. */
export function durationToMs(duration: string): number {
  const [, sign = "", whole = "", fraction = ""] = DURATION.exec(duration) ?? [];
  const ms = Number(whole) * 1000 + msOfFraction(fraction);
  return sign === "" ? ms : -ms;
}

/** `"5s"`, `"0.100s"`: no fraction, or three, six or nine digits of it. */
export function msToDuration(ms: number): string {
  const micros = Math.round(ms * 1000);
  return `${micros < 0 ? "-" : ""}${secondsOf(Math.abs(micros))}s`;
}

/** The milliseconds since the epoch of a timestamp that `decodeMessage` has let through, to the microsecond. */
export function timestampToMs(timestamp: string): number {
  const [, whole = "", fraction = "", zone = ""] = TIMESTAMP.exec(timestamp) ?? [];
  return Date.parse(whole + zone) + msOfFraction(fraction);
}

/** RFC 3339 in UTC, with no, three or six digits of a second. */
export function msToTimestamp(ms: number): string {
  const micros = Math.round(ms * 1000);
  const fraction = fractionOf(((micros % 1e6) + 1e6) % 1e6);
  return `${textOfSecond(Math.floor(micros / 1e6))}${fraction}Z`;
}

/** The second that was asked for last: of most times, many are of one second. */
const last = { second: NaN, text: "" };

function textOfSecond(second: number): string {
  if (second !== last.second) {
    last.text = new Date(second * 1000).toISOString().slice(0, 19);
    last.second = second;
  }
  return last.text;
}

const DURATION = /^(-?)(\d+)(?:\.(\d+))?s$/;
const TIMESTAMP = /^(.{19})(?:\.(\d+))?(.+)$/;

/** The milliseconds of the digits after the point of a second, cut to microseconds. */
function msOfFraction(digits: string): number {
  return Number(digits.padEnd(6, "0").slice(0, 6)) / 1000;
}

function secondsOf(micros: number): string {
  return `${Math.floor(micros / 1e6)}${fractionOf(micros % 1e6)}`;
}

function fractionOf(micros: number): string {
  if (micros === 0) return "";
  const below = micros % 1000;
  return `.${DIGITS[(micros - below) / 1000]}${below === 0 ? "" : DIGITS[below]}`;
}

/** `"000"` to `"999"`: each entry of a log has two times. */
const DIGITS = Array.from({ length: 1000 }, (_, n) => String(n).padStart(3, "0"));
