import * as z from "zod";
import { countWords } from "../../command/words.ts";
import type { DeadLetter } from "../deadLetters/deadLetter.ts";
import { GROUP_BY, keyOf, type GroupBy } from "../deadLetters/groups.ts";

/** What a dry run says of dead letters that have one thing in common, as `--json` prints it. */
export const plannedGroupSchema = z.strictObject({
  kind: z.literal("plan"),
  by: z.enum(GROUP_BY),
  /** As `dead-letters` names the group. */
  key: z.string(),
  /** How many of it would be redriven, and how many not. */
  planned: z.int(),
  refused: z.int(),
  /** Why the first of these not. */
  error: z.string().optional(),
});

export type PlannedGroup = z.output<typeof plannedGroupSchema>;

/** What is planned of dead letters, group by group, the largest first. `refusals` are the reasons against, by ids. */
export function plannedGroups(
  by: GroupBy,
  letters: readonly DeadLetter[],
  refusals: ReadonlyMap<string, string>,
): readonly PlannedGroup[] {
  const groups = new Map<string, PlannedGroup>();
  for (const letter of letters) {
    const key = keyOf(letter, by);
    const group = groups.get(key) ?? { kind: "plan", by, key, planned: 0, refused: 0 };
    const error = refusals.get(letter.id);
    if (error === undefined) group.planned += 1;
    else {
      group.refused += 1;
      group.error ??= error;
    }
    groups.set(key, group);
  }
  const size = ({ planned, refused }: PlannedGroup): number => planned + refused;
  return [...groups.values()].sort((a, b) => size(b) - size(a) || (a.key < b.key ? -1 : 1));
}

/** `cause 7f3a91c2: 370 would be redriven, 1 refused` */
export function plannedWords({ by, key, planned, refused }: PlannedGroup): string {
  const not = refused === 0 ? "" : `, ${countWords(refused)} refused`;
  return `${by} ${key}: ${countWords(planned)} would be redriven${not}`;
}
