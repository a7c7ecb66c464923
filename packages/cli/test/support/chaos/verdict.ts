import type { Evidence, HeardAnswer, JournalLine } from "./evidence.ts";
import type { PlannedTask } from "./plan.ts";

/** Why a task may be done and a dead letter too. */
export type Cause =
  | "its answer was lost"
  | "its copies overlapped"
  | "its worker died before the answer"
  | "the cloud was killed before the answer was recorded"
  | "its handler returned when nobody waited any more"
  | "its dead letter was not known to be kept"
  | "its dead letter could not be taken back";

export interface Verdict {
  /** Their handler returned, and they are no dead letter. */
  readonly done: number;
  readonly deadLetters: number;
  /** Done and dead letters, with all that explains it. */
  readonly both: readonly { readonly n: number; readonly causes: readonly Cause[] }[];
  /** Gone, with neither a success nor a dead letter that its end can be put down to. */
  readonly lost: readonly number[];
  readonly waiting: readonly string[];
  /** A handler began after the queue had heard that its task is done. */
  readonly again: readonly number[];
  /** Their handler ran more often than their deliveries allow. */
  readonly tooOften: readonly { readonly n: number; readonly runs: number }[];
  /** They have more than one dead letter. */
  readonly doubled: readonly number[];
  /** All that was seen of the tasks that something is wrong with, in order. */
  readonly histories: readonly string[];
  /** From the acknowledgement to the end, of the task that took longest. */
  readonly longestMs: number;
}

