/**
 * A piece of work that is run one at a time, by whoever asks for it. While it runs, at most one more run waits: it
 * begins once that has ended, however it did, and answers all who asked until then.
 *
 * @returns what asks for a run, and resolves or rejects as the run does that began after it was asked for
 */
export function coalesced<Result>(run: () => Promise<Result>): () => Promise<Result> {
  let last: Promise<unknown> = Promise.resolve();
  let waiting: Promise<Result> | undefined;
  return () => {
    if (waiting) return waiting;
    waiting = last.then(() => {
      waiting = undefined;
      return run();
    });
    last = waiting.catch(() => undefined);
    return waiting;
  };
}
