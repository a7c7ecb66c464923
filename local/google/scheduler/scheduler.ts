import type { Authority } from "../authority.ts";
import type { Clock } from "../clock.ts";
import type { Events } from "../events.ts";
import type { Method } from "../method.ts";
import type { Send } from "../network.ts";
import { jobMethods } from "./jobMethods.ts";
import { JobRunner } from "./jobRunner.ts";

export interface SchedulerOptions {
  /** The id of the only project there is. */
  readonly project: string;
  readonly clock: Clock;
  readonly events: Events;
  readonly authority: Authority;
  readonly send: Send;
  /** A source of numbers from 0 up to 1, for the names of nameless jobs. @default Math.random */
  readonly random?: () => number;
}

export interface Scheduler {
  readonly methods: Method[];
  /** Runs nothing more, and breaks off what is under way. */
  stop(): void;
}

/** Cloud Scheduler v1: its methods, and the running of jobs that goes on behind them. */
export function createScheduler({ random = Math.random, ...options }: SchedulerOptions): Scheduler {
  const runner = new JobRunner(options);
  return {
    methods: jobMethods({ ...options, jobs: new Map(), runner, random }),
    stop() {
      runner.stop();
    },
  };
}
