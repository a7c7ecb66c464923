/*
 * Counts and times as people read them.
 */

/** `5,210` */
export function countWords(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ",");
}

/** `1 task`, `5,210 tasks` */
export function countOf(count: number, one: string, several = `${one}s`): string {
  return `${countWords(count)} ${count === 1 ? one : several}`;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How long something takes: `4 s`, `1 min 46 s`, `3 h 20 min`, `9 d 4 h`. */
export function spanWords(ms: number): string {
  const rounded = Math.round(ms / SECOND) * SECOND;
  const [unit = 0, word = "s", part = 0, partWord = ""] =
    UNITS.find(([from]) => rounded >= from) ?? [];
  if (unit === 0) return `${rounded / SECOND} s`;
  const rest = Math.floor((rounded % unit) / part);
  return `${Math.floor(rounded / unit)} ${word}${rest === 0 ? "" : ` ${rest} ${partWord}`}`;
}

const UNITS: readonly (readonly [number, string, number, string])[] = [
  [DAY, "d", HOUR, "h"],
  [HOUR, "h", MINUTE, "min"],
  [MINUTE, "min", SECOND, "s"],
];

/** When something was or will be, in one word: `3 min ago`, `in 9 d`, `now`. */
export function whenWords(ms: number, now: number): string {
  const span = Math.abs(now - ms);
  const [unit, word] = UNITS.find(([from]) => span >= from) ?? [SECOND, "s"];
  if (span < SECOND) return "now";
  const words = `${Math.floor(span / unit)} ${word}`;
  return ms < now ? `${words} ago` : `in ${words}`;
}

/** `14:05:09.123`, in the machine's time zone. A browser's own words for it take a hundred times as long. */
export function clockTime(ms: number): string {
  const date = new Date(ms);
  const two = (n: number): string => String(n).padStart(2, "0");
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(":");
  return `${time}.${String(date.getMilliseconds()).padStart(3, "0")}`;
}

/** `2026-11-25 09:41:50`, in UTC. */
export function timeWords(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19).replace("T", " ");
}

/** `2026-11-25`, in UTC. */
export function dayWords(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

/** As much of an id as a person is shown: what is typed may be the beginning of one. A name that somebody gave is shown whole. */
export function shortId(id: string): string {
  return /^[0-9a-f]{13,}$/.test(id) ? id.slice(0, 12) : id;
}
