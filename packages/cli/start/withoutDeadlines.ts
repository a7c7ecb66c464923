import { z } from "zod";
import type { Settings } from "./stack.ts";

/** The longest that Cloud Tasks and Cloud Run allow. */
const DISPATCH_DEADLINE = "1800s";
const WORKER_TIMEOUT = "3600s";

const queuesSchema = z.record(z.string(), z.record(z.string(), z.unknown()));

/**
 * The settings that give a handler under the debugger all the time there is, to be put in the place of the
 * stack's own: the worker keeps its queues' deadlines by itself, as it does on Cloud Run.
 */
export function withoutDeadlines({ queues = "{}" }: Settings): Settings {
  const { data, success } = queuesSchema.safeParse(parsed(queues));
  // What is wrong with them is for the program to say.
  if (!success) return {};
  const all = Object.entries({ "*": {}, ...data });
  // A queue's own setting goes before that of '*', so every one of them is changed.
  const changed = all.map(([key, own]) => [key, { ...own, dispatchDeadline: DISPATCH_DEADLINE }]);
  return { queues: JSON.stringify(Object.fromEntries(changed)), workerTimeout: WORKER_TIMEOUT };
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    // Not a list or an object in the stack's file: a text.
    return json;
  }
}
