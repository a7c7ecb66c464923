import type { CloudTasks, TaskProgress } from "../../../tasks/client/cloudTasks.ts";
import type { DeployedQueue } from "../../../tasks/contract/environment.ts";
import { pingTask } from "../../../tasks/contract/ping.ts";
import { diagnose, diagnoseRefusal, type Diagnosis } from "./diagnosePing.ts";

/** What became of a ping. */
export interface Ping {
  readonly hasArrived: boolean;
  /** Deliveries, of which some may have gone unseen. */
  readonly deliveries: number;
  /** 0 where it was not sent. */
  readonly ms: number;
  /** Why it has not arrived. */
  readonly diagnosis?: Diagnosis;
}

export interface PingSettings {
  readonly api: CloudTasks;
  readonly timeoutMs: number;
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  readonly randomHex: (bytes: number) => string;
}

const POLL_MS = 500;
/** For one look at a ping, or for taking it back. */
const CALL_MS = 10_000;

/** Enqueues a ping and waits until the worker has done it. One that does not arrive in time is deleted. */
export async function pingQueue(queue: DeployedQueue, settings: PingSettings): Promise<Ping> {
  const { api, timeoutMs, now, sleep, randomHex } = settings;
  const start = now();
  const task = pingTask(queue, randomHex(16));
  /** The last delivery that was answered; where none was, the last. */
  let seen: TaskProgress = { dispatchCount: 0 };
  try {
    await api.createTask(queue.name, task, { withinMs: timeoutMs });
  } catch (error) {
    return failed(diagnoseRefusal(error));
  }
  let diagnosis: Diagnosis;
  try {
    for (;;) {
      const progress = await api.getTask(task.name, { withinMs: CALL_MS });
      if (!progress) return arrived();
      if (isAnswered(progress) || !isAnswered(seen)) seen = progress;
      if (now() - start >= timeoutMs || isNearItsEnd(seen, queue)) break;
      await sleep(POLL_MS);
    }
    diagnosis = diagnose(seen.lastAttempt);
  } catch (error) {
    diagnosis = diagnoseRefusal(error);
  }
  // What stays would be delivered after all, or end as a dead letter. That it stays is told in any case.
  await api.deleteTask(task.name, { withinMs: CALL_MS }).catch(() => undefined);
  return failed(diagnosis);

  function arrived(): Ping {
    const deliveries = isAnswered(seen) ? seen.dispatchCount + 1 : seen.dispatchCount || 1;
    return { hasArrived: true, deliveries, ms: now() - start };
  }

  function failed(why: Diagnosis): Ping {
    return {
      hasArrived: false,
      deliveries: seen.dispatchCount,
      ms: now() - start,
      diagnosis: why,
    };
  }
}

function isAnswered({ lastAttempt }: TaskProgress): boolean {
  return lastAttempt?.responseTime !== undefined;
}

/** Deliveries that there may be between two looks. */
const MARGIN = 6;

/**
 * Whether a worker that does not know pings may soon make a dead letter of one: that it is gone would then
 * not say that it has arrived. Cloud Tasks gives none up.
 */
function isNearItsEnd(
  { dispatchCount, lastAttempt }: TaskProgress,
  { maxAttempts }: DeployedQueue,
): boolean {
  return diagnose(lastAttempt).status === "422" && dispatchCount >= maxAttempts - MARGIN;
}
