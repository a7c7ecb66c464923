import type { Arrival } from "./demands.ts";
import { DemandTree } from "./demandTree.ts";
import type { EntryMatch, Labels } from "./entryMatch.ts";
import type { LogEntry } from "./logEntry.ts";

/** Is told of an entry that matches, and what is taken out of it. */
export type Tell = (labels: Labels, entry: LogEntry) => void;

interface Watch {
  /** In the order in which they were added. */
  readonly sequence: number;
  readonly match: EntryMatch;
  readonly tell: Tell;
}

/** Tells of entries, as they come, whoever waits for those that match. One is tried where it can match only. */
export class EntryWatches {
  readonly #tree = new DemandTree<Watch>();
  #sequence = 0;

  /** Tells of all that match from now on. Returns what ends that. */
  add(match: EntryMatch, tell: Tell): () => void {
    const watch: Watch = { sequence: this.#sequence++, match, tell };
    this.#tree.add(watch, match.demands);
    return () => {
      this.#tree.delete(watch);
    };
  }

  tell(arrival: Arrival): void {
    const found = this.#tree.find(arrival);
    if (found.size === 0) return;
    for (const { match, tell } of [...found].sort((a, b) => a.sequence - b.sequence)) {
      const labels = match.labelsOf(arrival.entry);
      if (labels !== undefined) tell(labels, arrival.entry);
    }
  }
}
