import { z } from "zod";
import { DEAD_LETTER_REASONS } from "../../../../tasks/contract/deadLetter.ts";
import type { Selector } from "../../operate/deadLetters/selector.ts";
import { text } from "./call.ts";

/** Groups, by their keys. */
const keys = z.array(text).min(1).max(1000).optional();

/** Which dead letters are meant, as the page says it and `Selector` has it. */
export const lettersShape = {
  ids: z.array(text).min(1).max(10_000).optional(),
  ...{ cause: keys, task: keys, queue: keys, hour: keys, revision: keys },
  reason: z.enum(DEAD_LETTER_REASONS).optional(),
  id: text.optional(),
  /** When they ended, in milliseconds: then or later, and before. */
  since: z.number().optional(),
  until: z.number().optional(),
};

/** The same for what is done to them: at least one of these is given. */
export const lettersSchema = z
  .strictObject({ ...lettersShape, all: z.literal(true).optional() })
  .refine((letters) => Object.values(letters).some((value) => value !== undefined), {
    error:
      "say which: ids, tasks, queues, causes, hours, revisions, a reason, an id, a time, or 'all'",
  });

export type Letters = z.output<typeof lettersSchema>;

export function selectorOf(letters: Letters): Selector {
  const given = Object.entries(letters).filter(
    ([name, value]) => name !== "all" && value !== undefined,
  );
  // The page has them from lists. A group that is empty by now is not another whose name begins so.
  return { ...Object.fromEntries(given), isWhole: true };
}
