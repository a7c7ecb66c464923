import fc from "fast-check";
import {
  addTask,
  createQueueState,
  dispatchDue,
  finishAttempt,
  purge,
  removeTask,
  runNow,
  wakeTime,
  type QueueLimits,
} from "../../../../local/google/cloudtasks/queueCore.ts";
import { createTask, type Attempt, type Task } from "../../../../local/google/cloudtasks/task.ts";

const request = { url: "http://x/", httpMethod: "POST", headers: {}, body: undefined };

const limitsArbitrary = fc.record({
  ratePerSecond: fc.double({ min: 0.1, max: 500, noNaN: true }),
  burst: fc.integer({ min: 1, max: 20 }),
  maxConcurrent: fc.integer({ min: 1, max: 8 }),
  retentionMs: fc.constant(31 * 86_400_000),
  tombstoneMs: fc.constant(3_600_000),
  retry: fc.record({
    maxAttempts: fc.integer({ min: 1, max: 4 }),
    maxRetryDurationMs: fc.constant(0),
    minBackoffMs: fc.integer({ min: 1, max: 2000 }),
    maxBackoffMs: fc.constant(5000),
    maxDoublings: fc.integer({ min: 1, max: 3 }),
  }),
});

const stepArbitrary = fc.oneof(
  fc.record({ step: fc.constant("add" as const), n: fc.nat(3000) }),
  fc.record({ step: fc.constant("wait" as const), n: fc.nat(3000) }),
  fc.record({ step: fc.constant("wake" as const), n: fc.constant(0) }),
  fc.record({ step: fc.constant("succeed" as const), n: fc.nat(100) }),
  fc.record({ step: fc.constant("fail" as const), n: fc.nat(100) }),
  fc.record({ step: fc.constant("run" as const), n: fc.nat(100) }),
  fc.record({ step: fc.constant("delete" as const), n: fc.nat(100) }),
  fc.record({ step: fc.constantFrom("pause" as const, "resume" as const), n: fc.constant(0) }),
);
type Step = typeof stepArbitrary extends fc.Arbitrary<infer T> ? T : never;

/** A queue, and beside it what must be true of it. */
class History {
  now = Date.parse("2026-11-24T12:00:00Z");
  readonly queue;
  readonly limits: QueueLimits;
  readonly open: Attempt[] = [];
  readonly dispatchTimes: number[] = [];
  readonly ended = new Set<Task>();
  readonly added: Task[] = [];
  /** What was found untrue. */
  readonly broken: string[] = [];

  constructor(limits: QueueLimits) {
    this.limits = limits;
    this.queue = createQueueState(limits, this.now);
  }

  do({ step, n }: Step): void {
    if (step === "add") this.add(n);
    if (step === "wait") this.now += n;
    if (step === "wake") this.now = Math.max(this.now, this.nextWake());
    if (step === "pause" || step === "resume") this.queue.paused = step === "pause";
    if (step === "succeed") this.finish(n, 200);
    if (step === "fail") this.finish(n, 500);
    const task = [...this.queue.tasks.values()][n % Math.max(1, this.queue.tasks.size)];
    if (step === "run" && task) this.open.push(runNow(this.queue, task, this.now));
    if (step === "delete" && task) {
      removeTask(this.queue, task, this.now);
      this.ended.add(task);
    }
    this.pump();
    this.check();
  }

  nextWake(): number {
    const time = wakeTime(this.queue);
    return time > this.now + 86_400_000 ? this.now : time;
  }

  add(delay: number): void {
    const sequence = this.added.length;
    const task = createTask({
      id: `t${sequence}`,
      request: { ...request, token: undefined },
      createTime: this.now,
      dispatchDeadlineMs: 600_000,
      retry: undefined,
      scheduleTime: this.now + delay,
      sequence,
    });
    addTask(this.queue, task);
    this.added.push(task);
  }

