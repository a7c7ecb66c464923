import type { LogFields, LogRecord } from "../api/logs.ts";
import { msToTimestamp } from "../api/protoTime.ts";
import type { Clock } from "../time/clock.ts";
import { keepNewest } from "../data/keepNewest.ts";
import type { Arrival } from "./demands.ts";
import { EntryBuffer, type BufferLimits } from "./entryBuffer.ts";
import type { Written } from "./entryWatches.ts";
import { logNameOf, type LogEntry } from "./logEntry.ts";

/** An entry that is kept, and made each time that it is read: most never are. */
export interface KeptEntry {
  readonly bytes: number;
  /** In the order of their coming. */
  readonly sequence: number;
  readonly logName: string;
  made(): LogEntry;
}

export interface LogBookOptions {
  readonly project: string;
  readonly clock: Clock;
  /** Whether an entry is left out. */
  readonly excludes: (arrival: Arrival) => boolean;
  /** Told of every entry. */
  readonly onEntry: (written: Written) => void;
  readonly limits?: BufferLimits;
}

/** Enough for a day at a desk, and little beside what containers take. */
const LIMITS: BufferLimits = { entries: 50_000, bytes: 32 * 1024 * 1024 };

/** About what an entry takes beside its content. */
const OVERHEAD_BYTES = 200;

/** How many logs' names are remembered: services have half a dozen logs. */
const MAX_NAMES = 100;

/** The newest entries of all logs of a project. They are kept in memory, whatever else is kept. */
export class LogBook {
  readonly #options: LogBookOptions;
  readonly #entries: EntryBuffer<KeptEntry>;
  /** The full names of logs, by their ids. */
  readonly #names = new Map<string, string>();
  #sequence = 0;

  constructor(options: LogBookOptions) {
    this.#options = options;
    this.#entries = new EntryBuffer(options.limits ?? LIMITS);
  }

  write({ log, bytes, fields }: LogRecord): void {
    const { clock, excludes, onEntry } = this.#options;
    const time = clock.now();
    const kept = new Kept(
      bytes + OVERHEAD_BYTES,
      this.#sequence++,
      this.#nameOf(log),
      fields,
      time,
    );
    const arrived = new Arrived(log, kept, time);
    if (excludes(arrived)) arrived.isKept = false;
    else this.#entries.add(kept);
    onEntry(arrived);
  }

  [Symbol.iterator](): Iterator<KeptEntry> {
    return this.#entries[Symbol.iterator]();
  }

  /** Forgets a log. Returns whether there was one. */
  delete(logName: string): boolean {
    const before = this.#entries.size;
    this.#entries.keep((one) => one.logName !== logName);
    return this.#entries.size < before;
  }

  #nameOf(log: string): string {
    let name = this.#names.get(log);
    if (name === undefined) {
      name = logNameOf(this.#options.project, log);
      this.#names.set(log, name);
      keepNewest(this.#names, MAX_NAMES);
    }
    return name;
  }
}

class Kept implements KeptEntry {
  readonly bytes: number;
  readonly sequence: number;
  readonly logName: string;
  readonly #fields: () => LogFields;
  readonly #now: number;

  constructor(
    bytes: number,
    sequence: number,
    logName: string,
    fields: () => LogFields,
    now: number,
  ) {
    this.bytes = bytes;
    this.sequence = sequence;
    this.logName = logName;
    this.#fields = fields;
    this.#now = now;
  }

  made(): LogEntry {
    const fields = this.#fields();
    const receiveTimestamp = msToTimestamp(this.#now);
    return {
      ...fields,
      // Of one time, entries are in the order of these.
      insertId: fields.insertId ?? this.sequence.toString(36).padStart(12, "0"),
      logName: this.logName,
      timestamp: fields.timestamp ?? receiveTimestamp,
      receiveTimestamp,
    };
  }
}

/** An entry on its arrival, which is made once for all who ask for it then. */
class Arrived implements Written {
  readonly log: string;
  readonly time: number;
  isKept = true;
  readonly #kept: Kept;
  #entry: LogEntry | undefined;

  constructor(log: string, kept: Kept, time: number) {
    this.log = log;
    this.time = time;
    this.#kept = kept;
  }

  get entry(): LogEntry {
    return (this.#entry ??= this.#kept.made());
  }
}
