// First: what is thrown as the others are loaded is told.
import "./processLog.ts";
import { settings } from "../tasks/settings.ts";
import { tasks } from "../tasks/tasks.ts";
import { handlers } from "./handlers/index.ts";
import { startWorker } from "./startWorker.ts";

// Not all of the contract: a change of a queue or a schedule is none of the worker's image.
startWorker({ contract: { tasks, settings }, handlers });
