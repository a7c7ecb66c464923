import { z } from "zod";
import type { Settings } from "./stack.ts";

/** The longest that Cloud Tasks and Cloud Run allow. */
const DISPATCH_DEADLINE = "1800s";
const WORKER_TIMEOUT = "3600s";

const groupSchema = z.record(z.string(), z.record(z.string(), z.unknown()));

/**
 * The settings that give a handler under the debugger all the time there is, to be put in the place of the
 * stack's own: the worker keeps its queues' deadlines by itself, as it does on Cloud Run.
 */
export function withoutDeadlines({ workers = "{}", queues = "{}" }: Settings): Settings {
  return {
    ...inEach("workers", workers, { timeout: WORKER_TIMEOUT }),
    ...inEach("queues", queues, { dispatchDeadline: DISPATCH_DEADLINE }),
  };
}

/** A group of the stack's file, changed in each entry: its own setting goes before that of '*'. */
function inEach(key: string, group: string, change: object): Settings {
  const { data, success } = groupSchema.safeParse(parsed(group));
  // What is wrong with it is for the program to say.
  if (!success) return {};
  const changed = Object.entries({ "*": {}, ...data }).map(([name, own]) => [
    name,
    { ...own, ...change },
  ]);
  return { [key]: JSON.stringify(Object.fromEntries(changed)) };
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    // Not a list or an object in the stack's file: a text.
    return json;
  }
}
