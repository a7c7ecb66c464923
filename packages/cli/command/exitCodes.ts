/** What a command's exit code says to a script. */
export const EXIT = {
  /** All is done. */
  done: 0,
  /** It failed, or some of it was refused. */
  failed: 1,
  /** The arguments cannot be understood; nothing was done. */
  usage: 2,
  /** It was not confirmed, or is refused in a protected stack; nothing was done. */
  notConfirmed: 3,
  /** Nothing is there that was asked for. */
  nothing: 4,
  /** Google says that whoever asks may not. */
  permission: 5,
  /** Google, or the local cloud, gave no answer. */
  noAnswer: 6,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** An error that a command ends with, and the exit code that says what kind it is. */
export class CommandError extends Error {
  override readonly name: string = "CommandError";
  readonly exitCode: ExitCode;
  /** The call that failed, or an earlier try of it, may have been carried out all the same: its answer is not known. */
  mayBeDone = false;

  constructor(exitCode: ExitCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
  }
}
