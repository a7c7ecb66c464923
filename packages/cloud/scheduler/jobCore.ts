import { retryWaitMs, type RetryConfig } from "../target/retryConfig.ts";
import type { Schedule } from "./schedule.ts";

/*
 * The rules of a job: when it runs, and what follows a failure (google-cloud.md 6.2). Nothing here reads a
 * clock, sets a timer or sends.
 */

export interface JobState {
  schedule: Schedule;
  retry: RetryConfig;
  /** The next time of the schedule. In the past while the run before it is still under way. `undefined`: none. */
  nextTime: number | undefined;
  /** The runs under way or waiting for their retry. */
  readonly runs: Set<Run>;
}

/** One run of a job: an attempt, as Google calls it here, and its retries. */
export interface Run {
  /** The time of the schedule that it belongs to; its retries keep it. */
  readonly scheduleTime: number;
  /** Asked for by RunJob. */
  readonly forced: boolean;
  readonly firstAttemptTime: number;
  attempts: number;
  /** When it is tried again; `undefined` while an attempt is under way. */
  retryTime: number | undefined;
}

/** A job that waits for the first time of its schedule after `now`. */
export function createJobState(schedule: Schedule, retry: RetryConfig, now: number): JobState {
  return { schedule, retry, nextTime: schedule.next(now), runs: new Set() };
}

/** Puts another schedule and `retryConfig` in force. A paused job stays without a next time. */
export function setSchedule(
  job: JobState,
  schedule: Schedule,
  retry: RetryConfig,
  now: number,
): void {
  job.schedule = schedule;
  job.retry = retry;
  if (job.nextTime !== undefined) job.nextTime = schedule.next(now);
}

/**
 * Pauses: nothing is due any more, retries included, whether the schedule or RunJob began the run. What is under
 * way goes on to the end of its attempt.
 */
export function pause(job: JobState): void {
  job.nextTime = undefined;
  dropWaiting(job);
}

/** Resumes from now on. What was missed is not made up for. */
export function resume(job: JobState, now: number): void {
  job.nextTime ??= job.schedule.next(now);
}

/** Begins every attempt that is due now. */
export function beginDue(job: JobState, now: number): Run[] {
  const begun: Run[] = [];
  if (job.nextTime !== undefined && job.nextTime <= now) {
    // Retries stop at the next scheduled time.
    dropWaiting(job);
    // Runs do not overlap: the next one starts late, once the one before has ended.
    if (!isRunning(job)) {
      begun.push(begin(job, job.nextTime, false, now));
      job.nextTime = job.schedule.next(now);
    }
  }
  for (const run of job.runs) {
    if (run.retryTime === undefined || run.retryTime > now) continue;
    run.retryTime = undefined;
    run.attempts++;
    begun.push(run);
  }
  return begun;
}

/** Begins a run now, whatever is under way. That of a paused job is a single attempt. */
export function runNow(job: JobState, now: number): Run {
  return begin(job, now, true, now);
}

/** Records how an attempt ended, and returns when there is another one. */
export function finishAttempt(
  job: JobState,
  run: Run,
  succeeded: boolean,
  now: number,
): number | undefined {
  const waitMs = succeeded
    ? undefined
    : retryWaitMs(run.attempts, now - run.firstAttemptTime, job.retry);
  const retryTime = waitMs === undefined ? Infinity : now + waitMs;
  // A paused job has no next time, and tries nothing again: what RunJob began neither.
  const end = job.nextTime ?? 0;
  if (retryTime < end) {
    run.retryTime = retryTime;
    return retryTime;
  }
  job.runs.delete(run);
  return undefined;
}

/** When there is next something to do, if nothing else happens before. */
export function wakeTime(job: JobState): number {
  const scheduled = isRunning(job) ? Infinity : (job.nextTime ?? Infinity);
  return Math.min(scheduled, nextRetry(job));
}

/** When the job runs next, by its schedule or as a retry. */
export function nextRunTime(job: JobState): number | undefined {
  const time = Math.min(job.nextTime ?? Infinity, nextRetry(job));
  return time === Infinity ? undefined : time;
}

function begin(job: JobState, scheduleTime: number, forced: boolean, now: number): Run {
  const run = { scheduleTime, forced, firstAttemptTime: now, attempts: 1, retryTime: undefined };
  job.runs.add(run);
  return run;
}

function isRunning({ runs }: JobState): boolean {
  return [...runs].some((run) => !run.forced && run.retryTime === undefined);
}

function nextRetry({ runs }: JobState): number {
  return Math.min(...[...runs].map(({ retryTime = Infinity }) => retryTime));
}

function dropWaiting({ runs }: JobState): void {
  for (const run of runs) if (run.retryTime !== undefined) runs.delete(run);
}
