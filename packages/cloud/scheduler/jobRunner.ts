import type { Authority } from "../api/authority.ts";
import type { Clock, Timer } from "../time/clock.ts";
import { authorization, tokenOf } from "../target/token.ts";
import { setHeader } from "../target/headers.ts";
import type { Events } from "../api/events.ts";
import type { WriteLog } from "../api/logs.ts";
import type { Send } from "../network/network.ts";
import { attemptStatus } from "./attemptStatus.ts";
import { beginDue, finishAttempt, runNow, wakeTime, type Run } from "./jobCore.ts";
import type { Job } from "./jobResource.ts";
import { ExecutionLog } from "./executionLog.ts";
import { jobHeaders } from "./jobHeaders.ts";
import type { JobHttpTarget } from "./jobTarget.ts";

export interface JobRunnerOptions {
  readonly clock: Clock;
  readonly events: Events;
  readonly authority: Authority;
  readonly send: Send;
  /**
   * Takes the log of executions.
   *
   * @default - nothing does
   */
  readonly writeLog?: WriteLog;
  /** Told of every job that was changed, or that something became of. */
  readonly onChange: (job: Job) => void;
}

interface Flight {
  readonly job: Job;
  readonly run: Run;
  readonly abort: AbortController;
  deadline: Timer | undefined;
}

/** Carries out what the jobs' cores decide: one timer a job, and the requests under way. */
export class JobRunner {
  readonly #options: JobRunnerOptions;
  readonly #wakes = new Map<Job, { readonly time: number; readonly timer: Timer }>();
  readonly #flights = new Set<Flight>();
  readonly #log: ExecutionLog;
  #stopped = false;

  constructor(options: JobRunnerOptions) {
    this.#options = options;
    this.#log = new ExecutionLog(options.writeLog);
  }

  /** Whether no attempt is under way. */
  get isIdle(): boolean {
    return this.#flights.size === 0;
  }

  /** Begins what is due now, and sees that the job is asked again when there is more. */
  pump(job: Job): void {
    if (this.#stopped) return;
    for (const run of beginDue(job.state, this.#options.clock.now())) void this.#attempt(job, run);
    this.#options.onChange(job);
    this.#setWake(job, wakeTime(job.state));
  }

  /** Begins a run now. */
  run(job: Job): void {
    void this.#attempt(job, runNow(job.state, this.#options.clock.now()));
    this.pump(job);
  }

  /** Forgets a job that was deleted, and breaks off what it has under way. */
  forget(job: Job): void {
    this.#setWake(job, Infinity);
    for (const flight of this.#flights) if (flight.job === job) this.#breakOff(flight);
  }

  stop(): void {
    this.#stopped = true;
    for (const job of [...this.#wakes.keys()]) this.#setWake(job, Infinity);
    for (const flight of this.#flights) this.#breakOff(flight);
  }

  async #attempt(job: Job, run: Run): Promise<void> {
    const { clock, events } = this.#options;
    const { target, attemptDeadlineMs } = job.settings;
    const abort = new AbortController();
    const flight: Flight = { job, run, abort, deadline: undefined };
    this.#flights.add(flight);
    job.lastAttemptTime = clock.now();
    this.#log.started(job, run.scheduleTime);
    if ("notEmulated" in target) {
      events.emit("notEmulated", { what: `${target.notEmulated} target of job '${job.name}'` });
      await Promise.resolve();
      this.#finish(flight, 501, `${target.notEmulated} targets are not emulated.`);
      return;
    }
    flight.deadline = clock.at(clock.now() + attemptDeadlineMs, () => {
      const error = `No answer within the attempt deadline of ${attemptDeadlineMs / 1000} s.`;
      this.#finish(flight, 0, error, true);
      abort.abort(new Error(error));
    });
    try {
      this.#finish(flight, await this.#send(flight, target.httpTarget));
    } catch (error) {
      // No answer is an outcome like any other: it is recorded, shown and retried.
      this.#finish(flight, 0, error instanceof Error ? error.message : String(error));
    }
  }

  async #send({ job, run, abort }: Flight, target: JobHttpTarget): Promise<number> {
    const { authority, send } = this.#options;
    const headers = jobHeaders(job.name, run.scheduleTime, target.headers);
    const token = tokenOf(target);
    if (token) {
      setHeader(headers, "Authorization", await authorization(authority, token, target.uri));
    }
    abort.signal.throwIfAborted();
    const reply = await send({
      method: target.httpMethod,
      url: new URL(target.uri),
      headers,
      ...(target.body !== undefined && { body: Buffer.from(target.body, "base64") }),
      origin: { internal: true, project: job.project },
      signal: abort.signal,
    });
    return reply.status;
  }

  #finish(flight: Flight, status: number, error?: string, timedOut = false): void {
    // An answer that comes after the deadline, or after the stop, is nobody's.
    if (!this.#flights.delete(flight)) return;
    flight.deadline?.cancel();
    const { job, run } = flight;
    const succeeded = status >= 200 && status < 300;
    const retryTime = finishAttempt(job.state, run, succeeded, this.#options.clock.now());
    this.#log.finished(job, { status, timedOut, error });
    job.status = attemptStatus(timedOut ? "timedOut" : status);
    this.#options.events.emit("jobFinished", {
      job: job.name,
      scheduleTime: run.scheduleTime,
      status,
      ...(error !== undefined && { error }),
      ...(retryTime !== undefined && { retryTime }),
    });
    this.pump(job);
  }

  #breakOff(flight: Flight): void {
    this.#flights.delete(flight);
    flight.deadline?.cancel();
    flight.abort.abort(new Error("The job was deleted, or the local cloud stops."));
  }

  #setWake(job: Job, time: number): void {
    const wake = this.#wakes.get(job);
    if (wake?.time === time) return;
    wake?.timer.cancel();
    this.#wakes.delete(job);
    if (time === Infinity) return;
    const timer = this.#options.clock.at(time, () => {
      this.#wakes.delete(job);
      this.pump(job);
    });
    this.#wakes.set(job, { time, timer });
  }
}
