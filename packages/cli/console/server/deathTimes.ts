import type { DeadLetter } from "../../operate/deadLetters/deadLetter.ts";
import { keyOf, type GroupBy } from "../../operate/deadLetters/groups.ts";

/** When the dead letters of each group ended: how many in each of so many equal spans, which are the same of all groups. */
export interface DeathTimes {
  /** When the first span begins, and how long each is, in milliseconds. */
  readonly from: number;
  readonly spanMs: number;
  /** By the keys of the groups, the earliest span first. */
  readonly counts: Readonly<Record<string, readonly number[]>>;
}

/** Spans from the first that ended to the last; there are at least half as many, but where all ended within seconds. */
const MOST_SPANS = 48;

/** Counts when dead letters ended, a page at a time: what is kept grows with the groups alone. */
export class DeathCounts {
  readonly #by: GroupBy;
  readonly #groups = new Map<string, Map<number, number>>();
  /** Spans are counted from 1970 on. */
  #spanMs = 1000;
  #first = Infinity;
  #last = -Infinity;

  constructor(by: GroupBy) {
    this.#by = by;
  }

  add(letters: readonly DeadLetter[]): void {
    for (const letter of letters) {
      const span = Math.floor(letter.time / this.#spanMs);
      this.#first = Math.min(this.#first, span);
      this.#last = Math.max(this.#last, span);
      while (this.#last - this.#first >= MOST_SPANS) this.#widen();
      const key = keyOf(letter, this.#by);
      const counts = this.#groups.get(key) ?? new Map<number, number>();
      this.#groups.set(key, counts);
      count(counts, Math.floor(letter.time / this.#spanMs), 1);
    }
  }

  get times(): DeathTimes {
    const spans = this.#groups.size === 0 ? 0 : this.#last - this.#first + 1;
    const counts = [...this.#groups].map(([key, own]) => [
      key,
      Array.from({ length: spans }, (_, i) => own.get(this.#first + i) ?? 0),
    ]);
    const from = spans === 0 ? 0 : this.#first * this.#spanMs;
    return {
      ...{ from, spanMs: this.#spanMs },
      counts: Object.fromEntries(counts) as DeathTimes["counts"],
    };
  }

  /** Makes one span of each two. */
  #widen(): void {
    this.#spanMs *= 2;
    this.#first = Math.floor(this.#first / 2);
    this.#last = Math.floor(this.#last / 2);
    for (const [key, counts] of this.#groups) {
      const wider = new Map<number, number>();
      for (const [span, n] of counts) count(wider, Math.floor(span / 2), n);
      this.#groups.set(key, wider);
    }
  }
}

function count(counts: Map<number, number>, span: number, n: number): void {
  counts.set(span, (counts.get(span) ?? 0) + n);
}
