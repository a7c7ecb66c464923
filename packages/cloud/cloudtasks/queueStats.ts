import type { Call } from "../api/method.ts";
import { partialResponse } from "../api/partialResponse.ts";
import type { ApiVersion } from "./apiVersion.ts";
import { msToTimestamp } from "../api/protoTime.ts";
import type { Queue } from "./queue.ts";
import { renderQueue } from "./queueResource.ts";
import { parseMask } from "../api/updateMask.ts";

/**
 * A queue as a read of it shows it. In v2beta3 a `readMask` asks for some of it only, and for its `stats`,
 * which are shown to nobody else.
 */
export function readQueue(queue: Queue, version: ApiVersion, call: Call, now: number): object {
  const text = version.isBeta ? call.query.get("readMask") : null;
  if (text === null || text === "") return renderQueue(queue, version);
  const all = wholeQueue(queue, version, now);
  if (text === "*") return all;
  const paths = parseMask(text, version.queueMessage) ?? [];
  return partialResponse(all, paths.map((path) => path.join(".")).join());
}

/** A queue with all that a version has of it. */
export function wholeQueue(queue: Queue, version: ApiVersion, now: number): object {
  const shown = renderQueue(queue, version);
  return version.isBeta ? { ...shown, stats: statsOf(queue, now) } : shown;
}

/** https://cloud.google.com/tasks/docs/reference/rest/v2beta3/projects.locations.queues#QueueStats */
function statsOf({ state }: Queue, now: number): object {
  const { tasks, due, answers, running, limits } = state;
  const next = due.peek();
  return {
    tasksCount: String(tasks.size),
    ...(next && { oldestEstimatedArrivalTime: msToTimestamp(next.dueTime) }),
    executedLastMinuteCount: String(answers.at(now)),
    concurrentDispatchesCount: String(running),
    effectiveExecutionRate: limits.ratePerSecond,
  };
}
