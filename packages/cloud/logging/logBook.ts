import type { LogFields, LogRecord } from "../api/logs.ts";
import { msToTimestamp } from "../api/protoTime.ts";
import type { Clock } from "../time/clock.ts";
import { EntryBuffer, type BufferLimits } from "./entryBuffer.ts";
import { logNameOf, type LogEntry } from "./logEntry.ts";

/** An entry that is kept, and made each time that it is read. */
export interface KeptEntry {
  readonly bytes: number;
  /** In the order of their coming. */
  readonly sequence: number;
  readonly logName: string;
  readonly entry: () => LogEntry;
}

export interface LogBookOptions {
  readonly project: string;
  readonly clock: Clock;
  /** Told of every entry, which is made once it is asked for. */
  readonly onEntry: (entry: () => LogEntry) => void;
  readonly limits?: BufferLimits;
}

/** Enough for a day at a desk, and little beside what containers take. */
const LIMITS: BufferLimits = { entries: 50_000, bytes: 32 * 1024 * 1024 };

/** About what an entry takes beside its content. */
const OVERHEAD_BYTES = 200;

/** The newest entries of all logs of a project. They are kept in memory, whatever else is kept. */
export class LogBook {
  readonly #options: LogBookOptions;
  readonly #entries: EntryBuffer<KeptEntry>;
  #sequence = 0;

  constructor(options: LogBookOptions) {
    this.#options = options;
    this.#entries = new EntryBuffer(options.limits ?? LIMITS);
  }

  write({ log, bytes, fields }: LogRecord): void {
    const { project, clock, onEntry } = this.#options;
    const now = clock.now();
    const sequence = this.#sequence++;
    const logName = logNameOf(project, log);
    const kept: KeptEntry = {
      bytes: bytes + OVERHEAD_BYTES,
      sequence,
      logName,
      entry: () => complete(fields(), { logName, sequence, now }),
    };
    this.#entries.add(kept);
    onEntry(once(kept.entry));
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
}

function complete(
  fields: LogFields,
  kept: {
    readonly logName: string;
    readonly sequence: number;
    readonly now: number;
  },
): LogEntry {
  const { logName, sequence, now } = kept;
  const receiveTimestamp = msToTimestamp(now);
  return {
    ...fields,
    // Of one time, entries are in the order of these.
    insertId: fields.insertId ?? sequence.toString(36).padStart(12, "0"),
    logName,
    timestamp: fields.timestamp ?? receiveTimestamp,
    receiveTimestamp,
  };
}

function once(make: () => LogEntry): () => LogEntry {
  let made: LogEntry | undefined;
  return () => (made ??= make());
}
