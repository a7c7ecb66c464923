import * as z from "zod";
import { DEAD_LETTER_REASONS } from "../../../../tasks/contract/deadLetter.ts";
import { payloadOf } from "./selector.ts";
import type { DeadLetter } from "./deadLetter.ts";
import { GROUP_BY, type Group, type GroupBy } from "./groups.ts";

/** A dead letter as `--json` prints it: one object a line. */
export const deadLetterLineSchema = z.strictObject({
  kind: z.literal("dead-letter"),
  /** Its id on the dead-letter queue. */
  id: z.string(),
  /** `null` where its request named none. */
  task: z.string().nullable(),
  queue: z.string(),
  reason: z.enum(DEAD_LETTER_REASONS),
  cause: z.string(),
  error: z.string(),
  attempts: z.int(),
  deliveries: z.int(),
  /** When it ended. */
  time: z.iso.datetime(),
  /** When Google deletes it. */
  expires: z.iso.datetime(),
  idempotencyKey: z.string(),
  /** The worker's that wrote it. */
  revision: z.string().optional(),
  /** The size of its body, where that was cut. */
  cutFrom: z.int().optional(),
  /** How often it was redriven, of the last five times. */
  redrives: z.int(),
  /** Only with `--reveal`. */
  payload: z.unknown().optional(),
});

export type DeadLetterLine = z.output<typeof deadLetterLineSchema>;

export function deadLetterLine(letter: DeadLetter): DeadLetterLine {
  const { cutFrom, history, revision, task } = letter;
  const payload = payloadOf(letter);
  return {
    kind: "dead-letter",
    id: letter.id,
    task: task ?? null,
    queue: letter.queue,
    reason: letter.reason,
    cause: letter.cause,
    error: letter.error,
    attempts: letter.attempts,
    deliveries: letter.deliveries,
    time: new Date(letter.time).toISOString(),
    expires: new Date(letter.expires).toISOString(),
    idempotencyKey: letter.idempotencyKey,
    ...(revision !== undefined && { revision }),
    ...(cutFrom !== undefined && { cutFrom }),
    redrives: history.length,
    ...(payload !== undefined && { payload }),
  };
}

/** A group of dead letters as `--json` prints it. */
export const groupLineSchema = z.strictObject({
  kind: z.literal("dead-letters"),
  by: z.enum(GROUP_BY),
  /** The cause, the task, the queue, when the hour begins, or the revision. */
  key: z.string(),
  tasks: z.array(z.string()),
  queues: z.array(z.string()),
  /** Of the newest, without its particulars. */
  error: z.string(),
  /** Its first line with them. */
  newestError: z.string(),
  count: z.int(),
  first: z.iso.datetime(),
  last: z.iso.datetime(),
  expires: z.iso.datetime(),
});

export function groupLine(by: GroupBy, group: Group): z.output<typeof groupLineSchema> {
  const { first, last, expires, ...rest } = group;
  const iso = (ms: number): string => new Date(ms).toISOString();
  return {
    kind: "dead-letters",
    by,
    ...rest,
    tasks: [...rest.tasks],
    queues: [...rest.queues],
    first: iso(first),
    last: iso(last),
    expires: iso(expires),
  };
}
