import { randomInt } from "node:crypto";
import type { Timer } from "../time/clock.ts";
import type { Form } from "../data/store.ts";
import { createQueueState, setLimits, type QueueState } from "./queueCore.ts";
import { limitsOf, type QueueSettings } from "./queueSettings.ts";
import { parseQueueName } from "../api/resourceNames.ts";

/** A queue: its settings as its callers set them, and its state as they make it. */
export interface Queue {
  readonly name: string;
  readonly id: string;
  readonly project: string;
  /** What sets it apart from any other, of the same name too. */
  readonly number: number;
  settings: QueueSettings;
  readonly state: QueueState;
  purgeTime: number | undefined;
  /** Calls do not find it before this time. */
  readyTime: number;
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
  return {
    name,
    id,
    project,
    number: randomInt(2 ** 47),
    settings,
    state,
    purgeTime: undefined,
    readyTime: now,
    wake: undefined,
  };
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

/** How a queue is kept, without its tasks. */
export function queueForm(defaultTombstoneMs: number, now: number): Form<Queue> {
  return {
    write: ({ name, number, settings, state, purgeTime, readyTime }) => ({
      ...{ name, number, settings, purgeTime, readyTime },
      paused: state.paused,
    }),
    read(json) {
      // It is what `write` returned.
      const { name, settings, paused, ...kept } = json as unknown as KeptQueue;
      const queue = createQueue(name, settings, defaultTombstoneMs, now);
      queue.state.paused = paused;
      return { ...queue, ...kept };
    },
  };
}

interface KeptQueue extends Pick<Queue, "name" | "number" | "settings" | "readyTime"> {
  readonly paused: boolean;
  readonly purgeTime?: number;
}
