import { isTimeZone } from "@background-tasks/google/timeZoneNames.ts";
import { PermanentError } from "../errors.ts";
import { digestDate } from "./digestDate.ts";
import type { Handler } from "./handler.ts";

/** Calls to Cloud Tasks under way at once. */
const PARALLELISM = 20;

/**
 * Fans a digest out into one message per recipient. Each is enqueued under an id of its day and recipient,
 * so that a digest delivered, or enqueued, twice is mailed once.
 */
export const sendDigest: Handler<"send-digest"> = async (
  { recipients, timeZone, dayStartsAt },
  { scheduledTime, signal, log, enqueue },
) => {
  if (!isTimeZone(timeZone)) {
    throw new PermanentError(`'${timeZone}' is not an IANA time zone, such as 'Europe/Berlin'.`);
  }
  const date = digestDate(scheduledTime, timeZone, dayStartsAt);
  let created = 0;
  for (let i = 0; i < recipients.length; i += PARALLELISM) {
    signal.throwIfAborted();
    const batch = recipients
      .slice(i, i + PARALLELISM)
      .map((to) =>
        enqueue(
          "send-email",
          { to, subject: `Digest of ${date}`, text: `This is your digest of ${date}.\n` },
          { id: `digest/${date}/${to}` },
        ),
      );
    for (const task of await Promise.all(batch)) if (task.created) created++;
  }
  log.info(`Digest of ${date}: ${created} of ${recipients.length} messages are new.`);
};
