import { CommandError, EXIT } from "../../command/exitCodes.ts";
import { GoogleRefusal } from "../../stack/googleApi.ts";

/** Time, as whoever waits is given it. */
export interface Time {
  /** Milliseconds. */
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
}

const MIN_WAIT_MS = 500;
const MAX_WAIT_MS = 16_000;
/** A quota is one of a minute. */
const PATIENCE_MS = 120_000;

/**
 * Makes a call that is tried again for two minutes while Google says 429 or 503; while it gives no answer
 * too, unless the call `isOnce`: nobody knows then whether it was done.
 */
export async function withRetries<Answer>(
  call: () => Promise<Answer>,
  { now, sleep }: Time,
  isOnce = false,
): Promise<Answer> {
  const start = now();
  let mayBeDone = false;
  for (let waitMs = MIN_WAIT_MS; ; waitMs = Math.min(waitMs * 2, MAX_WAIT_MS)) {
    try {
      return await call();
    } catch (error) {
      mayBeDone ||= isUnanswered(error);
      if (error instanceof CommandError) error.mayBeDone = mayBeDone;
      const mayRepeat = isBusy(error) || (!isOnce && isUnanswered(error));
      if (!mayRepeat || now() + waitMs - start > PATIENCE_MS) throw error;
      await sleep(waitMs);
      // A machine that slept must not go on hours later: what was true of the call is true no more.
      if (now() - start > PATIENCE_MS) throw error;
    }
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof GoogleRefusal && (error.code === 429 || error.code === 503);
}

function isUnanswered(error: unknown): boolean {
  return error instanceof CommandError && error.exitCode === EXIT.noAnswer;
}
