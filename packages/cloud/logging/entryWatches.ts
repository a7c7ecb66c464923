import type { Clock, Timer } from "../time/clock.ts";
import { DemandTree } from "./demandTree.ts";
import type { Arrival } from "./demands.ts";
import type { EntryMatch, Labels } from "./entryMatch.ts";

/** An entry that was written. */
export interface Written extends Arrival {
  /** When it came, in milliseconds since the epoch. */
  readonly time: number;
  /** Whether it is kept, and not left out by an exclusion. */
  readonly isKept: boolean;
}

/** Is told of an entry that matches, and what is taken out of it. */
export type Tell = (labels: Labels, written: Written) => void;

/** How many entries are told of together, and for how many milliseconds the first of them waits for the others. */
export interface Batch {
  readonly entries: number;
  readonly ms: number;
}

interface Watch {
  /** In the order in which they were added. */
  readonly sequence: number;
  readonly match: EntryMatch;
  readonly tell: Tell;
}

/**
 * Tells of entries, in the order of their coming, whoever waited for those that match when they came. One is tried
 * where it can match only. It takes half the time to tell of many together: the processor then has at hand what it
 * takes.
 */
export class EntryWatches {
  readonly #clock: Clock;
  readonly #batch: Batch | undefined;
  readonly #tree = new DemandTree<Watch>();
  #sequence = 0;
  #waiting: Written[] = [];
  #timer: Timer | undefined;

  /** @param batch `undefined` to tell of each entry at once */
  constructor(clock: Clock, batch: Batch | undefined) {
    this.#clock = clock;
    this.#batch = batch;
  }

  /** Tells of all that match from now on. Returns what ends that. */
  add(match: EntryMatch, tell: Tell): () => void {
    this.catchUp();
    const watch: Watch = { sequence: this.#sequence++, match, tell };
    this.#tree.add(watch, match.demands);
    return () => {
      this.catchUp();
      this.#tree.delete(watch);
    };
  }

  tell(written: Written): void {
    if (!this.#batch) {
      this.#tell(written);
      return;
    }
    this.#waiting.push(written);
    if (this.#waiting.length >= this.#batch.entries) this.catchUp();
    else
      this.#timer ??= this.#clock.at(this.#clock.now() + this.#batch.ms, () => {
        this.catchUp();
      });
  }

  /** Tells now of all that has come. */
  catchUp(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    const waiting = this.#waiting;
    if (waiting.length === 0) return;
    this.#waiting = [];
    for (const written of waiting) this.#tell(written);
  }

  /** What goes wrong with one is no failure of the entry, nor of the others that are told. */
  #tell(written: Written): void {
    for (const { match, tell } of guarded(() => this.#found(written)) ?? []) {
      guarded(() => {
        const labels = match.labelsOf(written.entry);
        if (labels !== undefined) tell(labels, written);
      });
    }
  }

  #found(written: Written): readonly Watch[] {
    const found = this.#tree.find(written);
    return found.length < 2 ? found : found.toSorted((a, b) => a.sequence - b.sequence);
  }
}

function guarded<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    process.emitWarning(error instanceof Error ? error : String(error));
    return undefined;
  }
}
