import { pathToFileURL } from "node:url";

/**
 * What a person is told of a program that broke: Node's own words and the frames in the program, by paths in its folder.
 * What Node, packages and this project's tools called in between says nothing to them; of a text that is no program there are
 * no frames of its own at all.
 */
export function tellBroken(error: unknown, directory: string): string {
  if (!(error instanceof Error)) return String(error);
  const { href } = pathToFileURL(`${directory}/`);
  const lines = (error.stack ?? error.message)
    .split("\n")
    .map((line) => line.replaceAll(href, "").replaceAll(`${directory}/`, ""));
  const isUnread = error instanceof SyntaxError || CODES.has(codeOf(error));
  return lines
    .filter((line) => !FRAME.test(line) || !(isUnread || TOOLS.test(line)))
    .join("\n")
    .trim();
}

/** Node could not read what it was to run. */
const CODES: ReadonlySet<unknown> = new Set(["ERR_MODULE_NOT_FOUND", "ERR_UNSUPPORTED_DIR_IMPORT"]);

const FRAME = /^\s+at /;
const TOOLS = /\bnode:|\bnode_modules\/|\bpackages\//;

function codeOf(error: Error): unknown {
  return "code" in error ? error.code : undefined;
}
