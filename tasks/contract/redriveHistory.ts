import * as z from "zod";
import { isCause } from "./cause.ts";
import { DEAD_LETTER_REASONS } from "./deadLetter.ts";

/*
 * What became of a task before it was redriven: it is told in a header of the redriven task, and the worker
 * copies it into the dead letter where that task ends as one, too.
 */

const lifeSchema = z.object({
  /** When it became a dead letter. RFC 3339. */
  time: z.iso.datetime(),
  reason: z.enum(DEAD_LETTER_REASONS),
  cause: z.string().refine(isCause),
  attempts: z.int().min(0),
  /** The run that has redriven it then. Absent of a task that was redriven by an earlier release. */
  run: z
    .string()
    .regex(/^[\w-]{1,40}$/)
    .optional(),
});

/** A life of a task that ended as a dead letter, which was redriven. */
export type Life = z.output<typeof lifeSchema>;

/** Lives that are kept: the last ones. */
const MAX_LIVES = 5;
/** Characters, of which all are ASCII. */
const MAX_LENGTH = 2048;

/** A history as a header has it: JSON in ASCII, at most 2 KB. Of more than five lives the last are kept. */
export function writeHistory(lives: readonly Life[]): string {
  return JSON.stringify(lives.slice(-MAX_LIVES));
}

/** Reads a history, the oldest life first; `undefined` for what is none. */
export function readHistory(text: string): readonly Life[] | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  try {
    return z.array(lifeSchema).min(1).max(MAX_LIVES).safeParse(JSON.parse(text)).data;
  } catch {
    // Not JSON.
    return undefined;
  }
}
