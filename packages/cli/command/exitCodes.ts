/** What a command's exit code says to a script. */
export const EXIT = {
  /** All is done. */
  done: 0,
  /** It failed, or some of it was refused. */
  failed: 1,
  /** The arguments cannot be understood; nothing was done. */
  usage: 2,
} as const;
