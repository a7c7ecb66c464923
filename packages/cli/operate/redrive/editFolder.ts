import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { makeStateFolder } from "../stateFolder.ts";

/**
 * Makes a folder for what this process has edited, which only the user may read, within another. Removes what processes
 * have left there that are no more: a payload is not to outlive a command that was killed.
 */
export async function makeEditFolder(within: string): Promise<string> {
  await makeStateFolder(within);
  for (const name of await readdir(within)) {
    if (name !== String(process.pid) && isRunning(Number(name))) continue;
    await rm(join(within, name), { recursive: true, force: true });
  }
  const folder = join(within, String(process.pid));
  await mkdir(folder, { mode: 0o700 });
  return folder;
}

/** Whether this user has a process of that id. */
function isRunning(pid: number): boolean {
  try {
    return Number.isInteger(pid) && pid > 0 && process.kill(pid, 0);
  } catch {
    // There is none, or it is somebody else's.
    return false;
  }
}
