import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import * as core from "../../scheduler/jobCore.ts";
import { JobModel, type ModelRun } from "./jobModel.ts";
import { every, type Settings, type Step, type StepOf } from "./jobSteps.ts";

const START = Date.parse("2026-11-24T12:00:30Z");

/** A job and its model, to which the same things happen. Throws where the two differ. */
export class JobHistory {
  /** The times of the schedule that have run. */
  readonly scheduleTimes: number[] = [];
  readonly #job: core.JobState;
  readonly #model: JobModel;
  /** The attempts under way, each with its twin in the model. */
  readonly #open: { readonly run: core.Run; readonly twin: ModelRun }[] = [];
  #step: Step | undefined;

  constructor({ everyMs, retry }: Settings) {
    this.#job = core.createJobState(every(everyMs), retry, START);
    this.#model = new JobModel(every(everyMs), retry, START);
  }

  do(step: Step): void {
    this.#step = step;
    if (step.do === "answer") this.#answer(step);
    if (step.do === "run")
      this.#begin([core.runNow(this.#job, this.#model.now)], [this.#model.run()]);
    if (step.do === "pause" || step.do === "resume") this.#setPaused(step.do);
    if (step.do === "set") this.#set(step.settings);
    if (step.do === "wait") this.#model.now += step.ms;
    if (step.do === "wake") this.#sleep();
    this.#look();
  }

  #answer({ which, succeeded }: StepOf<"answer">): void {
    const [flight] = this.#open.splice(which % Math.max(1, this.#open.length), 1);
    if (!flight) return;
    const retryTime = core.finishAttempt(this.#job, flight.run, succeeded, this.#model.now);
    this.#compare("the retry", retryTime, this.#model.finish(flight.twin, succeeded));
  }

  #setPaused(what: "pause" | "resume"): void {
    if (what === "pause") core.pause(this.#job);
    else core.resume(this.#job, this.#model.now);
    this.#model[what]();
  }

  #set({ everyMs, retry }: Settings): void {
    core.setSchedule(this.#job, every(everyMs), retry, this.#model.now);
    this.#model.setSchedule(every(everyMs), retry);
  }

  /** Moves to the wake time, at which something begins, by way of a moment at which nothing does. */
  #sleep(): void {
    const wake = core.wakeTime(this.#job);
    if (wake === Infinity) return;
    const isIdle = wake < this.#model.nextTime;
    this.#model.now = Math.max(this.#model.now, wake - 1);
    this.#compare("what begins before the wake time", this.#look(), 0);
    this.#model.now = wake;
    this.#compare("whether something begins at the wake time", this.#look() > 0, !isIdle);
  }

  /** Begins what is due, as the runner would. Returns how many attempts. */
  #look(): number {
    const { now } = this.#model;
    const begun = core.beginDue(this.#job, now);
    this.#begin(begun, this.#model.beginDue());

    const underWay = this.#open.filter(({ run }) => !run.forced);
    assert(underWay.length <= 1, `${underWay.length} runs of the schedule overlap.`);
    this.#compare("the runs", [...this.#job.runs], this.#model.runs);
    this.#compare("the time shown", core.nextRunTime(this.#job), this.#model.shownTime);
    this.#checkWakeTime();
    return begun.length;
  }

  #checkWakeTime(): void {
    const wake = core.wakeTime(this.#job);
    const { nextTime, now, runs } = this.#model;
    // It may also look for a retry that a change of the schedule has overtaken.
    const isIdle =
      wake > now && wake < nextTime && runs.some(({ retryTime }) => retryTime === wake);
    if (!isIdle) this.#compare("the wake time", wake, nextTime);
  }

  #begin(runs: readonly core.Run[], twins: readonly ModelRun[]): void {
    this.#compare("what begins", runs, twins);
    for (const [i, run] of runs.entries()) {
      if (run.attempts === 1 && !run.forced) this.scheduleTimes.push(run.scheduleTime);
      this.#open.push({ run, twin: twins[i]! });
    }
  }

  #compare(what: string, ours: unknown, models: unknown): void {
    if (isDeepStrictEqual(ours, models)) return;
    assert.deepEqual({ step: this.#step, [what]: ours }, { step: this.#step, [what]: models });
  }
}
