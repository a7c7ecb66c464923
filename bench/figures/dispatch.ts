import { startCountingWorker, type CountingWorker } from "../countingWorker.ts";
import type { Result } from "../figure.ts";
import { startLoadGenerator } from "../load.ts";
import { BODY, plainTask } from "../plainTasks.ts";
import { makeScratch } from "../scratch.ts";
import { startQueueCloud, type QueueCloud } from "../queueCloud.ts";

const QUEUES = 50;
const WARM_UP_TASKS = 10_000;
const TASKS = 20_000;
const RUNS = 3;
const DIRECT_MS = 1500;
const DIRECT_CONNECTIONS = 50;

/**
 * How many tasks a second leave the queues for a plain loopback URL, when its worker does nothing: queues in
 * memory, and queues on the disk.
 */
export async function measureDispatch(): Promise<Result[]> {
  using scratch = makeScratch();
  await using cloud = await startQueueCloud(QUEUES);
  await using durable = await startQueueCloud(QUEUES, {
    dataDirectory: `${scratch.directory}/data`,
  });
  await using worker = await startCountingWorker();
  await using load = startLoadGenerator();
  const runs: number[] = [];
  const durableRuns: number[] = [];
  const directRuns: number[] = [];
  await drain(cloud, worker, WARM_UP_TASKS);
  await drain(durable, worker, WARM_UP_TASKS);
  for (let n = 0; n < RUNS; n += 1) {
    runs.push(await drain(cloud, worker, TASKS));
    durableRuns.push(await drain(durable, worker, TASKS));
    directRuns.push(
      await load.run({
        protocol: "http",
        status: 204,
        port: Number(new URL(worker.url).port),
        path: new URL(worker.url).pathname,
        headers: { "content-type": "application/json" },
        body: Buffer.from(BODY, "base64").toString(),
        connections: DIRECT_CONNECTIONS,
        durationMs: DIRECT_MS,
      }),
    );
  }
  return [
    {
      figure: `local cloud: tasks dispatched to a plain URL, ${QUEUES} queues`,
      unit: "/s",
      runs,
      baseline: { name: "the same worker, asked directly", runs: directRuns },
      target: { of: "figure", atLeast: 8500 },
    },
    {
      figure: "local cloud: the same, durable",
      unit: "/s",
      runs: durableRuns,
      baseline: { name: "queues in memory", runs },
      target: { of: "ratio", atLeast: 0.6 },
    },
  ];
}

/** Fills the paused queues, resumes them, and returns the tasks per second until the last has come. */
async function drain({ client }: QueueCloud, worker: CountingWorker, count: number) {
  await client.pauseQueues();
  await client.createTasks(count, () => plainTask(worker));
  const allCame = worker.arrivals(count);
  const start = performance.now();
  await Promise.all([client.resumeQueues(), allCame]);
  return count / ((performance.now() - start) / 1000);
}
