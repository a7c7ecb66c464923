import type { ConsoleContext } from "./context.ts";
import { letterReads } from "./reads/letterReads.ts";
import { localReads } from "./reads/localReads.ts";
import { stackReads } from "./reads/stackReads.ts";
import { taskReads } from "./reads/taskReads.ts";
import { workerReads } from "./reads/workerReads.ts";

/** What the page can ask for that changes nothing. */
export function reads(context: ConsoleContext) {
  return {
    ...stackReads(context),
    ...taskReads(context),
    ...letterReads(context),
    ...workerReads(context),
    ...localReads(context),
  };
}
