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
import { copyFixtureProject } from "../../../../test/support/fixtureProject.ts";

/** What a running stack does not need, and what the fixture has of its own. The packages are linked. */
const LEFT_OUT =
  /^(?:\..*|Pulumi(?:Policy)?\..*|bench|coverage|dist|docs|infra|node_modules|tasks|test|worker)$/;

/** The fixture's project with the commands of this one, in a folder of its own, to be edited. */
export class ProjectCopy implements Disposable {
  readonly directory = mkdtempSync(join(tmpdir(), "project-copy-"));
  /** The environment of scripts that run there: what Node keeps goes with the folder. */
  readonly env = { NODE_COMPILE_CACHE: join(this.directory, "compiled") };

  constructor() {
    for (const name of readdirSync(".").filter((one) => !LEFT_OUT.test(one))) {
      cpSync(name, join(this.directory, name), { recursive: true });
    }
    copyFixtureProject(this.directory);
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

  /** Writes a file, new or in the place of another. */
  write(file: string, text: string): void {
    writeFileSync(join(this.directory, file), text);
  }

  [Symbol.dispose](): void {
    // What a killed script had started, such as the compiler, may write here until it notices.
    rmSync(this.directory, { recursive: true, maxRetries: 20, retryDelay: 50 });
  }
}
