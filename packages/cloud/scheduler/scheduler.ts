import type { Authority } from "../api/authority.ts";
import type { Clock } from "../time/clock.ts";
import type { Events } from "../api/events.ts";
import type { WriteLog } from "../api/logs.ts";
import type { Method } from "../api/method.ts";
import type { Send } from "../network/network.ts";
import { jobMethods } from "./jobMethods.ts";
import { memoryStore, type Store } from "../data/store.ts";
import { jobForm } from "./jobForm.ts";
import type { Job } from "./jobResource.ts";
import { JobRunner } from "./jobRunner.ts";

export interface SchedulerOptions {
  /** The id of the only project there is. */
  readonly project: string;
  /** The location that a project's locations are listed with before it has a job in it. */
  readonly region: string;
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
  /** A source of numbers from 0 up to 1, for the names of nameless jobs. @default Math.random */
  readonly random?: () => number;
  /**
   * What keeps the jobs.
   *
   * @default - the memory of the process
   */
  readonly store?: Store;
}

export interface Scheduler {
  readonly methods: Method[];
  /** Whether no run is under way, or waits for its retry. */
  isIdle(): boolean;
  /** Goes on with what was kept from an earlier run. */
  start(): void;
  /** Runs nothing more, and breaks off what is under way. */
  stop(): void;
}

/** Cloud Scheduler v1: its methods, and the running of jobs that goes on behind them. */
export function createScheduler({ random = Math.random, ...options }: SchedulerOptions): Scheduler {
  const { store = memoryStore, clock } = options;
  const jobs = store.map<Job>("jobs", jobForm(clock.now()));
  const runner = new JobRunner({
    ...options,
    onChange: ({ name }) => {
      // It may be deleted while something of it is under way.
      if (jobs.has(name)) jobs.touch(name);
    },
  });
  return {
    methods: jobMethods({ ...options, jobs, runner, random }),
    isIdle: () => runner.isIdle && [...jobs.values()].every(({ state }) => state.runs.size === 0),
    start() {
      for (const job of jobs.values()) runner.pump(job);
    },
    stop() {
      runner.stop();
    },
  };
}
