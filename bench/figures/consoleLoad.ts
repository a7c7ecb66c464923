import { startCountingWorker, type CountingWorker } from "../countingWorker.ts";
import type { Result } from "../figure.ts";
import { plainTask } from "../plainTasks.ts";
import { createQueueClient } from "../queueClient.ts";
import { startQueueCloud, type QueueCloud } from "../queueCloud.ts";
import { slowReader } from "../slowReader.ts";

const QUEUES = 50;
/** Tasks that wait on a paused queue all the while. */
const WAITING = 100_000;
const WARM_UP_TASKS = 5000;
const TASKS = 10_000;
const RUNS = 4;
const READERS = 3;

/** What three slow tabs of the console cost a local cloud that has much to do. An event is told of each delivery. */
export async function measureConsoleLoad(): Promise<Result[]> {
  await using cloud = await startQueueCloud(QUEUES);
  await using worker = await startCountingWorker();
  const [queue = ""] = cloud.queues;
  const waits = queue.replace(/[^/]*$/, "waits");
  await cloud.client.post(`v2/${queue.replace(/\/[^/]*$/, "")}`, { name: waits });
  await using other = createQueueClient(cloud.cloud.endpoint, [waits]);
  await other.pauseQueues();
  await other.createTasks(WAITING, () => plainTask(worker));
  await drain(cloud, worker, WARM_UP_TASKS);
  const alone: Run[] = [];
  const watched: Run[] = [];
  for (let n = 0; n < RUNS; n += 1) {
    const watch = async (): Promise<void> => {
      const readers = Array.from({ length: READERS }, () => slowReader(cloud.cloud.endpoint));
      watched.push(await drain(cloud, worker, TASKS));
      for (const reader of readers) reader[Symbol.dispose]();
    };
    // Each is first every other time: a process that has done more is larger.
    if (n % 2 === 0) await watch();
    alone.push(await drain(cloud, worker, TASKS));
    if (n % 2 === 1) await watch();
  }
  const what = `${READERS} slow tabs, ${WAITING.toLocaleString("en")} tasks waiting`;
  return [
    {
      figure: `console: tasks dispatched with ${what}`,
      unit: "/s",
      runs: watched.map(({ perSecond }) => perSecond),
      baseline: { name: "without the tabs", runs: alone.map(({ perSecond }) => perSecond) },
      target: { of: "ratio", atLeast: 0.9 },
    },
    {
      figure: "console: memory of the same",
      unit: "MB",
      runs: watched.map(({ megabytes }) => megabytes),
      baseline: { name: "without the tabs", runs: alone.map(({ megabytes }) => megabytes) },
      target: { of: "ratio", atMost: 1.1 },
    },
  ];
}

interface Run {
  readonly perSecond: number;
  /** Resident, at the end. */
  readonly megabytes: number;
}

async function drain({ client }: QueueCloud, worker: CountingWorker, count: number): Promise<Run> {
  await client.pauseQueues();
  await client.createTasks(count, () => plainTask(worker));
  const allCame = worker.arrivals(count);
  const start = performance.now();
  await Promise.all([client.resumeQueues(), allCame]);
  const perSecond = count / ((performance.now() - start) / 1000);
  return { perSecond, megabytes: process.memoryUsage().rss / 1e6 };
}
