import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

// The process that says which tasks of the working directory's project have no handler, as worker/main.ts puts them together.

// The parent is gone: so is the reason to go on.
process.once("disconnect", () => process.exit());

function load(file: string): Promise<Readonly<Record<string, unknown>>> {
  return import(pathToFileURL(resolve(file)).href) as Promise<Readonly<Record<string, unknown>>>;
}

function isTable(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

const { tasks } = await load("tasks/tasks.ts");
const { handlers } = await load("worker/handlers/index.ts");
const missing =
  isTable(tasks) && isTable(handlers)
    ? Object.keys(tasks).filter((task) => typeof handlers[task] !== "function")
    : [];
// What the handlers have opened is no reason to stay.
process.send?.(missing, () => process.exit());
