import { z } from "zod";
import { nothing, read, workSchema } from "../call.ts";
import type { ConsoleContext } from "../context.ts";
import { localGet } from "../localCalls.ts";

/** What the console itself knows, and what a local cloud alone has. */
export function localReads(context: ConsoleContext) {
  const { local } = context;
  return {
    /** How far something is that was begun under this name; nothing of what is not under way. */
    progress: read(z.strictObject({ work: workSchema }), ({ work }) => ({
      words: context.progress.get(work) ?? "",
    })),

    clock: read(nothing, () => localGet<{ type: string; now: string }>(local, "/local/v1/clock")),
    faults: read(nothing, () => localGet<{ faults: unknown[] }>(local, "/local/v1/faults")),
    mails: read(nothing, () => ({ mails: (local?.mails() ?? []).toReversed() })),
  };
}
