import { setTimeout as wait } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { startCountingWorker } from "../countingWorker.ts";
import { percentile, type Result } from "../figure.ts";
import { plainTask } from "../plainTasks.ts";
import { startQueueCloud } from "../queueCloud.ts";

const RATE = 500;
const MINUTES = 10;
/** In the first one, code is compiled and buffers find their size. */
const WARM_UP_MINUTES = 1;
const QUEUES = 4;
const LEAD_MS = 2000;
/** So many tasks are created at once as are due in this time. */
const BATCH_MS = 20;
/**
 * For how long the name of a task that is gone is kept. By default it is an hour, in which memory grows with
 * every task, as it has to.
 */
const TASK_TOMBSTONE_MS = 20_000;

/** Whether memory and lateness stay what they are under a load that goes on. */
export async function measureSoak(): Promise<Result[]> {
  await using cloud = await startQueueCloud(QUEUES, {
    settings: { taskTombstoneMs: TASK_TOMBSTONE_MS },
  });
  await using worker = await startCountingWorker();
  const late: (readonly number[])[] = [];
  const residentMb: number[] = [];

  const first = Date.now() + LEAD_MS;
  const creating = (async () => {
    for (let batch = 0; batch < (MINUTES * 60_000) / BATCH_MS; batch += 1) {
      const start = first + batch * BATCH_MS;
      await wait(Math.max(0, start - LEAD_MS - Date.now()));
      await cloud.client.createTasks((RATE * BATCH_MS) / 1000, (n) => ({
        ...plainTask(worker),
        scheduleTime: new Date(start + (n * 1000) / RATE).toISOString(),
      }));
    }
  })();
  const measuring = (async () => {
    for (let minute = 1; minute <= MINUTES; minute += 1) {
      const { lateMs } = await worker.arrivals(RATE * 60);
      late.push(lateMs);
      // What Node merely has not collected yet says nothing of what is kept.
      collectGarbage();
      residentMb.push(process.memoryUsage.rss() / 1e6);
      console.error(
        `Minute ${minute}: ${residentMb.at(-1)?.toFixed(0)} MB; late by ` +
          `${percentile(lateMs, 0.5).toFixed(2)} ms, p99 ${percentile(lateMs, 0.99).toFixed(2)} ms.`,
      );
    }
  })();
  await Promise.all([creating, measuring]);

  const early = late.slice(WARM_UP_MINUTES, MINUTES / 2);
  const lateness = (share: number): Result => ({
    figure: `soak, ${RATE}/s for ${MINUTES} minutes: lateness p${share * 100} of the second half`,
    unit: "ms",
    runs: late.slice(MINUTES / 2).map((values) => percentile(values, share)),
    baseline: {
      name: "the first half, after its first minute",
      runs: early.map((values) => percentile(values, share)),
    },
    target: { of: "ratio", atMost: 1.25 },
  });
  return [
    {
      figure: `soak, ${RATE}/s for ${MINUTES} minutes: memory after minute ${MINUTES}`,
      unit: "MB",
      runs: residentMb.slice(-1),
      baseline: { name: "after minute 2", runs: residentMb.slice(1, 2) },
      target: { of: "ratio", atMost: 1.05 },
    },
    lateness(0.5),
    lateness(0.99),
  ];
}

/** Has the whole heap collected, which takes some milliseconds. */
function collectGarbage(): void {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc()");
}
