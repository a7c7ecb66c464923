import { InvalidArgumentError, Option } from "commander";
import { hostName } from "@background-tasks/cloud/network/hostName.ts";

/*
 * Readers of what is typed after an option. Each returns the value, or throws commander's error with what is
 * allowed; commander puts the option and the text before it.
 */

/** A port of something that listens. */
export function port(text: string): number {
  const value = Number(text);
  if (/^\d{1,5}$/.test(text) && value > 0 && value <= 65_535) return value;
  throw new InvalidArgumentError("A port is a number from 1 to 65535.");
}

/** A port to listen on; 0 is any free one. */
export function freePort(text: string): number {
  return text === "0" ? 0 : port(text);
}

const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** A duration in milliseconds: `250ms`, `1.5s`, `5m`, `72h`, `7d`. */
export function duration(text: string): number {
  const [, number, unit = ""] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text) ?? [];
  const factor = UNITS[unit];
  if (factor !== undefined) return Number(number) * factor;
  throw new InvalidArgumentError(
    "A duration is a number and 'ms', 's', 'm', 'h' or 'd', such as '90s' or '5m'.",
  );
}

/** An option whose value is a duration, with a default that is told as it would be typed. */
export function durationOption(flags: string, description: string, byDefault: string): Option {
  return new Option(flags, description).argParser(duration).default(duration(byDefault), byDefault);
}

/** A time in milliseconds: RFC 3339, a day (its beginning, in UTC), or how long ago, such as `2h`. */
export function time(text: string, now = Date.now()): number {
  if (/^\d+(?:\.\d+)?[a-z]/.test(text)) return now - duration(text);
  const value = /^\d{4}-\d\d-\d\d(?:T.*(?:Z|[+-]\d\d:\d\d))?$/.test(text) ? Date.parse(text) : NaN;
  if (!Number.isNaN(value)) return value;
  throw new InvalidArgumentError(
    "A time is such as '2026-11-25', '2026-11-25T09:00:00Z', or how long ago: '2h', '7d'.",
  );
}

/** An hour of UTC, `2026-11-25T09`, as RFC 3339 tells its beginning; that is taken, too. */
export function hour(text: string): string {
  const [begins = "none"] = /^\d{4}-\d\d-\d\dT\d\d(?=$|:00(?::00(?:\.000)?)?Z$)/.exec(text) ?? [];
  const value = new Date(`${begins}:00Z`);
  // 30 February would be a day of March.
  if (+value && value.toISOString().startsWith(begins)) return value.toISOString();
  throw new InvalidArgumentError("An hour is one of UTC, such as '2026-11-25T09'.");
}

/** So many a second: `5/s`, `300/m`. */
export function rate(text: string): number {
  const [, number, unit] = /^(\d+(?:\.\d+)?)\/(s|m|h)$/.exec(text) ?? [];
  const value = Number(number) / ((UNITS[unit ?? ""] ?? NaN) / 1000);
  if (value > 0) return value;
  throw new InvalidArgumentError("A rate is a number and '/s', '/m' or '/h', such as '5/s'.");
}

/** A count of something. */
export function count(text: string): number {
  if (/^\d{1,9}$/.test(text) && Number(text) > 0) return Number(text);
  throw new InvalidArgumentError("A count is a number from 1.");
}

/** A regular expression. */
export function pattern(text: string): RegExp {
  try {
    return new RegExp(text);
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? `${error.message}.` : String(error));
  }
}

/** The name of a stack, without its organization and project. */
export function stackName(text: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(text)) return text;
  throw new InvalidArgumentError(
    "A stack's name has letters, digits, '-', '_' and '.', such as 'dev'.",
  );
}

/** The number of a pull request. */
export function pullRequest(text: string): number {
  const value = Number(text);
  if (/^\d{1,9}$/.test(text) && value > 0) return value;
  throw new InvalidArgumentError("A pull request is a number from 1.");
}

/** A folder's or a file's path. */
export function path(text: string): string {
  if (text.trim() !== "") return text;
  throw new InvalidArgumentError("A path is not empty; the folder here is '.'.");
}

/** The name of a host, in the form in which names are compared. */
export function host(text: string): string {
  try {
    return hostName(text);
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
  }
}

/** Gathers the values of an option that may be given more than once. */
export function repeated<T>(
  read: (text: string) => T,
): (text: string, others: readonly T[] | undefined) => T[] {
  return (text, others = []) => [...others, read(text)];
}
