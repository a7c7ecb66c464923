import type { CountingWorker } from "./countingWorker.ts";
import type { QueueCloud } from "./queueCloud.ts";

/** What is sent over and over, of 200 bytes. */
export const BODY = Buffer.alloc(200, "{} ").toString("base64");

/** A task that asks for nothing but to be delivered to a worker. */
export function plainTask({ url }: Pick<CountingWorker, "url">): object {
  return { httpRequest: { url, headers: { "content-type": "application/json" }, body: BODY } };
}

/**
 * Schedules tasks at an even rate, from `leadMs` on. Returns by how many milliseconds each came late to the
 * worker. Throws where they could not be created in that time.
 */
export async function scheduledArrivals(
  { client }: QueueCloud,
  worker: CountingWorker,
  { count, perSecond, leadMs }: { count: number; perSecond: number; leadMs: number },
): Promise<readonly number[]> {
  const first = Date.now() + leadMs;
  const arrivals = worker.arrivals(count);
  await client.createTasks(count, (n) => ({
    ...plainTask(worker),
    scheduleTime: new Date(first + (n * 1000) / perSecond).toISOString(),
  }));
  if (Date.now() > first) throw new Error(`${count} tasks were not created in ${leadMs} ms.`);
  return (await arrivals).lateMs;
}
