/** What was done to dead letters, and what the command says of it. */
export interface Ended {
  readonly did: "redrive" | "discard";
  readonly lines: readonly unknown[];
}

/** A line of what `redrive` or `discard` says of what it has done, or would do. */
export interface EndedLine {
  readonly kind: string;
  readonly error?: string;
  /** What became of one dead letter, of a redrive. */
  readonly result?: string;
  /** The full name of the task that it is now, and when that is due, where it is not at once. */
  readonly name?: string;
  readonly scheduleTime?: string;
  /** How many came to which result, of a redrive. */
  readonly results?: Readonly<Record<string, number>>;
  readonly untried?: number;
  /** How many were deleted, and were gone. */
  readonly letters?: number;
  readonly gone?: number;
  readonly uncertain?: number;
  /** Where what was deleted is kept. */
  readonly file?: string;
}
