import { startLocalCloud } from "@background-tasks/cloud/startLocalCloud.ts";
import { VirtualClock } from "@background-tasks/cloud/time/virtualClock.ts";
import type { Result } from "../figure.ts";
import { createQueueClient } from "../queueClient.ts";

const RUNS = 3;
const TASKS = 1000;
const JOBS = 10;
const WEEK_S = 7 * 86_400;
/** What Cloud Tasks tries by default, and the minutes of a week. */
const REQUESTS = TASKS * 100 + (JOBS * WEEK_S) / 60;

/** How long a week of the virtual clock takes, with tasks that fail to their end and jobs that run each minute. */
export async function measureVirtualWeek(): Promise<Result[]> {
  const runs: number[] = [];
  const timerRuns: number[] = [];
  for (let n = 0; n < RUNS; n += 1) {
    runs.push(await week());
    timerRuns.push(await bareTimers(REQUESTS, WEEK_S * 1000));
  }
  return [
    {
      figure: `local cloud: a virtual week of ${REQUESTS.toLocaleString("en")} requests`,
      unit: "s",
      runs,
      baseline: { name: "as many bare timers of the clock", runs: timerRuns },
      target: { of: "figure", atMost: 3 },
    },
  ];
}

async function week(): Promise<number> {
  let failed = 0;
  let ticks = 0;
  await using cloud = await startLocalCloud({
    clock: "virtual",
    startTime: new Date("2026-11-23T00:00:30Z"),
    hosts: {
      "worker.example": () => {
        failed += 1;
        return 500;
      },
      "clock.example": () => {
        ticks += 1;
        return 204;
      },
    },
  });
  const queue = `${cloud.location}/queues/failing`;
  await using client = createQueueClient(cloud.endpoint, [queue]);
  await client.post(`v2/${cloud.location}/queues`, { name: queue });
  await client.createTasks(TASKS, () => ({ httpRequest: { url: "https://worker.example/" } }));
  for (let n = 0; n < JOBS; n += 1) {
    await client.post(`v1/${cloud.location}/jobs`, {
      schedule: "* * * * *",
      timeZone: "Europe/Berlin",
      httpTarget: { uri: "https://clock.example/" },
    });
  }

  const start = performance.now();
  await cloud.advance(`${WEEK_S}s`);
  const seconds = (performance.now() - start) / 1000;
  if (failed + ticks !== REQUESTS) {
    throw new Error(`There were ${failed} deliveries and ${ticks} runs, not ${REQUESTS} together.`);
  }
  return seconds;
}

/** How many seconds a virtual clock takes to run so many timers, evenly over a time, that do nothing. */
async function bareTimers(count: number, spanMs: number): Promise<number> {
  const clock = new VirtualClock(0);
  let run = 0;
  const next = (): void => {
    run += 1;
    if (run < count) clock.at((run * spanMs) / count, next);
  };
  clock.at(0, next);
  const start = performance.now();
  await clock.advance(spanMs);
  return (performance.now() - start) / 1000;
}
