import { CommandError, EXIT } from "../../command/exitCodes.ts";
import type { Queue } from "../calls/messages.ts";

/** Google says that a purge may take so long, and what is created meanwhile. */
const PURGE_MS = 60_000;

/** Refuses to go on where a queue, given its key, was purged so lately that what is created there goes as well. */
export function refusePurged(key: string, { purgeTime }: Queue, now: number): void {
  if (purgeTime === undefined || now - Date.parse(purgeTime) >= PURGE_MS) return;
  throw new CommandError(
    EXIT.failed,
    `Queue '${key}' was purged less than a minute ago, and that takes what comes now as well. Wait a minute.`,
  );
}
