import { existsSync, readFileSync, realpathSync } from "node:fs";
import { relative, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { HANDLERS_FOLDER, HANDLERS_TABLE, type Missing } from "./missingHandlers.ts";

// The process that says what the handlers of the working directory's project lack, as worker/main.ts puts them together.

// The parent is gone: so is the reason to go on.
process.once("disconnect", () => process.exit());

function load(file: string): Promise<Readonly<Record<string, unknown>>> {
  return import(pathToFileURL(resolve(file)).href) as Promise<Readonly<Record<string, unknown>>>;
}

function isTable(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

/** What one file of the handlers lacks that another imports; `undefined` where it is something else that is wrong. */
function lackOf(error: unknown): Missing | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code, url, message, stack = "" } = error as NodeJS.ErrnoException & { url?: string };
  if (code === "ERR_MODULE_NOT_FOUND" && url !== undefined) {
    const [, by] = / imported from (.+)$/.exec(message) ?? [];
    const file = fileURLToPath(url);
    return by === undefined || isThereAsTypeScript(file)
      ? undefined
      : ofHandlers({ kind: "file", file, by });
  }
  const [, specifier, name] =
    /^The requested module '(\.[^']*)' does not provide an export named '([^']+)'$/.exec(message) ??
    [];
  const [, importer] = /^(file:\S+):\d+\n/.exec(stack) ?? [];
  if (specifier === undefined || name === undefined || importer === undefined) return undefined;
  const file = fileURLToPath(new URL(specifier, importer));
  if (mayBeType(name, file)) return undefined;
  return ofHandlers({ kind: "export", name, file, by: fileURLToPath(importer) });
}

/** Whether what is imported as `./a.js`, or as `./a`, is `a.ts`: it is bundled so, though Node does not find it. */
function isThereAsTypeScript(file: string): boolean {
  return existsSync(`${file.replace(/\.js$/, "")}.ts`);
}

/** Whether a file may export a type of that name: one that is imported as a value is bundled, though Node has none. */
function mayBeType(name: string, file: string): boolean {
  const text = readFileSync(file, "utf8");
  const types = text.matchAll(/\b(?:type|interface)(?:\s*\{([^}]*)\}|\s+([\w$]+))/g);
  return (
    /\bexport\s*\*/.test(text) ||
    [...types].some(([, list = "", one]) => one === name || list.split(/[\s,]+/).includes(name))
  );
}

/** The same with its paths from the project's folder, where both are in the handlers' own. */
function ofHandlers(lack: Exclude<Missing, { kind: "handlers" }>): Missing | undefined {
  const [file = "", by = ""] = [lack.file, lack.by].map((path) =>
    relative(realpathSync("."), path),
  );
  const isOwn = [file, by].every((path) => path.startsWith(`${HANDLERS_FOLDER}/`));
  return isOwn ? { ...lack, file, by } : undefined;
}

async function find(): Promise<Missing | undefined> {
  const { tasks } = await load("tasks/tasks.ts");
  let handlers;
  try {
    ({ handlers } = await load(HANDLERS_TABLE));
  } catch (error) {
    return lackOf(error);
  }
  if (!isTable(tasks) || !isTable(handlers)) return undefined;
  const table = handlers;
  const missing = Object.keys(tasks).filter((task) => typeof table[task] !== "function");
  return missing.length === 0 ? undefined : { kind: "handlers", tasks: missing };
}

const missing = await find();
// What the handlers have opened is no reason to stay.
process.send?.({ missing }, () => process.exit());
