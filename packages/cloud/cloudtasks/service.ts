import type { Authority } from "../api/authority.ts";
import type { Clock } from "../time/clock.ts";
import type { Events } from "../api/events.ts";
import { consumerInvalid } from "../api/consumer.ts";
import type { Call } from "../api/method.ts";
import type { Dispatcher } from "./dispatcher.ts";
import type { QueueTable } from "./queueTable.ts";
import type { TaskLog } from "./taskLog.ts";

/** What the methods of Cloud Tasks work on. */
export interface Service {
  readonly project: string;
  readonly region: string;
  readonly clock: Clock;
  readonly events: Events;
  readonly authority: Authority;
  readonly queues: QueueTable;
  readonly dispatcher: Dispatcher;
  readonly log: TaskLog;
  readonly taskTombstoneMs: number;
  /** How long after PurgeQueue the tasks that are created are purged too. */
  readonly purgeWindowMs: () => number;
  /** The next number in the order of creation. */
  readonly nextSequence: () => number;
  readonly random: () => number;
  /** Told the full name of a queue that was deleted. */
  readonly onDelete?: (queue: string) => void;
}

/** Throws PERMISSION_DENIED for a project that is not this cloud's (google-cloud.md 1.8). */
export function requireProject({ params }: Call, project: string): void {
  const asked = params["project"] ?? "";
  if (asked === project) return;
  throw consumerInvalid(asked, "cloudtasks.googleapis.com");
}
