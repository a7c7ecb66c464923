import { startCountingWorker } from "../countingWorker.ts";
import { percentile, type Result } from "../figure.ts";
import { lateTimers } from "../lateTimers.ts";
import { startQueueCloud } from "../queueCloud.ts";
import { scheduledArrivals } from "../plainTasks.ts";

const RATE = 200;
const TASKS = 1000;
const WARM_UP_TASKS = 400;
const LEAD_MS = 1500;
const RUNS = 3;

/** How late scheduled tasks come to a plain loopback URL. */
export async function measurePlainLateness(): Promise<Result[]> {
  await using cloud = await startQueueCloud(1);
  await using worker = await startCountingWorker();
  const late = (count: number): Promise<readonly number[]> =>
    scheduledArrivals(cloud, worker, { count, perSecond: RATE, leadMs: LEAD_MS });
  const runs: (readonly number[])[] = [];
  const timerRuns: (readonly number[])[] = [];
  await late(WARM_UP_TASKS);
  for (let n = 0; n < RUNS; n += 1) {
    runs.push(await late(TASKS));
    timerRuns.push(await lateTimers(TASKS / 2, RATE));
  }

  return [
    { share: 0.5, atMost: 1 },
    { share: 0.99, atMost: 2.5 },
  ].map(({ share, atMost }): Result => ({
    figure: `local cloud: lateness at ${RATE}/s at a plain URL, p${share * 100}`,
    unit: "ms",
    runs: runs.map((values) => percentile(values, share)),
    baseline: { name: "bare timers", runs: timerRuns.map((values) => percentile(values, share)) },
    target: { of: "figure", atMost },
  }));
}
