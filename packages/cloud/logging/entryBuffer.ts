/** What the buffer holds of an entry. */
export interface Buffered {
  readonly bytes: number;
}

/** How much is kept. */
export interface BufferLimits {
  readonly entries: number;
  readonly bytes: number;
}

/** The newest entries, in the order in which they came: as many as its limits let it keep. */
export class EntryBuffer<T extends Buffered> {
  readonly #limits: BufferLimits;
  #entries: (T | undefined)[] = [];
  /** The oldest that is kept. Those before it are given up, and taken out of the array from time to time. */
  #first = 0;
  #bytes = 0;

  constructor(limits: BufferLimits) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#entries.length - this.#first;
  }

  add(entry: T): void {
    this.#entries.push(entry);
    this.#bytes += entry.bytes;
    while (this.size > this.#limits.entries || this.#bytes > this.#limits.bytes) this.#dropOldest();
    if (this.#first > this.#limits.entries) this.#compact();
  }

  *[Symbol.iterator](): Generator<T> {
    for (let i = this.#first; i < this.#entries.length; i++) {
      const entry = this.#entries[i];
      if (entry !== undefined) yield entry;
    }
  }

  /** Gives up all but those that are to be kept. */
  keep(isKept: (entry: T) => boolean): void {
    const kept = [...this].filter(isKept);
    this.#entries = kept;
    this.#first = 0;
    this.#bytes = kept.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  #dropOldest(): void {
    this.#bytes -= this.#entries[this.#first]?.bytes ?? 0;
    // What is given up must not be held until the array is made anew.
    this.#entries[this.#first] = undefined;
    this.#first++;
  }

  #compact(): void {
    this.#entries = this.#entries.slice(this.#first);
    this.#first = 0;
  }
}
