import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

/** What a running stack does not need. The packages are linked. */
const LEFT_OUT = ["bench", "coverage", "dist", "docs", "node_modules", "test"];

/** The project's sources in a folder of their own, to be edited. */
export class ProjectCopy implements Disposable {
  readonly directory = mkdtempSync(join(tmpdir(), "project-copy-"));
  /** The environment of scripts that run there: what Node keeps goes with the folder. */
  readonly env = { NODE_COMPILE_CACHE: join(this.directory, "compiled") };

  constructor() {
    const names = readdirSync(".").filter(
      (name) => !name.startsWith(".") && !LEFT_OUT.includes(name),
    );
    for (const name of names) cpSync(name, join(this.directory, name), { recursive: true });
    symlinkSync(resolve("node_modules"), join(this.directory, "node_modules"));
  }

  /** Puts a text in the place of another, which the file must hold. Returns what undoes it. */
  edit(file: string, from: string, to: string): () => void {
    const path = join(this.directory, file);
    const before = readFileSync(path, "utf8");
    if (!before.includes(from)) throw new Error(`'${file}' does not hold '${from}'.`);
    writeFileSync(path, before.replace(from, to));
    return () => {
      writeFileSync(path, before);
    };
  }

  [Symbol.dispose](): void {
    rmSync(this.directory, { recursive: true });
  }
}
