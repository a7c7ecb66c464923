import { handlerTimeMs, race, type Caller, type Outcome } from "../../worker/deadline.ts";
import { PermanentError } from "../../worker/errors.ts";
import { StopSign } from "../../worker/stopSign.ts";
import { delivery, TestTimers, WorkerUnderTest } from "../support/workerUnderTest.ts";

const OUT_OF_TIME = new Error("The handler did not finish within 54 s, the time it has.");

const STAYS: Caller = { hasGone: () => false, onGone: () => () => undefined };

/** A race whose handler the test ends, and its outcome once there is one. */
function start() {
  const timers = new TestTimers();
  const stop = new StopSign();
  let end!: { resolve: () => void; reject: (error: unknown) => void };
  let signal!: AbortSignal;
  const outcomes: Outcome[] = [];
  const run = (lazy: () => AbortSignal) => {
    signal = lazy();
    return new Promise<void>((resolve, reject) => (end = { resolve, reject }));
  };
  let leave!: () => void;
  const caller: Caller = { ...STAYS, onGone: (run) => ((leave = run), () => undefined) };
  void race(run, { runMs: 54_000, stop, caller, after: timers.after }).then((o) =>
    outcomes.push(o),
  );
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  return { timers, stop, leave, end, signal, outcomes, settle };
}

describe("handlerTimeMs", () => {
  it.each([
    { deadlineMs: 15_000, handlerMs: 12_000 },
    { deadlineMs: 30_000, handlerMs: 27_000 },
    { deadlineMs: 60_000, handlerMs: 54_000 },
    { deadlineMs: 1_800_000, handlerMs: 1_620_000 },
  ])("is $handlerMs of $deadlineMs", ({ deadlineMs, handlerMs }) => {
    expect(handlerTimeMs(deadlineMs)).toBe(handlerMs);
  });
});

describe("race", () => {
  it("ends when the handler returns, and leaves no timer", async () => {
    const { timers, end, outcomes, settle } = start();

    end.resolve();
    await settle();

    expect(outcomes).toEqual([{ kind: "returned" }]);
    expect(timers.due).toEqual([]);
  });

  it("ends with what the handler throws", async () => {
    const { end, outcomes, settle } = start();

    end.reject(new Error("No."));
    await settle();

    expect(outcomes).toEqual([{ kind: "threw", error: new Error("No.") }]);
  });

  it("fires the signal when the time is up, and waits one second more", async () => {
    const { timers, signal, outcomes, settle } = start();

    timers.advance(53_999);
    expect(signal.aborted).toBe(false);
    timers.advance(1);
    expect(signal.aborted).toBe(true);
    expect(signal.reason).toEqual(OUT_OF_TIME);
    timers.advance(999);
    await settle();
    expect(outcomes).toEqual([]);
    timers.advance(1);
    await settle();

    expect(outcomes).toEqual([{ kind: "out-of-time", error: OUT_OF_TIME }]);
  });

  it("takes a handler that returns in that second at its word", async () => {
    const { timers, end, outcomes, settle } = start();

    timers.advance(54_000);
    end.resolve();
    await settle();

    expect(outcomes).toEqual([{ kind: "returned" }]);
  });

  it("blames the time for what the handler throws in that second", async () => {
    const { timers, signal, end, outcomes, settle } = start();

    timers.advance(54_000);
    end.reject(signal.reason);
    await settle();

    expect(outcomes).toEqual([{ kind: "out-of-time", error: OUT_OF_TIME }]);
  });

  it("believes a permanent error even then", async () => {
    const { timers, end, outcomes, settle } = start();

    timers.advance(54_000);
    end.reject(new PermanentError("No such mailbox."));
    await settle();

    expect(outcomes).toEqual([{ kind: "threw", error: new PermanentError("No such mailbox.") }]);
  });

  it("is over a second after the worker has to go", async () => {
    const { timers, stop, signal, outcomes, settle } = start();

    stop.raise();
    expect(signal.aborted).toBe(true);
    timers.advance(1000);
    await settle();

    expect(outcomes).toEqual([{ kind: "stopped" }]);
    expect(timers.due).toEqual([]);
  });

  it("is over a second after nobody waits for its answer", async () => {
    const { timers, leave, signal, outcomes, settle } = start();

    leave();
    expect(signal.aborted).toBe(true);
    timers.advance(1000);
    await settle();

    expect(outcomes).toEqual([{ kind: "unheard" }]);
    expect(timers.due).toEqual([]);
  });

  it("fires at once a signal that is asked for late", async () => {
    const timers = new TestTimers();
    let lazy!: () => AbortSignal;
    void race((signal) => ((lazy = signal), new Promise<void>(() => {})), {
      runMs: 54_000,
      stop: new StopSign(),
      caller: STAYS,
      after: timers.after,
    });

    timers.advance(54_000);

    expect(lazy().aborted).toBe(true);
    expect(lazy().reason).toEqual(OUT_OF_TIME);
  });
});

describe("a handler that never returns", () => {
  it("is a failed attempt, answered a second after its time", async () => {
    await using worker = new WorkerUnderTest({ "send-email": () => new Promise<void>(() => {}) });
    const status = worker.deliver();
    while (worker.timers.due.length === 0) await new Promise((resolve) => setImmediate(resolve));
    expect(worker.timers.due).toEqual([54_000]);

    worker.timers.advance(54_000);
    worker.timers.advance(1000);

    expect(await status).toBe(422);
    expect(worker.lines.map(({ message }) => message)).toEqual([
      "Task 'send-email' failed on attempt 1 of 8: The handler did not finish within 54 s, the time it has.",
    ]);
  });

  it("ends its task as a dead letter when the budget is spent, with time to write it", async () => {
    await using worker = new WorkerUnderTest({ "send-digest": () => new Promise<void>(() => {}) });
    const body = JSON.stringify({
      recipients: ["a@example.com"],
      timeZone: "Etc/UTC",
      dayStartsAt: "06:00",
    });
    const headers = { ...delivery(9), "x-cloudtasks-queuename": "dev-default-3c4d" };
    const status = worker.deliver(headers, { task: "send-digest", body });
    while (worker.timers.due.length === 0) await new Promise((resolve) => setImmediate(resolve));

    worker.timers.advance(12_000);
    worker.timers.advance(1000);

    expect(await status).toBe(204);
    expect(worker.api.created[0]!.bound).toMatchObject({ withinMs: 5000 });
  });
});
