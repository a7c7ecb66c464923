import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import * as core from "../../cloudtasks/queueCore.ts";
import type { Delivery, Task } from "../../cloudtasks/task.ts";
import { DispatchWindows } from "./dispatchWindows.ts";
import { newTask } from "./newTask.ts";
import { QueueModel, type ModelDelivery } from "./queueModel.ts";
import type { Outcome, Step, StepOf } from "./queueSteps.ts";
import {
  viewOfDelivery,
  viewOfModel,
  viewOfModelDelivery,
  viewOfQueue,
  viewOfTask,
} from "./queueView.ts";

const START = Date.parse("2026-11-24T12:00:00Z");

/** A queue and its model, to which the same things happen. Throws where the two differ. */
export class QueueHistory {
  readonly #queue: core.QueueState;
  readonly #model: QueueModel;
  /** The deliveries under way, each with its twin in the model. */
  readonly #open: { readonly delivery: Delivery; readonly twin: ModelDelivery }[] = [];
  readonly #created: Task[] = [];
  readonly #ended = new Set<Task>();
  readonly #windows = new DispatchWindows();
  /** The queue's tasks as its listener knows of them. */
  readonly #told = new Map<string, object>();
  #step: Step | undefined;

  constructor(limits: core.QueueLimits) {
    this.#queue = core.createQueueState(limits, START);
    this.#queue.onChange = (task) => {
      if (this.#queue.tasks.get(task.id) === task) this.#told.set(task.id, viewOfTask(task));
      else this.#told.delete(task.id);
    };
    this.#model = new QueueModel(limits, START);
  }

  do(step: Step): void {
    this.#step = step;
    if (step.do === "create") this.#create(step);
    if (step.do === "answer") this.#answer(step);
    if (step.do === "run" || step.do === "delete") this.#runOrDelete(step);
    if (step.do === "purge") this.#purge();
    if (step.do === "pause" || step.do === "resume") this.#setPaused(step.do === "pause");
    if (step.do === "limit") this.#setLimits(step.limits);
    if (step.do === "wait") this.#moveTo(this.#model.now + step.ms);
    if (step.do === "wake") this.#sleep();
    else this.#look();
  }

  /** Lets everything come to its end. What is left succeeds. */
  drain(): void {
    this.do({ do: "resume" });
    while (this.#queue.tasks.size > 0) {
      this.do(this.#open.length > 0 ? { do: "answer", which: 0, outcome: 200 } : { do: "wake" });
    }
  }

  /** The tasks that neither are on the queue nor have come to an end. */
  get lost(): Task[] {
    const { tasks } = this.#queue;
    return this.#created.filter((task) => !this.#ended.has(task) && tasks.get(task.id) !== task);
  }

  #create({ name, delayMs, retry }: StepOf<"create">): void {
    const { now } = this.#model;
    const sequence = this.#created.length;
    const id = name ?? `t${sequence}`;
    const isTaken = this.#queue.tasks.has(id) || this.#queue.tombstones.has(id, now);
    if (isTaken) return;
    const task = newTask({ id, createTime: now, sequence, delayMs, retry });
    this.#created.push(task);
    core.addTask(this.#queue, task);
    this.#model.create(id, delayMs, retry);
  }

  #answer({ which, outcome }: StepOf<"answer">): void {
    const [flight] = this.#open.splice(which % Math.max(1, this.#open.length), 1);
    if (!flight) return;
    const { delivery, twin } = flight;
    const verdict = core.finishDelivery(
      this.#queue,
      delivery,
      coreOutcome(outcome),
      this.#model.now,
    );
    if ("end" in verdict) this.#end(delivery.task);
    this.#compare("what becomes of the task", verdict, this.#model.finish(twin, outcome));
  }

