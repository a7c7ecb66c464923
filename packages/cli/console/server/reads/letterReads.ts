import { z } from "zod";
import { listCost } from "../../../operate/cost.ts";
import { deadLetterLine } from "../../../operate/deadLetters/deadLetterLine.ts";
import { GROUP_BY, Groups } from "../../../operate/deadLetters/groups.ts";
import { matchingDeadLetters, selectDeadLetters } from "../../../operate/deadLetters/selector.ts";
import { read } from "../call.ts";
import type { ConsoleContext } from "../context.ts";
import { DeathCounts } from "../deathTimes.ts";
import { lettersSchema, lettersShape, selectorOf } from "../letters.ts";

/** Dead letters. */
export function letterReads(context: ConsoleContext) {
  const { connect, now } = context;
  return {
    /** Dead letters put together by what they have in common. Each that is read is an operation. */
    deadLetters: read(
      z.strictObject({ by: z.enum(GROUP_BY).default("cause"), ...lettersShape }),
      async ({ by, ...letters }) => {
        const groups = new Groups(by);
        const deaths = new DeathCounts(by);
        let total = 0;
        const options = { onPage: ({ read: count }: { read: number }) => (total = count) };
        for await (const page of matchingDeadLetters(
          await connect(),
          selectorOf(letters),
          options,
        )) {
          groups.add(page);
          deaths.add(page);
        }
        return {
          ...{ now: now(), groups: groups.all, ended: deaths.times },
          ...{ read: total, cost: listCost(total) },
        };
      },
    ),

    letters: read(
      z.strictObject({ letters: lettersSchema, limit: z.int().min(1).max(1000).default(100) }),
      async ({ letters, limit }) => {
        const selected = await selectDeadLetters(await connect(), {
          ...selectorOf(letters),
          limit,
        });
        return {
          now: now(),
          letters: selected.letters.map(deadLetterLine),
          matched: selected.matched,
        };
      },
    ),
  };
}
