import { types } from "node:util";
import { alternatives } from "../contract/knownNames.ts";

/** How a task is enqueued. */
export interface EnqueueOptions {
  /** Seconds from now until the task may first be dispatched. At most 30 days. Not with `scheduleTime`. */
  readonly delay?: number | undefined;
  /** When the task may first be dispatched. At most 30 days from now. A time that is past means now. */
  readonly scheduleTime?: Date | undefined;
  /**
   * What makes the task unique: a second one with the same `id` on the same queue is not created, at the
   * least for an hour after the first is gone. 1 to 500 printable ASCII characters.
   *
   * @default - none: each call creates a task
   */
  readonly id?: string | undefined;
  /**
   * When the `id` was first used, or was meant to be: less than 50 minutes ago. Must be given with the `id` of
   * a task that is `reschedulable`, and be the same for each repetition.
   */
  readonly since?: Date | undefined;
  /** W3C trace context to go on from. What is malformed begins a new trace. @default - a new trace */
  readonly traceparent?: string | undefined;
  /** Ends the call, with its retries, when it fires. */
  readonly signal?: AbortSignal | undefined;
}

/** Options, each of them read once: what is checked is what is used. */
export interface ReadOptions {
  /** Of the declared types where there is no problem. */
  readonly options: EnqueueOptions;
  /** What is wrong with them, a sentence each. */
  readonly problems: readonly string[];
}

/** Reads the options of a task, those that may be given. Whoever has no compiler may give anything. */
export function readOptions(
  task: string,
  given: unknown,
  now: number,
  allowed: readonly (keyof EnqueueOptions)[] = OPTIONS,
): ReadOptions {
  if (typeof given !== "object" || given === null || isList(given)) {
    const problem = `The options of task '${task}' are ${shown(given)}; they must be an object.`;
    return { options: {}, problems: [problem] };
  }
  let read: Readonly<Record<string, unknown>>;
  let names: readonly string[];
  try {
    names = Object.keys(given);
    read = Object.fromEntries(allowed.map((name) => [name, Reflect.get(given, name) as unknown]));
  } catch {
    return { options: {}, problems: [`The options of task '${task}' cannot be read.`] };
  }
  const wrong = allowed.flatMap((name) => {
    const value = read[name];
    const must = value === undefined ? undefined : CHECKS[name](value, now);
    return must === undefined
      ? []
      : [`'${name}' of task '${task}' is ${shown(value)}; it must be ${must}.`];
  });
  const unknown = names
    .filter((name) => !allowed.some((known) => known === name))
    .slice(0, MAX_NAMED)
    .map((name) => unknownOption(task, name, allowed));
  const both = read["delay"] !== undefined && read["scheduleTime"] !== undefined;
  const problems = [
    ...wrong,
    ...unknown,
    ...(both ? [`Task '${task}' has both 'delay' and 'scheduleTime'; give one.`] : []),
  ];
  return { options: read, problems };
}

/** When a task is due whose options are in order; `undefined` for at once. */
export function dueTime({ delay, scheduleTime }: EnqueueOptions, now: number): Date | undefined {
  if (delay !== undefined && delay > 0) return new Date(now + delay * 1000);
  return scheduleTime && new Date(timeOf(scheduleTime));
}

/** A value in a sentence: a text or a number as it is, as far as it is short; of anything else what it is. */
export function shown(value: unknown): string {
  if (typeof value === "string") {
    return JSON.stringify(value.length > 100 ? `${value.slice(0, 99)}…` : value);
  }
  if (types.isDate(value)) {
    const time = timeOf(value);
    return Number.isNaN(time) ? "a date that is not valid" : new Date(time).toISOString();
  }
  if (isList(value)) return "a list";
  if (typeof value === "function") return "a function";
  return typeof value === "object" && value !== null ? "an object" : String(value);
}

/** Whether a value is a list. To ask that of a Proxy that was revoked throws. */
export function isList(value: unknown): value is readonly unknown[] {
  try {
    return Array.isArray(value);
  } catch {
    return false;
  }
}

// https://cloud.google.com/tasks/docs/quotas
const MAX_DAYS = 30;
/** Unknown options that are named. */
const MAX_NAMED = 10;
const MAX_SECONDS = MAX_DAYS * 24 * 60 * 60;

/** For how long after an `id` was first used its name is taken for sure: an hour, less what a call may take. */
const SINCE_MS = 50 * 60_000;
/** By how much a clock may be ahead. */
const SKEW_MS = 5 * 60_000;

type Check = (value: unknown, now: number) => string | undefined;

/** For each option what it must be, where it is not. */
const CHECKS: Readonly<Record<keyof EnqueueOptions, Check>> = {
  delay: (value) =>
    typeof value === "number" && value >= 0 && value <= MAX_SECONDS
      ? undefined
      : `a number of seconds from 0 to ${MAX_SECONDS} (${MAX_DAYS} days)`,
  scheduleTime(value, now) {
    if (!types.isDate(value) || !isTimestamp(value)) return "a Date, of a year from 1 to 9999";
    return timeOf(value) - now <= MAX_SECONDS * 1000
      ? undefined
      : `at most ${MAX_DAYS} days from now`;
  },
  // It travels as a header, as it is.
  id: (value) =>
    typeof value === "string" && /^[\x21-\x7e](?:[\x20-\x7e]{0,498}[\x21-\x7e])?$/.test(value)
      ? undefined
      : "1 to 500 printable ASCII characters that neither begin nor end with a space",
  since(value, now) {
    if (!types.isDate(value) || !isTimestamp(value)) return "a Date, of a year from 1 to 9999";
    const agoMs = now - timeOf(value);
    if (agoMs < -SKEW_MS) return "a time that is past";
    return agoMs < SINCE_MS
      ? undefined
      : "less than 50 minutes ago, since Cloud Tasks keeps names for an hour: the task may have been rescheduled, " +
          "and this would be a second one; cancel it, and enqueue it under another 'id'";
  },
  traceparent: (value) => (typeof value === "string" ? undefined : "a text"),
  signal: (value) => (isSignal(value) ? undefined : "an AbortSignal"),
};

const OPTIONS = Object.keys(CHECKS) as (keyof EnqueueOptions)[];

/** It may look like one and be none: whoever joins it with others finds out. */
function isSignal(value: unknown): boolean {
  try {
    AbortSignal.any([value as AbortSignal]);
    return true;
  } catch {
    return false;
  }
}

/** RFC 3339 has four digits for a year. */
function isTimestamp(date: Date): boolean {
  const time = timeOf(date);
  return !Number.isNaN(time) && /^(?!0000)\d{4}-/.test(new Date(time).toISOString());
}

/** Its milliseconds, whatever methods a class of its own has given it. */
function timeOf(date: Date): number {
  return Date.prototype.getTime.call(date);
}

function unknownOption(task: string, name: string, allowed: readonly string[]): string {
  if (name === "retryConfig") {
    return (
      `Task '${task}' cannot have a 'retryConfig' of its own: Cloud Tasks would drop it at its end, of which the ` +
      "worker is not told; the queue's is in tasks/queues.ts."
    );
  }
  return `Unknown option ${shown(name)} of task '${task}'. ${alternatives(name, "options", allowed)}`;
}