  #runOrDelete({ do: what, which }: StepOf<"run" | "delete">): void {
    const twin = this.#model.tasks[which % Math.max(1, this.#model.tasks.length)];
    if (!twin) return;
    const task = this.#queue.tasks.get(twin.id)!;
    if (what === "run") {
      const delivery = core.runNow(this.#queue, task, this.#model.now);
      this.#begin([delivery], [this.#model.run(twin)]);
    } else {
      this.#end(task);
      core.removeTask(this.#queue, task, this.#model.now);
      this.#model.remove(twin);
    }
  }

  #purge(): void {
    for (const task of this.#queue.tasks.values()) this.#end(task);
    core.purge(this.#queue, this.#model.now);
    for (const twin of this.#model.tasks) this.#model.remove(twin);
  }

  #setPaused(paused: boolean): void {
    this.#queue.paused = paused;
    this.#model.paused = paused;
  }

  #setLimits(limits: core.QueueLimits): void {
    core.setLimits(this.#queue, limits, this.#model.now);
    this.#model.setLimits(limits);
  }

  #moveTo(now: number): void {
    this.#windows.pass(now - this.#model.now, this.#model.limits.ratePerSecond);
    this.#model.moveTo(now);
  }

  /** Moves to the wake time, at which something is to be done, by way of a moment at which nothing is. */
  #sleep(): void {
    const wake = core.wakeTime(this.#queue);
    if (wake === Infinity) return;
    const isIdle = wake < this.#model.nextTime;
    // To the millisecond after it, for the sums to stay exact.
    const end = Math.ceil(wake);
    this.#moveTo(Math.max(this.#model.now, end - 1));
    this.#compare("what is done before the wake time", this.#look(), 0);
    this.#moveTo(end);
    this.#compare("whether something is done at the wake time", this.#look() > 0, !isIdle);
  }

  /** Does what is to be done, as the dispatcher would. Returns to how many tasks. */
  #look(): number {
    const { now, limits } = this.#model;
    const expired = core.expireTasks(this.#queue, now);
    for (const task of expired) this.#end(task);
    this.#compare("what expires", expired.map(idOf), this.#model.expire().map(idOf));

    const deliveries = core.dispatchDue(this.#queue, now);
    this.#windows.add(deliveries.length, limits.burst);
    this.#begin(deliveries, this.#model.dispatch());

    const names = ["a", "b", ...this.#created.slice(0, 3).map(idOf)];
    const view = viewOfQueue(this.#queue, names, now);
    this.#compare("the queue", view, viewOfModel(this.#model, names));
    this.#compare("what its listener was told", [...this.#told.values()], view.tasks);
    this.#checkWakeTime();
    return expired.length + deliveries.length;
  }

  #begin(deliveries: readonly Delivery[], twins: readonly ModelDelivery[]): void {
    const views = deliveries.map(viewOfDelivery);
    this.#compare("what is dispatched", views, twins.map(viewOfModelDelivery));
    for (const [i, delivery] of deliveries.entries()) {
      this.#compare("whether it had ended", this.#ended.has(delivery.task), false);
      this.#open.push({ delivery, twin: twins[i]! });
    }
  }

  #checkWakeTime(): void {
    const wake = core.wakeTime(this.#queue);
    const { nextTime, now, limits } = this.#model;
    // It may also look for a task that is gone, at the end of the retention that this one had.
    const isIdle =
      wake > now &&
      wake < nextTime &&
      this.#created.some((task) => task.createTime + limits.retentionMs === wake);
    if (!isIdle) this.#compare("the wake time", wake, nextTime);
  }

  #end(task: Task): void {
    this.#compare("whether it ends twice", this.#ended.has(task), false);
    this.#ended.add(task);
  }

  #compare(what: string, ours: unknown, models: unknown): void {
    if (isDeepStrictEqual(ours, models)) return;
    assert.deepEqual({ step: this.#step, [what]: ours }, { step: this.#step, [what]: models });
  }
}

function coreOutcome(outcome: Outcome): core.Outcome {
  return outcome === "timeout" ? { status: 0, timedOut: true } : { status: outcome };
}

function idOf({ id }: { readonly id: string }): string {
  return id;
}
