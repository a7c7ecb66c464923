import { decoded, deadLetterHeaders } from "../../../tasks/contract/deadLetter.ts";
import type { CloudEvents } from "@background-tasks/cloud/api/events.ts";

/** What became of the tasks of one kind on one queue. */
export interface TallyRow {
  readonly queue: string;
  readonly task: string;
  readonly enqueued: number;
  /** Tasks whose last delivery succeeded and that left no dead letter. */
  readonly done: number;
  /** Deliveries that failed and were tried again. */
  readonly retried: number;
  /** Dead letters by their reason and error. */
  readonly deadLetters: Readonly<Record<string, number>>;
  /** Tasks that Cloud Tasks dropped: lost. */
  readonly dropped: number;
  /** Tasks that are still there. */
  readonly waiting: number;
}

interface Counts {
  enqueued: number;
  ended: number;
  retried: number;
  dropped: number;
  deadLetters: Record<string, number>;
}

/** Counts tasks, from the events of the local cloud. */
export class Tally {
  readonly #counts = new Map<string, Counts>();

  /** @param queues - logical queue names by full name */
  constructor(queues: ReadonlyMap<string, string>) {
    this.#queues = queues;
  }

  readonly #queues: ReadonlyMap<string, string>;

  created({ queue, url, headers }: CloudEvents["taskCreated"]): void {
    const reason = headers[deadLetterHeaders.reason];
    if (reason === undefined) {
      this.#of(this.#logical(queue), url).enqueued += 1;
      return;
    }
    const error = decoded(headers[deadLetterHeaders.error] ?? "");
    const from = this.#of(headers[deadLetterHeaders.queue] ?? "", url);
    const key = `${reason}: ${error}`;
    from.deadLetters[key] = (from.deadLetters[key] ?? 0) + 1;
  }

  finished({ queue, url, end }: CloudEvents["deliveryFinished"]): void {
    const counts = this.#of(this.#logical(queue), url);
    if (end === "done") counts.ended += 1;
    else if (end === "dropped") counts.dropped += 1;
    else counts.retried += 1;
  }

  rows(): TallyRow[] {
    return [...this.#counts].map(([key, { enqueued, ended, retried, dropped, deadLetters }]) => {
      const [queue = "", task = ""] = key.split(" ");
      const dead = Object.values(deadLetters).reduce((sum, count) => sum + count, 0);
      const waiting = enqueued - ended - dropped;
      return { queue, task, enqueued, done: ended - dead, retried, deadLetters, dropped, waiting };
    });
  }

  #logical(queue: string): string {
    return this.#queues.get(queue) ?? queue;
  }

  #of(queue: string, url: string): Counts {
    const key = `${queue} ${url.slice(url.lastIndexOf("/") + 1)}`;
    let counts = this.#counts.get(key);
    if (!counts) {
      counts = { enqueued: 0, ended: 0, retried: 0, dropped: 0, deadLetters: {} };
      this.#counts.set(key, counts);
    }
    return counts;
  }
}
