import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { NotMeasurable, type Result } from "../figure.ts";
import { FREE_PORTS, npmStart } from "../npmStart.ts";
import { makeScratch } from "../scratch.ts";

/** Until then, what the start has left behind is collected. */
const SETTLE_MS = 15_000;
const WINDOW_MS = 20_000;
const IDLE_SERVER =
  "require('node:http').createServer().listen(0, '127.0.0.1', () => console.log('ready'))";

/** How much of a processor `npm start` takes while there is nothing to do, the worker included. */
export async function measureIdle(): Promise<Result[]> {
  if (process.platform !== "linux") throw new NotMeasurable("it reads Linux's /proc.");
  using bare = makeScratch();
  const scripts = { start: `node -e "${IDLE_SERVER}"` };
  writeFileSync(`${bare.directory}/package.json`, JSON.stringify({ scripts }));
  await using running = await npmStart(".", FREE_PORTS);
  await using idle = await npmStart(bare.directory, []);

  await wait(SETTLE_MS);
  const groups = [running.group, idle.group];
  const start = performance.now();
  const before = groups.map(busyTicks);
  await wait(WINDOW_MS);
  const seconds = (performance.now() - start) / 1000;
  const [share = 0, idleShare = 0] = groups.map(
    (group, n) => ((busyTicks(group) - (before[n] ?? 0)) / TICKS_PER_SECOND / seconds) * 100,
  );
  return [
    {
      figure: "npm start: processor time while idle",
      unit: "%",
      runs: [share],
      baseline: { name: "npm start of a bare node:http server", runs: [idleShare] },
      target: { of: "figure", atMost: 0.5 },
    },
  ];
}

/** What Linux counts processor time in, for programs. */
const TICKS_PER_SECOND = 100;

/** The processor time of all processes of a group. */
function busyTicks(group: number): number {
  let ticks = 0;
  for (const pid of readdirSync("/proc")) {
    if (!/^\d+$/.test(pid)) continue;
    const stat = readStat(pid);
    // What follows the name in brackets: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (Number(fields[2]) === group) ticks += Number(fields[11]) + Number(fields[12]);
  }
  return ticks;
}

function readStat(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, "utf8");
  } catch {
    return ""; // It has ended meanwhile.
  }
}
