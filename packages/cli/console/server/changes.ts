import { letterChanges } from "./changes/letterChanges.ts";
import { localChanges } from "./changes/localChanges.ts";
import { payloadChanges } from "./changes/payloadChanges.ts";
import { queueChanges } from "./changes/queueChanges.ts";
import { scheduleChanges } from "./changes/scheduleChanges.ts";
import { taskChanges } from "./changes/taskChanges.ts";
import type { ConsoleContext } from "./context.ts";

/** What the page can ask for that changes something, or shows what is hidden. Each is written into the journal. */
export function changes(context: ConsoleContext) {
  return {
    ...payloadChanges(context),
    ...queueChanges(context),
    ...letterChanges(context),
    ...scheduleChanges(context),
    ...taskChanges(context),
    ...localChanges(context),
  };
}
