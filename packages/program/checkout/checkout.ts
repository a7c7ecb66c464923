import { execFile } from "node:child_process";
import { mkdtemp, rm, symlink } from "node:fs/promises";
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
  await symlink(join(root, "node_modules"), join(directory, "node_modules"));
  return { directory, commit, [Symbol.asyncDispose]: remove };
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
