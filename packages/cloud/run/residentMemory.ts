import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

/**
 * The memory that a process holds, in bytes; `undefined` where it is gone, or this machine does not tell.
 *
 * @param folder where Linux tells of processes
 */
export async function residentMemory(pid: number, folder = "/proc"): Promise<number | undefined> {
  const kibibytes = (await ofLinux(pid, folder)) ?? (await ofPosix(pid));
  return kibibytes === undefined ? undefined : Number(kibibytes) * 1024;
}

async function ofLinux(pid: number, folder: string): Promise<string | undefined> {
  const status = await readFile(join(folder, String(pid), "status"), "utf8").catch(() => "");
  return /^VmRSS:\s*(\d+) kB$/m.exec(status)?.[1];
}

async function ofPosix(pid: number): Promise<string | undefined> {
  const run = promisify(execFile)("ps", ["-o", "rss=", "-p", String(pid)]);
  const { stdout } = await run.catch(() => ({ stdout: "" }));
  return /^\s*(\d+)\s*$/.exec(stdout)?.[1];
}
