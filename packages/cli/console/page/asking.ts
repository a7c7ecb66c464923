import { countOf } from "./words.ts";

/** What a stack's queues are asked for in production, and no more often than that. */
export const STATS_MS = 5000;
/** While one event follows another a local cloud is asked so seldom: an answer is many calls. */
const BUSY_MS = 2000;
/** Monitoring has a point a minute. */
export const SERIES_MS = 60_000;
/** What is read task by task, of which Google charges each, is asked for when its view opens, and hardly again. */
export const LISTED_MS = 3_600_000;
/** So long after somebody has last touched the page it is taken to be forgotten, */
export const FORGOTTEN_MS = 600_000;
/** and asks no more often than that. */
export const RESTING_MS = 300_000;

const DAY_MS = 86_400_000;

/** Whether it is time to ask again for what is asked for every `everyMs`. */
export function isDue(
  now: number,
  { asked, touched, everyMs }: { asked: number; touched: number; everyMs: number },
): boolean {
  const isForgotten = now - touched >= FORGOTTEN_MS;
  return now - asked >= (isForgotten ? Math.max(everyMs, RESTING_MS) : everyMs);
}

/**
 * How often a local cloud is asked where nothing happens: time goes on there too, and nothing is charged. What is read
 * task by task is asked for after events alone, since nothing else changes it.
 */
export function localMs(everyMs: number): number {
  return everyMs >= LISTED_MS ? Infinity : Math.min(everyMs, STATS_MS);
}

/**
 * How long a local cloud is not asked after it was, while things happen. Where there are so many that the page was not
 * told of all of them a moment ago, as long as a stack in production: what is asked changes faster than it is read.
 */
export function busyMs(now: number, leftOutAt: number): number {
  return now - leftOutAt < BUSY_MS ? STATS_MS : BUSY_MS;
}

/** USD for a million operations. https://cloud.google.com/tasks/pricing, 2026-09-30 */
const PER_OPERATION = 0.4 / 1e6;
/** USD for a thousand calls that read series. https://cloud.google.com/stackdriver/pricing, 2026-09-30 */
const PER_READ = 0.01 / 1000;

/** What it costs to ask so many queues, and Monitoring so many times: in use, and with the page left open. */
export function costWords(queues: number, reads: number): string {
  const asked: readonly string[] = [
    ...(queues === 0
      ? []
      : [`each queue every ${STATS_MS / 1000} s (${countOf(queues, "operation")})`]),
    ...(reads === 0 ? [] : [`Monitoring every minute (${countOf(reads, "read")})`]),
  ];
  return (
    `While this page is seen it asks ${asked.join(" and ")}; once nobody has touched it for ten minutes, ` +
    `every five. A day of that is ${dollars(used(queues, reads))} in use and ` +
    `${dollars(leftOpen(queues, reads))} left open, beyond Google's free millions a month.`
  );
}

/** USD for a day in which somebody uses the page all the time. */
function used(queues: number, reads: number): number {
  return queues * (DAY_MS / STATS_MS) * PER_OPERATION + reads * (DAY_MS / SERIES_MS) * PER_READ;
}

/** USD for a day after which nobody has come back to the page. */
export function leftOpen(queues: number, reads: number): number {
  const rests = (DAY_MS - FORGOTTEN_MS) / RESTING_MS;
  return (
    queues * (FORGOTTEN_MS / STATS_MS + rests) * PER_OPERATION +
    reads * (FORGOTTEN_MS / SERIES_MS + rests) * PER_READ
  );
}

function dollars(usd: number): string {
  return `$${usd.toFixed(3)}`;
}
