import { EVENT_NAMES, type CloudEvents, type EventName, type Events } from "../api/events.ts";

/** An event as it is remembered. */
export interface LoggedEvent {
  /** 1 for the first; no number is left out. */
  readonly number: number;
  readonly name: EventName;
  /** The event and its `time` in the cloud, as JSON. */
  readonly json: string;
  /** Whether it is told of each task, and so happens all the time. */
  readonly isCommon: boolean;
}

export interface EventLogLimits {
  readonly events: number;
  /** Characters of what is remembered, as far as a glance can tell. */
  readonly size: number;
}

export const EVENT_LOG_LIMITS: EventLogLimits = { events: 10_000, size: 4 * 2 ** 20 };

/** The latest events of the local cloud, numbered. They become JSON when somebody asks for them. */
export class EventLog {
  readonly #limits: EventLogLimits;
  /** A ring: the event of number `n` is at `n % limits.events`. */
  readonly #ring: (Remembered | undefined)[] = [];
  #last = 0;
  #first = 1;
  #size = 0;
  readonly #listeners = new Set<() => void>();

  constructor(events: Events, now: () => number, limits = EVENT_LOG_LIMITS) {
    this.#limits = limits;
    for (const name of EVENT_NAMES) {
      events.on(name, (event) => {
        this.#add(name, now(), event);
      });
    }
  }

  /** The number of the latest event; 0 before any. */
  get last(): number {
    return this.#last;
  }

  /** The number of the oldest that is remembered. */
  get first(): number {
    return this.#first;
  }

  /**
   * Those after a number, the oldest first, up to so many characters of JSON, but one at least. Of what happens all the
   * time, none before `commonFrom`.
   */
  after(number: number, size: number, commonFrom = 0): LoggedEvent[] {
    const found: LoggedEvent[] = [];
    let taken = 0;
    for (let n = Math.max(number + 1, this.#first); n <= this.#last && taken < size; n += 1) {
      const one = this.#at(n);
      if (!one) break;
      const isOfMany = isCommon(one);
      if (n < commonFrom && isOfMany) continue;
      const json = (one.json ??= jsonOf(one));
      taken += json.length;
      found.push({ number: n, name: one.name, json, isCommon: isOfMany });
    }
    return found;
  }

  /** From which number on there are so many, at the most, of what happens all the time. */
  commonFrom(number: number, most: number): number {
    let left = most;
    for (let n = this.#last; n > number && n >= this.#first; n -= 1) {
      const one = this.#at(n);
      if (one && isCommon(one)) left -= 1;
      if (left < 0) return n + 1;
    }
    return 0;
  }

  /** Calls `listener` after each event. Returns what ends it. */
  onEvent(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  #at(number: number): Remembered | undefined {
    return this.#ring[number % this.#limits.events];
  }

  #add(name: EventName, time: number, event: CloudEvents[EventName]): void {
    this.#last += 1;
    const size = sizeOf(event);
    if (this.#last - this.#first >= this.#limits.events) this.#forget();
    this.#size += size;
    this.#ring[this.#last % this.#limits.events] = { name, time, event, size, json: undefined };
    while (this.#size > this.#limits.size && this.#first < this.#last) this.#forget();
    for (const listener of this.#listeners) listener();
  }

  #forget(): void {
    const place = this.#first % this.#limits.events;
    this.#size -= this.#ring[place]?.size ?? 0;
    this.#ring[place] = undefined;
    this.#first += 1;
  }
}

interface Remembered {
  readonly name: EventName;
  readonly time: number;
  readonly event: CloudEvents[EventName];
  readonly size: number;
  json: string | undefined;
}

/** What is told of each task. Of dead letters and of all else there are few. */
const COMMON: ReadonlySet<EventName> = new Set<EventName>([
  "taskCreated",
  "deliveryFinished",
  "taskDeleted",
  "containerLog",
]);

function isCommon({ name, event }: Remembered): boolean {
  if (!COMMON.has(name)) return false;
  const isDeadLetter = "headers" in event && "Dead-Letter-Task-Id" in event.headers;
  return !isDeadLetter && !("end" in event && event.end === "dropped");
}

/** An event has fields of its own, always, and no time. */
function jsonOf({ time, event }: Remembered): string {
  return `{"time":${time},${JSON.stringify(event).slice(1)}`;
}

/** What numbers and the names of fields come to. */
const REST = 150;

function sizeOf(event: CloudEvents[EventName]): number {
  let size = REST;
  for (const value of Object.values(event) as unknown[]) {
    if (typeof value === "string") size += value.length;
    else if (typeof value === "object" && value !== null) {
      for (const [key, text] of Object.entries(value)) {
        size += key.length + (typeof text === "string" ? text.length : 0);
      }
    }
  }
  return size;
}