  finish(n: number, status: number): void {
    const [attempt] = this.open.splice(n % Math.max(1, this.open.length), 1);
    if (!attempt) return;
    const { task, forced, dispatchTime } = attempt;
    const wasThere = this.queue.tasks.get(task.id) === task;
    const verdict = finishAttempt(this.queue, attempt, { status }, this.now);
    if ("end" in verdict) this.ended.add(task);
    if (!wasThere)
      this.require(Object.keys(verdict).length === 0, "a task that is gone stays gone");
    if ("retryTime" in verdict) {
      const { minBackoffMs, maxBackoffMs, maxDoublings } = this.limits.retry;
      const n = task.dispatchCount;
      const doubled = minBackoffMs * 2 ** Math.min(n - 1, maxDoublings);
      const wait = n > maxDoublings + 1 ? doubled * (n - maxDoublings) : doubled;
      const base = forced ? dispatchTime : this.now;
      this.require(
        verdict.retryTime === base + Math.min(wait, maxBackoffMs),
        "a retry is due to the millisecond",
      );
    }
  }

  pump(): void {
    for (const attempt of dispatchDue(this.queue, this.now)) {
      this.require(!this.queue.paused, "a paused queue dispatches nothing");
      this.require(!this.ended.has(attempt.task), "a task that has ended is not dispatched");
      this.require(attempt.scheduleTime <= this.now, "no task is dispatched before its time");
      this.open.push(attempt);
      this.dispatchTimes.push(this.now);
    }
  }

  /** No more under way than allowed, and every task either ended, waiting, or under way. */
  check(): void {
    const running = this.open.filter(({ forced }) => !forced).length;
    this.require(running <= this.limits.maxConcurrent, "no more are under way than allowed");
    this.require(this.queue.running === running, "slots are held by attempts under way alone");
    const underWay = new Set(this.open.map(({ task }) => task));
    for (const task of this.added) {
      const kept = task.heapIndex >= 0 || underWay.has(task);
      const ended = this.ended.has(task);
      this.require(this.queue.tasks.has(task.id) === !ended, "a task is there until it ends");
      this.require(kept || ended, "no task is lost");
    }
  }

  /** The dispatches in every window are at most the burst and what the rate adds meanwhile. */
  checkRate(): void {
    const times = this.dispatchTimes;
    for (let from = 0; from < times.length; from++) {
      for (let to = from; to < times.length; to++) {
        const seconds = (times[to]! - times[from]!) / 1000;
        const most = this.limits.burst + this.limits.ratePerSecond * seconds;
        this.require(to - from + 1 <= most + 1e-3, "no window holds more than burst and rate");
      }
    }
  }

  private require(condition: boolean, what: string): void {
    if (!condition) this.broken.push(what);
  }

  /** Lets everything come to its end, as the shell would. */
  drain(): void {
    this.queue.paused = false;
    for (let i = 0; i < 10_000 && this.queue.tasks.size > 0; i++) {
      this.now = Math.max(this.now, this.nextWake());
      this.pump();
      while (this.open.length > 0) this.finish(0, i % 3 === 0 ? 500 : 200);
      this.check();
    }
  }
}

describe("The law of a queue", () => {
  it("holds its limits in every window, loses no task and retries to the millisecond", () => {
    fc.assert(
      fc.property(
        limitsArbitrary,
        fc.array(stepArbitrary, { minLength: 20, maxLength: 120 }),
        (limits, steps) => {
          const history = new History(limits);

          for (const step of steps) history.do(step);
          history.drain();

          history.checkRate();
          expect(history.broken).toEqual([]);
          expect(history.queue.tasks.size).toBe(0);
          expect(history.ended.size).toBe(history.added.length);
        },
      ),
      { numRuns: 200 },
    );
  });

  it("gives every slot back where a queue is purged while attempts are under way", () => {
    const history = new History({
      ratePerSecond: 500,
      burst: 100,
      maxConcurrent: 2,
      retry: {
        maxAttempts: 9,
        maxRetryDurationMs: 0,
        minBackoffMs: 1,
        maxBackoffMs: 1,
        maxDoublings: 1,
      },
      retentionMs: 31 * 86_400_000,
      tombstoneMs: 3_600_000,
    });
    for (let i = 0; i < 3; i++) history.add(0);
    history.pump();

    purge(history.queue, history.now);
    history.finish(0, 200);
    history.finish(0, 500);

    expect(history.queue.running).toBe(0);
    expect(history.queue.due.size).toBe(0);
  });
});
