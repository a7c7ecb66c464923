import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

/** A Git repository of somebody who uses this project: a program, its stacks and its tasks. */
export interface TeamRepository extends Disposable {
  readonly directory: string;
  /** Where its scripts keep what is temporary. */
  readonly temporary: string;
  /** Changes files without committing them. */
  write(files: Readonly<Record<string, string>>): void;
  /** Commits everything on the branch that is checked out. */
  commit(): void;
  /** Runs a script of this project in it. */
  run(script: string, ...args: string[]): { status: number | null; stdout: string; stderr: string };
}

/** Makes a repository with these files in one commit on `main`, and checks out another branch. */
export function teamRepository(files: Readonly<Record<string, string>>): TeamRepository {
  const directory = mkdtempSync(join(tmpdir(), "team-"));
  const temporary = mkdtempSync(join(tmpdir(), "team-temporary-"));
  const git = (...args: string[]): void => {
    const who = ["-c", "user.name=Team", "-c", "user.email=team@example.com"];
    execFileSync("git", [...who, ...args], { cwd: directory, stdio: "ignore" });
  };
  const repository: TeamRepository = {
    directory,
    temporary,
    write(changed) {
      for (const [file, content] of Object.entries(changed)) {
        mkdirSync(dirname(join(directory, file)), { recursive: true });
        writeFileSync(join(directory, file), content);
      }
    },
    commit() {
      git("add", "--all");
      git("commit", "--quiet", "--message", "Change");
    },
    run(script, ...args) {
      const { status, stdout, stderr } = spawnSync(process.execPath, [resolve(script), ...args], {
        cwd: directory,
        encoding: "utf8",
        // What Node has compiled is kept from one run to the next, as withNode.mjs does.
        env: {
          ...process.env,
          TMPDIR: temporary,
          NODE_COMPILE_CACHE: resolve("node_modules/.cache/node"),
        },
      });
      return { status, stdout, stderr };
    },
    [Symbol.dispose]() {
      for (const folder of [directory, temporary]) rmSync(folder, { recursive: true, force: true });
    },
  };
  git("init", "--quiet", "--initial-branch", "main");
  repository.write({
    ".gitignore": "node_modules\n",
    "package.json": '{"type":"module"}',
    ...files,
  });
  symlinkSync(resolve("node_modules"), join(directory, "node_modules"));
  repository.commit();
  git("switch", "--quiet", "--create", "change");
  return repository;
}
