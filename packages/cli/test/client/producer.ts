import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/**
 * A project of a producer, in a folder of its own, with the client's package as npm packs it. Google's library for
 * logins is not there.
 */
export class Producer implements Disposable {
  readonly directory = mkdtempSync(join(tmpdir(), "producer-"));

  constructor(files: Readonly<Record<string, string>>) {
    for (const [name, text] of Object.entries(files)) {
      writeFileSync(join(this.directory, name), text);
    }
    for (const name of ["zod", "@types/node", "undici-types"]) this.#link(name);
  }

  /** Installs a package from its folder. */
  async install(name: string, folder: string): Promise<void> {
    const { stdout } = await run(
      "npm",
      ["pack", "--silent", "--pack-destination", this.directory],
      {
        cwd: folder,
      },
    );
    const place = join(this.directory, "node_modules", name);
    mkdirSync(place, { recursive: true });
    const archive = join(this.directory, stdout.trim());
    await run("tar", ["-xzf", archive, "--strip-components=1", "-C", place]);
  }

  /** Compiles it, as `npx tsc` does. Rejects with what the compiler says. */
  async compile(): Promise<void> {
    const tsc = resolve("node_modules/typescript/bin/tsc");
    try {
      await run(process.execPath, [tsc, "-p", this.directory]);
    } catch (error) {
      throw new Error(Reflect.get(error as object, "stdout") as string, { cause: error });
    }
  }

  /** Runs a file of it with these variables and no others. Returns what it prints. */
  async run(file: string, env: Readonly<Record<string, string>>): Promise<string> {
    const { stdout } = await run(process.execPath, [file], {
      cwd: this.directory,
      env: { ...env },
    });
    return stdout.trim();
  }

  #link(name: string): void {
    const target = resolve("node_modules", name);
    if (!existsSync(target)) return;
    const place = join(this.directory, "node_modules", name);
    mkdirSync(dirname(place), { recursive: true });
    symlinkSync(target, place);
  }

  [Symbol.dispose](): void {
    rmSync(this.directory, { recursive: true });
  }
}
