import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, rm, symlink } from "node:fs/promises";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

/** A commit's files in a folder of their own. */
export interface Checkout extends AsyncDisposable {
  readonly directory: string;
  /** The commit that is checked out. */
  readonly commit: string;
}

/**
 * Checks out the commit at which `ref` and the working directory's parted, beside it: what a change is
 * compared with. It uses the packages that are installed here.
 */
export async function checkOutMergeBase(ref: string, root = resolve(".")): Promise<Checkout> {
  const commit = await mergeBase(ref, root);
  const directory = await mkdtemp(join(tmpdir(), "background-tasks-base-"));
  const remove = async (): Promise<void> => {
    await git(root, "worktree", "remove", "--force", directory);
    await rm(directory, { recursive: true, force: true });
  };
  await git(root, "worktree", "add", "--detach", directory, commit);
  await linkPackages(root, directory);
  return { directory, commit, [Symbol.asyncDispose]: remove };
}

/** Our own packages, which are part of a commit: `@background-tasks/<name>` is `packages/<name>`. */
const OWN = "@background-tasks";

/** Links the packages that are installed in `root`, and those of its own that the checkout has. */
async function linkPackages(root: string, directory: string): Promise<void> {
  const packages = join(directory, "node_modules");
  await mkdir(join(packages, OWN), { recursive: true });
  const installed = await readdir(join(root, "node_modules"));
  const own = existsSync(join(directory, "packages"))
    ? await readdir(join(directory, "packages"))
    : [];
  await Promise.all([
    ...installed
      .filter((name) => name !== OWN)
      .map((name) => symlink(join(root, "node_modules", name), join(packages, name))),
    ...own.map((name) => symlink(join(directory, "packages", name), join(packages, OWN, name))),
  ]);
}

async function mergeBase(ref: string, root: string): Promise<string> {
  try {
    return await git(root, "merge-base", "--end-of-options", ref, "HEAD");
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(
      `No commit is shared with '${ref}'. Name a branch or a commit that this one comes from, such as ` +
        `'origin/main', and fetch its history ('git fetch --unshallow'). ${reason}`,
      { cause: error },
    );
  }
}

async function git(root: string, ...args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)("git", [...args], { cwd: root });
  return stdout.trim();
}
