import { readFileSync } from "node:fs";

/**
 * Calls `end` once npm is gone, or the shell in which npm runs this: what is sent to npm, such as SIGTERM, npm passes on
 * to its shell alone, and of SIGKILL it can tell nobody.
 */
export function whenAbandoned(end: () => void): void {
  const { ppid } = process;
  const npm = isShell(ppid) ? parentOf(ppid) : undefined;
  const timer = setInterval(() => {
    if (process.ppid === ppid && (npm === undefined || parentOf(ppid) === npm)) return;
    clearInterval(timer);
    end();
  }, CHECK_MS).unref();
}

const CHECK_MS = 250;

/** Whether a process is a shell that was given a line: some shells become what they run, and then npm is the parent. */
function isShell(pid: number): boolean {
  return read(pid, "cmdline")?.split("\0")[1] === "-c";
}

/** The parent of another process; `undefined` where the system does not tell in files, as Linux does. */
function parentOf(pid: number): number | undefined {
  // After the name, which may hold anything: the state, and the parent.
  const [, parent] = /.*\) \S (\d+) /s.exec(read(pid, "stat") ?? "") ?? [];
  return parent === undefined ? undefined : Number(parent);
}

function read(pid: number, file: "cmdline" | "stat"): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return undefined;
  }
}
