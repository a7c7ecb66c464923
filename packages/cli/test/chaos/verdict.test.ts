import type { Evidence, JournalLine } from "../support/chaos/evidence.ts";
import type { PlannedTask } from "../support/chaos/plan.ts";
import { judge } from "../support/chaos/verdict.ts";

const task: PlannedTask = {
  ...{ n: 1, task: "on-north", behaviour: "succeeds", times: 1, ms: 0 },
  fault: undefined,
};

const line = (event: JournalLine["event"], time: number, deliveryCount = 1): JournalLine => ({
  ...{ n: 1, run: `run-${deliveryCount}`, event, deliveryCount, time, isLate: false },
});
const answer = (time: number, status: number, dispatchCount = 1) => ({
  ...{ n: 1, dispatchCount, status, time },
  ...(status === 204 && { end: "done" as const }),
});

/** Enqueued at 0, done at 20, in one delivery. */
const done: Evidence = {
  acknowledged: new Map([[1, 0]]),
  journal: [line("begun", 10), line("returned", 19)],
  answers: [answer(20, 204)],
  deadLetters: [],
  notKept: new Set(),
  keptAt: new Map(),
  notTakenBack: new Set(),
  waiting: [],
  kills: [],
  maxDeliveries: 3,
};
const clean = {
  histories: [],
  both: [],
  lost: [],
  waiting: [],
  again: [],
  tooOften: [],
  doubled: [],
};
const judged = (evidence: Partial<Evidence>, planned = task) =>
  judge([planned], { ...done, ...evidence });

describe("the judge of the chaos", () => {
  it("takes a task for done whose handler returned at the delivery that ended it", () => {
    expect(judged({})).toEqual({ ...clean, done: 1, deadLetters: 0, longestMs: 20 });
  });

  it("takes a task for lost that ended without a success and without a dead letter", () => {
    expect(judged({ journal: [line("begun", 10), line("threw", 19)] })).toMatchObject({
      done: 0,
      lost: [1],
    });
  });

  it("takes a task for lost that ended at another delivery than that of its success", () => {
    const answers = [answer(20, 503), answer(30, 204, 2)];
    expect(judged({ answers })).toMatchObject({ done: 0, lost: [1] });
  });

  it("takes a task for done whose unheard success took back the dead letter that ended it", () => {
    const answers = [answer(5, 503), answer(20, 503, 2), answer(30, 204, 3)];
    const journal = [line("begun", 10, 2), line("returned", 19, 2)];
    const keptAt = new Map([[1, 29]]);
    expect(judged({ answers, journal, keptAt })).toMatchObject({ done: 1, lost: [] });
    expect(judged({ answers, journal })).toMatchObject({ done: 0, lost: [1] });
    const first = [line("begun", 3), line("returned", 4)];
    expect(judged({ answers, journal: first, keptAt })).toMatchObject({ done: 0, lost: [1] });
    const failed = [line("begun", 10, 2), line("threw", 19, 2)];
    expect(judged({ answers, journal: failed, keptAt })).toMatchObject({ done: 0, lost: [1] });
  });

  it("finds a task whose end nobody told of, since the cloud was killed", () => {
    expect(judged({ answers: [], kills: [21] })).toMatchObject({ done: 1, lost: [] });
    expect(judged({ answers: [], journal: [], kills: [21] })).toMatchObject({ done: 0, lost: [1] });
  });

  it("tells a handler that began after the success was heard, unless it is a copy", () => {
    const journal = [...done.journal, line("begun", 21, 2)];
    expect(judged({ journal })).toMatchObject({ again: [1] });
    const copied = { ...task, fault: { duplicate: true as const, times: 1 } };
    expect(judged({ journal }, copied)).toMatchObject({ again: [] });
  });

  it("bears a run that a blocked worker begins after the cloud was killed, of what it was sent before", () => {
    const answers = [answer(3000, 204, 2)];
    const success = [line("begun", 2900, 2), line("returned", 2950, 2)];
    const again = (run: JournalLine, kills: number[]) =>
      judged({ answers, journal: [...success, run], kills }).again;
    expect(again(line("begun", 4000, 1), [1000])).toEqual([]);
    expect(again(line("begun", 4000, 1), [])).toEqual([1]);
    expect(again(line("begun", 4000, 3), [1000])).toEqual([1]);
    expect(again(line("begun", 10_000, 1), [1000])).toEqual([1]);
    const answered = { answers: [answer(500, 422, 1), ...answers], kills: [1000] };
    const journal = [...success, line("begun", 4000, 1)];
    expect(judged({ ...answered, journal }).again).toEqual([1]);
  });

  it("tells a handler that ran more often than its task may be delivered", () => {
    const journal = [1, 2, 3, 4].map((n) => line("begun", n, n));
    expect(judged({ journal })).toMatchObject({ tooOften: [{ n: 1, runs: 4 }] });
    expect(judged({ journal, kills: [5] })).toMatchObject({ tooOften: [] });
  });

  it("tells a task that has two dead letters", () => {
    expect(judged({ deadLetters: [1, 1] })).toMatchObject({ deadLetters: 1, doubled: [1] });
  });

  it("explains a task that is done and a dead letter, or does not", () => {
    const deadLetters = [1];
    const causes = (evidence: Partial<Evidence>, planned = task) =>
      judged({ deadLetters, ...evidence }, planned).both[0]?.causes;
    expect(causes({})).toEqual([]);
    expect(causes({}, { ...task, fault: { lostResponse: true, times: 1 } })).toEqual([
      "its answer was lost",
    ]);
    expect(causes({}, { ...task, fault: { duplicate: true, times: 1 } })).toEqual([
      "its copies overlapped",
    ]);
    expect(causes({ answers: [answer(20, 503)] })).toEqual(["its worker died before the answer"]);
    expect(causes({ kills: [15] })).toEqual([
      "the cloud was killed before the answer was recorded",
    ]);
    expect(causes({ kills: [25] })).toEqual([]);
    expect(causes({ journal: [{ ...line("returned", 19), isLate: true }] })).toEqual([
      "its handler returned when nobody waited any more",
    ]);
    expect(causes({ notKept: new Set([1]) })).toEqual(["its dead letter was not known to be kept"]);
  });

  it("has a success take back the dead letter that it found", () => {
    const found = {
      deadLetters: [1],
      answers: [answer(15, 503), answer(40, 204, 2)],
      journal: [
        line("begun", 10),
        line("threw", 12),
        line("begun", 30, 2),
        line("returned", 39, 2),
      ],
    };
    const causes = (evidence: Partial<Evidence>, planned = task) =>
      judged({ ...found, ...evidence }, planned).both[0]?.causes;
    const keptAt = new Map([[1, 14]]);
    expect(causes({ keptAt })).toEqual([]);
    expect(causes({ keptAt, notTakenBack: new Set([1]) })).toEqual([
      "its dead letter could not be taken back",
    ]);
    expect(causes({ keptAt }, { ...task, fault: { duplicate: true, times: 1 } })).toEqual([
      "its copies overlapped",
    ]);
    // One that was written late nobody could have taken back.
    expect(causes({ keptAt: new Map([[1, 45]]) })).toEqual(["its worker died before the answer"]);
  });
});
