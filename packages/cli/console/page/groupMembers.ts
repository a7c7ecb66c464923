import type { GroupBy } from "../../operate/deadLetters/groups.ts";
import type { ArgsOf } from "../server/calls.ts";

/** Which dead letters are meant. */
export type Letters = ArgsOf<"letters">["letters"];

export const HOUR_MS = 3_600_000;

/** What a group is of: those dead letters alone that were counted, past the filter that the groups were made with. */
export function membersOf(by: GroupBy, key: string, filter: Letters): Letters {
  if (by !== "hour") return { ...filter, [by]: key };
  const hour = Date.parse(key);
  return { ...filter, since: Math.max(hour, filter.since ?? hour), until: hour + HOUR_MS };
}
