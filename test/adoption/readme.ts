import { readFileSync } from "node:fs";

/** A block of code that README gives for a file. */
export interface Block {
  /** The heading that it stands below. */
  readonly section: string;
  /** The file that the words before it name last. */
  readonly file: string;
  readonly code: string;
}

/** The blocks of TypeScript in README, with the files that they are for. */
export function blocksOf(document = "README.md"): Block[] {
  const blocks: Block[] = [];
  let section = "";
  let file = "";
  let code: string[] | undefined;
  for (const line of readFileSync(document, "utf8").split("\n")) {
    if (code && line === "```") {
      blocks.push({ section, file, code: code.join("\n") });
      code = undefined;
    } else if (code) code.push(line);
    else if (line === "```ts") code = [];
    else if (line.startsWith("## ")) section = line.slice("## ".length);
    else
      file =
        line
          .match(/`((?:tasks|worker)\/[\w./]+\.ts)`/g)
          ?.at(-1)
          ?.slice(1, -1) ?? file;
  }
  return blocks;
}

/** The blocks of a section for a file, one below the other. */
export function blockFor(section: string, file: string): string {
  const found = blocksOf().filter((block) => block.section === section && block.file === file);
  if (found.length === 0) throw new Error(`README has no block for '${file}' in '${section}'.`);
  return found.map(({ code }) => code).join("\n\n");
}

/** A file of the project with a block of README in it: imports at its top, entries at the end of its table. */
export function withBlock(text: string, block: string): string {
  const lines = block.split("\n");
  const imports = lines.filter((line) => line.startsWith("import "));
  const entries = lines.filter((line) => !line.startsWith("import ") && line.trim() !== "");
  return withImports(withEntries(text, entries), imports);
}

function withImports(text: string, imports: readonly string[]): string {
  return imports.length === 0 ? text : `${imports.join("\n")}\n${text}`;
}

/** The table is the one that the file exports. */
function withEntries(text: string, entries: readonly string[]): string {
  const end = /\n\}(?: as const)?(?: satisfies [^;]*)?;/.exec(text);
  if (!end) throw new Error(`There is no table in:\n${text}`);
  return `${text.slice(0, end.index)}\n${entries.join("\n")}${text.slice(end.index)}`;
}

/** A table without the entry of that name. */
export function withoutEntry(text: string, name: string): string {
  const key = /^[A-Za-z_]\w*$/.test(name) ? `(?:${name}|"${name}")` : `"${name}"`;
  const entry = new RegExp(`^  ${key}: (?:[^\\n]*,\\n|[^\\n]*[{(]\\n[\\s\\S]*?^  [})]+,\\n)`, "m");
  if (!entry.test(text)) throw new Error(`There is no entry '${name}' in:\n${text}`);
  return text.replace(entry, "");
}
