import { countWords, spanWords, whenWords } from "../../command/words.ts";

export {
  clockTime as clock,
  countOf,
  countWords,
  spanWords,
  whenWords,
} from "../../command/words.ts";

/** `26 Nov, 14:05:09`. */
export function moment(ms: number): string {
  return new Date(ms).toLocaleString("en-GB", {
    day: "numeric",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
  });
}

/** `26 Dec 2026`. */
export function day(ms: number): string {
  return new Date(ms).toLocaleDateString("en-GB", {
    day: "numeric",
    month: "short",
    year: "numeric",
  });
}

/** `87 MiB`. */
export function mebibytes(bytes: number): string {
  return `${countWords(Math.round(bytes / 2 ** 20))} MiB`;
}

/** `Thu, 26 Nov, 07:00 (Europe/Berlin)`. */
export function inZone(ms: number, timeZone: string): string {
  const wall = new Date(ms).toLocaleString("en-GB", {
    timeZone,
    weekday: "short",
    day: "numeric",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  return `${wall} (${timeZone})`;
}

export function ago(ms: number | undefined, now: number): string {
  return ms === undefined ? "-" : whenWords(ms, now);
}

/**
 * When something was: `3 min ago`. What a clock that is ahead of `now` says, such as that of a worker whose cloud has a
 * virtual one, is told as it is: `26 Nov, 14:05:09`.
 */
export function past(ms: number | undefined, now: number): string {
  return ms !== undefined && isAhead(ms, now) ? moment(ms) : ago(ms, now);
}

/** The same with the time: `26 Nov, 14:05:09 (3 min ago)`. */
export function pastMoment(ms: number, now: number): string {
  return isAhead(ms, now) ? moment(ms) : `${moment(ms)} (${ago(ms, now)})`;
}

/** By more than is called `now`. */
function isAhead(ms: number, now: number): boolean {
  return ms - now >= 1000;
}

export function span(ms: number | undefined): string {
  return ms === undefined ? "-" : spanWords(ms);
}

/** `49 / 50 per s` */
export function rateWords(rate: number, asked: number): string {
  return `${Math.round(rate * 10) / 10} / ${countWords(asked)} per s`;
}

/** The last part of a name. */
export function last(name: string): string {
  return name.slice(name.lastIndexOf("/") + 1);
}