/** Judges a run of the chaos: what is in `lost`, `waiting`, `again`, `tooOften` and `doubled` must not be. */
export function judge(tasks: readonly PlannedTask[], evidence: Evidence): Verdict {
  const { acknowledged, waiting } = evidence;
  const deadLetters = new Set(evidence.deadLetters);
  const doubled = evidence.deadLetters.filter((n, at, all) => all.indexOf(n) !== at);
  const journal = Map.groupBy(evidence.journal, ({ n }) => n);
  const answers = Map.groupBy(evidence.answers, ({ n }) => n);
  const both: { n: number; causes: Cause[] }[] = [];
  const lost: number[] = [];
  const again: number[] = [];
  const tooOften: { n: number; runs: number }[] = [];
  let done = 0;
  let longestMs = 0;

  for (const task of tasks) {
    const { n } = task;
    const enqueuedAt = acknowledged.get(n);
    if (enqueuedAt === undefined) continue;
    const lines = journal.get(n) ?? [];
    const heard = answers.get(n) ?? [];
    const runs = lines.filter(({ event }) => event === "begun");
    const returned = lines.filter(({ event }) => event === "returned");
    const end = heard.find((answer) => answer.end !== undefined);
    const isDead = deadLetters.has(n);
    if (end) longestMs = Math.max(longestMs, end.time - enqueuedAt);

    if (isDead && returned.length > 0) both.push({ n, causes: causesOf(task, lines, heard, end) });
    const isDone =
      returned.some((run) => isItsEnd(run, heard, end)) ||
      (evidence.keptAt.has(n) && returned.some((run) => mayTakeBack(run, heard)));
    if (!isDead && isDone) done += 1;
    else if (!isDead) lost.push(n);

    const copies = task.fault?.duplicate ? task.fault.times : 0;
    const isHeardSuccess = end !== undefined && isDone;
    const isAgain = (run: JournalLine): boolean =>
      end !== undefined && run.time > end.time && !isLeftOver(run, heard, end);
    if (isHeardSuccess && copies === 0 && runs.some(isAgain)) again.push(n);
    // A kill may take back that a delivery was counted.
    if (runs.length > evidence.maxDeliveries + copies + evidence.kills.length) {
      tooOften.push({ n, runs: runs.length });
    }
  }
  const unexplained = both.filter(({ causes }) => causes.length === 0);
  const wrong = new Set([
    ...[...lost, ...again, ...doubled],
    ...[...tooOften, ...unexplained].map(({ n }) => n),
  ]);
  const histories = tasks
    .filter(({ n }) => wrong.has(n))
    .map((task) => historyOf(task, journal.get(task.n) ?? [], answers.get(task.n) ?? []));
  return {
    ...{ done, deadLetters: deadLetters.size, both, histories },
    ...{ lost, waiting, again, tooOften, doubled, longestMs },
  };

  /**
   * Whether a task's end can be put down to a run that returned: to that of the delivery which ended it. Where
   * nobody has told of one, the cloud was killed before it could.
   */
  function isItsEnd(
    run: JournalLine,
    heard: readonly HeardAnswer[],
    end: HeardAnswer | undefined,
  ): boolean {
    return end ? run.deliveryCount === end.dispatchCount : isCutByKill(run, heard);
  }

  /**
   * Whether a run's success was not heard, so that its task was delivered again, and its worker may have taken back
   * a dead letter that was written meanwhile: the call may come late.
   */
  function mayTakeBack(run: JournalLine, heard: readonly HeardAnswer[]): boolean {
    const answer = heard.find(({ dispatchCount }) => dispatchCount === run.deliveryCount);
    return run.deliveryCount > 1 && (answer?.status === 503 || answer?.status === 0);
  }

  /** Whether the cloud was killed between a run's beginning and the answer to its delivery. */
  function isCutByKill(run: JournalLine, heard: readonly HeardAnswer[]): boolean {
    return evidence.kills.some(
      (kill) =>
        run.time < kill &&
        !heard.some(
          ({ dispatchCount, time }) =>
            dispatchCount === run.deliveryCount && run.time <= time && time <= kill,
        ),
    );
  }

  /**
   * Whether a run is of a delivery that was under way when the cloud was killed. A worker that is blocked outlives
   * it for a while, and may begin what it was sent before it sees that it is alone.
   */
  function isLeftOver(run: JournalLine, heard: readonly HeardAnswer[], end: HeardAnswer): boolean {
    return (
      run.deliveryCount <= end.dispatchCount &&
      evidence.kills.some(
        (kill) =>
          kill < run.time &&
          run.time < kill + BLOCKED_MS &&
          !heard.some(
            ({ dispatchCount, time }) => dispatchCount === run.deliveryCount && time <= kill,
          ),
      )
    );
  }

  /** Whether a task's end was the success of a later delivery, begun when its dead letter was there. */
  function isToBeTakenBack(
    n: number,
    lines: readonly JournalLine[],
    end: HeardAnswer | undefined,
  ): boolean {
    const success = lines.find(
      ({ event, deliveryCount }) => event === "returned" && deliveryCount === end?.dispatchCount,
    );
    const begun = lines.find(({ event, run }) => event === "begun" && run === success?.run);
    const keptAt = evidence.keptAt.get(n);
    return (
      begun !== undefined && begun.deliveryCount > 1 && keptAt !== undefined && keptAt < begun.time
    );
  }

  function causesOf(
    { n, fault }: PlannedTask,
    lines: readonly JournalLine[],
    heard: readonly HeardAnswer[],
    end: HeardAnswer | undefined,
  ): Cause[] {
    const runs = lines.filter(({ event }) => event === "begun");
    const isCut = ({ deliveryCount }: JournalLine): boolean => {
      const answer = heard.find(({ dispatchCount }) => dispatchCount === deliveryCount);
      return answer?.status === 503 || answer?.status === 0;
    };
    const possible: readonly (readonly [Cause, boolean])[] = [
      ["its answer was lost", fault?.lostResponse === true],
      ["its copies overlapped", fault?.duplicate === true],
      ["its worker died before the answer", fault?.lostResponse !== true && lines.some(isCut)],
      [
        "the cloud was killed before the answer was recorded",
        runs.some((run) => isCutByKill(run, heard)),
      ],
      [
        "its handler returned when nobody waited any more",
        lines.some(({ event, isLate }) => event === "returned" && isLate),
      ],
      ["its dead letter was not known to be kept", evidence.notKept.has(n)],
      ["its dead letter could not be taken back", evidence.notTakenBack.has(n)],
    ];
    const causes = possible.filter(([, holds]) => holds).map(([cause]) => cause);
    return isToBeTakenBack(n, lines, end) ? causes.filter((cause) => EXCUSES.has(cause)) : causes;
  }
}

/** Longer than any handler of the chaos blocks its worker. */
const BLOCKED_MS = 8000;

/** Why a success may leave the dead letter that it found. */
const EXCUSES: ReadonlySet<Cause> = new Set([
  "its copies overlapped",
  "its dead letter could not be taken back",
]);

function historyOf(
  task: PlannedTask,
  lines: readonly JournalLine[],
  heard: readonly HeardAnswer[],
): string {
  const seen = [...lines, ...heard].sort((a, b) => a.time - b.time);
  return [task, ...seen].map((one) => JSON.stringify(one)).join("\n");
}
