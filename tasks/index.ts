import type { Contract } from "./contract/contract.ts";
import { queues } from "./queues.ts";
import { schedules } from "./schedules.ts";
import { settings } from "./settings.ts";
import { tasks } from "./tasks.ts";

/** What this stack does: what the four files beside this one declare. */
export const contract = { queues, tasks, schedules, settings } as const satisfies Contract;
