import { GoogleError } from "../api/googleError.ts";
import type { Json } from "../api/parseJson.ts";

/*
 * The times in a message off the wire, which has more of them than there are:
 * https://protobuf.dev/reference/protobuf/google.protobuf/#timestamp
 */

/** Throws INVALID_ARGUMENT for a time or a duration that there is not, as Google's library for Java words it. */
export function checkTimes(value: unknown): void {
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return;
  const type = typeNameOf(value);
  if (type === TIMESTAMP) checkTimestamp(value as Time);
  else if (type === DURATION) checkDuration(value as Time);
  else for (const inner of Object.values(value)) checkTimes(inner);
}

/** The JSON form of a message with its durations put right: the library that makes it loses the sign of a fraction. */
export function withDurations(value: unknown, json: Json | undefined): Json | undefined {
  if (typeof value !== "object" || value === null || json === null) return json;
  if (typeNameOf(value) === DURATION) return durationOf(value as Time);
  if (typeof json !== "object") return json;
  const inner = (key: string, item: Json | undefined): Json | undefined =>
    withDurations(Reflect.get(value, key), item);
  return Array.isArray(json)
    ? json.map((item, i) => inner(String(i), item) ?? null)
    : Object.fromEntries(Object.entries(json).map(([key, item]) => [key, inner(key, item)]));
}

/** As protobufjs reads it: 64 bits are an object that says its number. */
interface Time {
  readonly seconds: { toString(): string };
  readonly nanos: number;
}

const TIMESTAMP = ".google.protobuf.Timestamp";
const DURATION = ".google.protobuf.Duration";

function typeNameOf(value: object): unknown {
  const type: unknown = Reflect.get(value, "$type");
  return typeof type === "object" && type !== null ? Reflect.get(type, "fullName") : undefined;
}

function checkTimestamp({ seconds, nanos }: Time): void {
  const whole = BigInt(seconds.toString());
  const isYear = whole >= -62_135_596_800n && whole <= 253_402_300_799n;
  if (isYear && nanos >= 0 && nanos < 1e9) return;
  throw new GoogleError(
    "INVALID_ARGUMENT",
    `Timestamp is not valid. See proto definition for valid values. Seconds (${whole}) must be in range [-62,135,596,800, +253,402,300,799]. Nanos (${nanos}) must be in range [0, +999,999,999].`,
  );
}

function checkDuration({ seconds, nanos }: Time): void {
  const whole = BigInt(seconds.toString());
  const isShort = whole >= -315_576_000_000n && whole <= 315_576_000_000n;
  const hasOneSign = whole === 0n || nanos === 0 || whole < 0n === nanos < 0;
  if (isShort && Math.abs(nanos) < 1e9 && hasOneSign) return;
  throw new GoogleError(
    "INVALID_ARGUMENT",
    `Duration is not valid. See proto definition for valid values. Seconds (${whole}) must be in range [-315,576,000,000, +315,576,000,000]. Nanos (${nanos}) must be in range [-999,999,999, +999,999,999]. Nanos must have the same sign as seconds`,
  );
}

/** A duration that `checkDuration` has let through: no fraction, or three, six or nine digits of it. */
function durationOf({ seconds, nanos }: Time): string {
  const whole = BigInt(seconds.toString());
  const sign = whole < 0n || nanos < 0 ? "-" : "";
  const digits = String(Math.abs(nanos)).padStart(9, "0");
  const fraction = nanos === 0 ? "" : `.${digits.replace(/(?:000){1,2}$/, "")}`;
  return `${sign}${whole < 0n ? -whole : whole}${fraction}s`;
}
