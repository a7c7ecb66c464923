import type { RetryConfig } from "../../target/retryConfig.ts";
import type { Schedule } from "../../scheduler/schedule.ts";
import { isDropped, waitBeforeRetry } from "../cloudtasks/retryModel.ts";

export interface ModelRun {
  readonly scheduleTime: number;
  readonly forced: boolean;
  readonly firstAttemptTime: number;
  attempts: number;
  /** `undefined` while an attempt is under way. */
  retryTime: number | undefined;
}

/** A job as google-cloud.md (G) 6 tells of it. It shares no code with the job that it judges. */
export class JobModel {
  now: number;
  schedule: Schedule;
  retry: RetryConfig;
  paused = false;
  runs: ModelRun[] = [];
  /** The times of the schedule count from here. */
  #since: number;

  constructor(schedule: Schedule, retry: RetryConfig, now: number) {
    this.schedule = schedule;
    this.retry = retry;
    this.now = now;
    this.#since = now;
  }

  setSchedule(schedule: Schedule, retry: RetryConfig): void {
    this.schedule = schedule;
    this.retry = retry;
    this.#since = this.now;
  }

  pause(): void {
    this.paused = true;
    this.#dropRetries();
  }

  /** G 6.2: pausing does not backfill. */
  resume(): void {
    if (this.paused) this.#since = this.now;
    this.paused = false;
  }

  beginDue(): ModelRun[] {
    const begun: ModelRun[] = [];
    const time = this.#scheduledTime;
    if (time <= this.now) {
      // G 6.1: retries stop at the next scheduled time. G 6.2: runs do not overlap, and one starts late.
      this.#dropRetries();
      if (!this.#isBusy) {
        begun.push(this.#begin(time, false));
        this.#since = this.now;
      }
    }
    for (const run of this.runs) {
      if (run.retryTime === undefined || run.retryTime > this.now) continue;
      run.retryTime = undefined;
      run.attempts++;
      begun.push(run);
    }
    return begun;
  }

  /** G 6.1: RunJob dispatches now, whatever else is under way. */
  run(): ModelRun {
    return this.#begin(this.now, true);
  }

  /** Returns when the run is tried again. */
  finish(run: ModelRun, succeeded: boolean): number | undefined {
    const elapsedMs = this.now - run.firstAttemptTime;
    const retryTime = this.now + waitBeforeRetry(run.attempts, this.retry);
    const isOver =
      succeeded ||
      isDropped(run.attempts, elapsedMs, this.retry) ||
      retryTime >= this.#scheduledTime ||
      // A paused job tries nothing again, whoever began it.
      this.paused;
    if (isOver) this.runs = this.runs.filter((other) => other !== run);
    else run.retryTime = retryTime;
    return run.retryTime;
  }

  /** When something begins next, if nothing else happens before. */
  get nextTime(): number {
    const scheduledTime = this.#scheduledTime;
    const retryTimes = this.#retryTimes.filter((time) => time < scheduledTime);
    return Math.min(this.#isBusy ? Infinity : scheduledTime, ...retryTimes);
  }

  /** The job's `scheduleTime`. */
  get shownTime(): number | undefined {
    const time = Math.min(this.#scheduledTime, ...this.#retryTimes);
    return time === Infinity ? undefined : time;
  }

  get #scheduledTime(): number {
    return this.paused ? Infinity : (this.schedule.next(this.#since) ?? Infinity);
  }

  get #retryTimes(): number[] {
    return this.runs.map(({ retryTime = Infinity }) => retryTime);
  }

  /** Whether an attempt is under way that the schedule, or a retry, has begun. */
  get #isBusy(): boolean {
    return this.runs.some(({ forced, retryTime }) => !forced && retryTime === undefined);
  }

  #begin(scheduleTime: number, forced: boolean): ModelRun {
    const run = {
      scheduleTime,
      forced,
      firstAttemptTime: this.now,
      attempts: 1,
      retryTime: undefined,
    };
    this.runs.push(run);
    return run;
  }

  #dropRetries(): void {
    this.runs = this.runs.filter(({ retryTime }) => retryTime === undefined);
  }
}
