import { GoogleError } from "../googleError.ts";
import type { Queue } from "./queue.ts";
import { Tombstones } from "./tombstones.ts";

/** The queues there are, by full name, and the names that may not be used again yet. */
export class QueueTable {
  readonly #queues = new Map<string, Queue>();
  readonly #tombstones: Tombstones;

  constructor(tombstoneMs: number) {
    this.#tombstones = new Tombstones(tombstoneMs);
  }

  find(name: string): Queue | undefined {
    return this.#queues.get(name);
  }

  /** Throws NOT_FOUND for a queue that is not there, or no longer. */
  get(name: string): Queue {
    const queue = this.#queues.get(name);
    if (queue) return queue;
    throw new GoogleError(
      "NOT_FOUND",
      "Queue does not exist. If you just created the queue, wait at least a minute for the queue to initialize.",
    );
  }

  /** Throws where a queue has that name, or had it too recently (google-cloud.md 1.7). */
  requireFree(name: string, now: number): void {
    if (this.#queues.has(name)) throw new GoogleError("ALREADY_EXISTS", "Queue already exists");
    if (this.#tombstones.has(name, now)) {
      throw new GoogleError(
        "FAILED_PRECONDITION",
        "The queue cannot be created because a queue with this name existed too recently.",
      );
    }
  }

  add(queue: Queue): void {
    this.#queues.set(queue.name, queue);
  }

  remove(queue: Queue, now: number): void {
    this.#queues.delete(queue.name);
    this.#tombstones.add(queue.name, now);
  }

  /** The queues of a location, in lexicographic order. */
  in(location: string): Queue[] {
    return [...this.#queues.values()]
      .filter(({ name }) => name.startsWith(`${location}/queues/`))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  values(): Iterable<Queue> {
    return this.#queues.values();
  }
}
