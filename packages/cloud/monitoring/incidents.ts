import { randomUUID } from "node:crypto";
import { keepNewest } from "../data/keepNewest.ts";
import type { CloudEvents, Events } from "../api/events.ts";
import type { Message } from "../api/protoJson.ts";
import { textOf } from "../data/storedMethods.ts";
import type { Clock, Timer } from "../time/clock.ts";
import type { Labels } from "./timeSeries.ts";

export type Incident = CloudEvents["alertOpened"];

/** One that is over, or is not yet. */
export interface Remembered {
  readonly id: string;
  readonly incident: Incident;
  /** In milliseconds; `undefined` while it is open. */
  closeTime: number | undefined;
}

/** Google has at most so many open ones of a policy. */
const MAX_OPEN = 1000;

/** How many are remembered, over or not. */
const MAX_REMEMBERED = 1000;

interface Open extends Remembered {
  /** When it was last seen to be so. */
  lastSeen: number;
  timer?: Timer;
}

/** What somebody would have been told of, and that is not over. Each has a key within its policy. */
export class Incidents {
  readonly #clock: Clock;
  readonly #events: Events;
  readonly #open = new Map<string, Map<string, Open>>();
  readonly #remembered = new Map<string, Remembered>();

  constructor({ clock, events }: { readonly clock: Clock; readonly events: Events }) {
    this.#clock = clock;
    this.#events = events;
  }

  /**
   * Opens one, unless it is open.
   *
   * @param closeAfterMs how long it is open unless it is opened again; without, until it is closed
   */
  open(policy: Message, key: string, labels: Labels, closeAfterMs?: number): void {
    const name = textOf(policy, "name");
    const now = this.#clock.now();
    const open = this.#open.get(name) ?? new Map<string, Open>();
    const before = open.get(key);
    if (before) before.lastSeen = now;
    if (before || open.size >= MAX_OPEN) return;
    const incident = {
      policy: name,
      displayName: textOf(policy, "displayName"),
      severity: textOf(policy, "severity"),
      labels,
      openTime: now,
    };
    const opened: Open = { id: randomUUID(), incident, closeTime: undefined, lastSeen: now };
    this.#open.set(name, open.set(key, opened));
    this.#remembered.set(opened.id, opened);
    keepNewest(this.#remembered, MAX_REMEMBERED);
    if (closeAfterMs !== undefined) this.#closeLater(key, opened, closeAfterMs);
    this.#events.emit("alertOpened", incident);
  }

  /** Closes one, where it is open. */
  close(policy: string, key: string): void {
    const open = this.#open.get(policy);
    const closed = open?.get(key);
    if (!open || !closed) return;
    closed.timer?.cancel();
    closed.closeTime = this.#clock.now();
    open.delete(key);
    if (open.size === 0) this.#open.delete(policy);
    this.#events.emit("alertClosed", closed.incident);
  }

  /** Closes all of a policy. */
  closeAll(policy: string): void {
    for (const key of [...(this.#open.get(policy)?.keys() ?? [])]) this.close(policy, key);
  }

  /** The newest, over or not, the newest first. */
  remembered(): Remembered[] {
    return [...this.#remembered.values()].reverse();
  }

  /** Those that are open, the oldest first. */
  all(): Incident[] {
    return [...this.#open.values()]
      .flatMap((open) => Array.from(open.values(), ({ incident }) => incident))
      .sort((a, b) => a.openTime - b.openTime);
  }

  stop(): void {
    for (const open of this.#open.values()) {
      for (const { timer } of open.values()) timer?.cancel();
    }
  }

  #closeLater(key: string, open: Open, closeAfterMs: number): void {
    const due = open.lastSeen + closeAfterMs;
    open.timer = this.#clock.at(due, () => {
      if (open.lastSeen + closeAfterMs > due) this.#closeLater(key, open, closeAfterMs);
      else this.close(open.incident.policy, key);
    });
  }
}
