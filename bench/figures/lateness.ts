import { z } from "zod";
import { taskHeaders, taskResource } from "../../tasks/contract/taskRequest.ts";
import { percentile, type Result } from "../figure.ts";
import { lateTimers } from "../lateTimers.ts";
import { startNoopStack, type NoopStack } from "../noopStack.ts";

const RATE = 200;
const TASKS = 1000;
const WARM_UP_TASKS = 200;
const RUNS = 3;
/** What creating the tasks may take. */
const LEAD_MS = 1500;
const TIMEOUT_MS = 20_000;
const PAYLOAD = JSON.stringify({
  recipients: ["ada@example.com"],
  timeZone: "UTC",
  dayStartsAt: "06:00",
});

/** How late scheduled tasks reach their handler, through the front door. */
export async function measureLateness(): Promise<Result[]> {
  await using stack = await startNoopStack();
  const runs: number[] = [];
  const timerRuns: number[] = [];
  await arrivals(stack, WARM_UP_TASKS);
  for (let n = 0; n < RUNS; n += 1) {
    runs.push(percentile(await arrivals(stack, TASKS), 0.99));
    timerRuns.push(percentile(await lateTimers(TASKS / 2, RATE), 0.99));
  }
  return [
    {
      figure: `local cloud: lateness at ${RATE}/s at the handler, p99`,
      unit: "ms",
      runs,
      baseline: { name: "bare timers", runs: timerRuns },
      target: { of: "figure", atMost: 15 },
    },
  ];
}

const arrivalSchema = z.object({ lateMs: z.number() });

/** Schedules tasks at an even rate. Returns by how many milliseconds each was late when its handler ran. */
async function arrivals(stack: NoopStack, count: number): Promise<number[]> {
  const first = Math.ceil(Date.now()) + LEAD_MS;
  const late: number[] = [];
  let forget = (): void => undefined;
  const all = new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new Error(`Of ${count} tasks, ${late.length} arrived in ${TIMEOUT_MS / 1000} s.`));
    }, TIMEOUT_MS);
    const off = stack.events.on("containerLog", ({ line }) => {
      const arrival = arrivalSchema.safeParse(JSON.parse(line)).data;
      if (arrival) late.push(arrival.lateMs);
      if (late.length === count) resolve();
    });
    forget = () => {
      clearTimeout(timer);
      off();
    };
  });
  try {
    await stack.client.createTasks(count, (n) => scheduled(first + (n * 1000) / RATE));
    if (Date.now() > first) throw new Error(`${count} tasks were not created in ${LEAD_MS} ms.`);
    await all;
    return late;
  } finally {
    forget();
  }
}

function scheduled(time: number) {
  return taskResource("send-digest", PAYLOAD, {
    dispatchDeadline: "60s",
    scheduleTime: new Date(time),
    // The handler tells its lateness by it.
    headers: { [taskHeaders.idempotencyKey]: String(time) },
  });
}
