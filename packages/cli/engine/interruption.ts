/**
 * Awaits the engine's work, which outlives an interruption: Control-C reaches the engine from the terminal, and it
 * then finishes what is under way at Google and writes it down. If this process went first, the engine would be cut
 * off, and leave the stack locked. `interrupted` says that there was one, to those who have more to start.
 */
export async function outliveInterruption<Result>(
  work: (interrupted: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const interruption = new AbortController();
  const note = (): void => {
    interruption.abort();
  };
  process.on("SIGINT", note);
  try {
    return await work(interruption.signal);
  } finally {
    process.off("SIGINT", note);
  }
}
