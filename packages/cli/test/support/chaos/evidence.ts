/** A line of the journal: what a handler wrote when it began, and how it ended. */
export interface JournalLine {
  readonly n: number;
  readonly run: string;
  readonly event: "begun" | "returned" | "threw";
  /** 1 for the first. */
  readonly deliveryCount: number;
  readonly time: number;
  /** The run's signal has fired. */
  readonly isLate: boolean;
}

/** An answer to a delivery that the queue heard, or why there was none. */
export interface HeardAnswer {
  readonly n: number;
  readonly dispatchCount: number;
  readonly status: number;
  readonly time: number;
  readonly end?: "done" | "dropped" | undefined;
}

/** What was seen of a run of the chaos. Times are in milliseconds. */
export interface Evidence {
  /** Those whose enqueue was acknowledged, and when. */
  readonly acknowledged: ReadonlyMap<number, number>;
  readonly journal: readonly JournalLine[];
  readonly answers: readonly HeardAnswer[];
  /** The tasks of the dead letters that are kept, and those of which one could not be kept at a delivery. */
  readonly deadLetters: readonly number[];
  readonly notKept: ReadonlySet<number>;
  /** When the last dead letter of a task was written, as far as it was told. */
  readonly keptAt: ReadonlyMap<number, number>;
  /** Tasks that were done, when a dead letter that there may be could not be taken back. */
  readonly notTakenBack: ReadonlySet<number>;
  /** What is still on its queue. */
  readonly waiting: readonly string[];
  /** When the cloud was killed. */
  readonly kills: readonly number[];
  readonly maxDeliveries: number;
}
