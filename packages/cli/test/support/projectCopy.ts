import { createHash } from "node:crypto";
import {
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { copyFixtureProject } from "../../../../test/support/fixtureProject.ts";

/** What a running stack does not need, and what the fixture has of its own. */
const LEFT_OUT =
  /^(?:\..*|Pulumi\..*|bench|coverage|dist|docs|infra|node_modules|tasks|test|worker)$/;
const TESTS = /^packages\/[^/]+\/test$/;

const TREE = createHash("sha256").update(resolve(".")).digest("hex").slice(0, 8);

export interface ProjectCopyOptions {
  /**
   * Whether the commands are there too, for what is typed there. The packages are linked in any case.
   *
   * @default false
   */
  readonly withCommands?: boolean;
}

/** The fixture's project in a folder of its own, to be edited. */
export class ProjectCopy implements Disposable {
  readonly directory = takeFolder();

  constructor({ withCommands = false }: ProjectCopyOptions = {}) {
    const names = withCommands ? readdirSync(".").filter((one) => !LEFT_OUT.test(one)) : [];
    for (const name of names) {
      cpSync(name, join(this.directory, name), {
        recursive: true,
        filter: (path) => !TESTS.test(path),
      });
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

  [Symbol.dispose](): void {
    rmSync(this.directory, { recursive: true });
  }
}

/**
 * Makes the first folder of a row that nobody has. Their names come again, and with them what Node has compiled of the
 * files there: a new name each time would leave that behind for ever.
 */
function takeFolder(): string {
  for (let number = 0; ; number += 1) {
    const folder = join(tmpdir(), `project-copy-${TREE}-${number}`);
    try {
      mkdirSync(folder);
      return folder;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
  }
}
