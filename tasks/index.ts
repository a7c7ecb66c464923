import type { Contract } from "./contract/contract.ts";
import { queues } from "./queues.ts";
import { schedules } from "./schedules.ts";
import { settings } from "./settings.ts";
import { tasks } from "./tasks.ts";
import { workers } from "./workers.ts";

/** What this stack does: what the five files beside this one declare. */
export const contract = { workers, queues, tasks, schedules, settings } as const satisfies Contract;
