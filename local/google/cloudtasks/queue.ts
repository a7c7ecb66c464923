import type { Timer } from "../clock.ts";
import { createQueueState, setLimits, type QueueState } from "./queueCore.ts";
import { limitsOf, type QueueSettings } from "./queueResource.ts";
import { parseQueueName } from "./resourceNames.ts";

/** A queue: its settings as its callers set them, and its state as they make it. */
export interface Queue {
  readonly name: string;
  readonly id: string;
  readonly project: string;
  settings: QueueSettings;
  readonly state: QueueState;
  purgeTime: number | undefined;
  /** Set for the next time that something is to be done. */
  wake: { readonly time: number; readonly timer: Timer } | undefined;
}

/** A running queue. Throws INVALID_ARGUMENT for a name or settings that Google would refuse. */
export function createQueue(
  name: string,
  settings: QueueSettings,
  defaultTombstoneMs: number,
  now: number,
): Queue {
  const { project, id } = parseQueueName(name);
  const state = createQueueState(limitsOf(settings, defaultTombstoneMs), now);
  return { name, id, project, settings, state, purgeTime: undefined, wake: undefined };
}

/** Puts other settings in force. */
export function configureQueue(
  queue: Queue,
  settings: QueueSettings,
  defaultTombstoneMs: number,
  now: number,
): void {
  const limits = limitsOf(settings, defaultTombstoneMs);
  queue.settings = settings;
  setLimits(queue.state, limits, now);
}
