import type { Clock } from "../time/clock.ts";
import { GoogleError } from "../api/googleError.ts";
import type { KeptMap, Store } from "../data/store.ts";
import { queueForm, type Queue } from "./queue.ts";
import { TaskTable } from "./taskTable.ts";

export interface QueueTableOptions {
  readonly store: Store;
  /** How long the name of a deleted queue cannot be used again. */
  readonly tombstoneMs: number;
  /** The same for tasks, where their queue says nothing else. */
  readonly taskTombstoneMs: number;
  readonly clock: Clock;
  /** How long a new queue is not found by calls. */
  readonly readyAfterMs: () => number;
}

/** The queues there are, by full name, and the names that may not be used again yet. */
export class QueueTable {
  readonly #options: QueueTableOptions;
  readonly #queues: KeptMap<Queue>;
  /** Names of deleted queues, and when each may be used again. */
  readonly #deleted: KeptMap<number>;
  /** `undefined` where tasks are kept by their queues alone. */
  readonly #tasks: TaskTable | undefined;

  constructor(options: QueueTableOptions) {
    const { store, clock, taskTombstoneMs } = options;
    const now = clock.now();
    this.#options = options;
    this.#queues = store.map("queues", queueForm(taskTombstoneMs, now));
    this.#deleted = store.map("deletedQueues");
    this.#tasks = store.table("tasks", (...opened) => new TaskTable(...opened));
    this.#tasks?.restore(this.#queues.values(), now);
    for (const queue of this.#queues.values()) this.#keepTasksOf(queue);
  }

  /** The sequence number of the newest task that was kept; -1 where there was none. */
  get lastSequence(): number {
    return this.#tasks?.lastSequence ?? -1;
  }

  find(name: string): Queue | undefined {
    return this.#queues.get(name);
  }

  /** Throws NOT_FOUND for a queue that is not there, not yet or no longer. */
  get(name: string): Queue {
    const queue = this.#queues.get(name);
    if (queue && queue.readyTime <= this.#options.clock.now()) return queue;
    throw new GoogleError(
      "NOT_FOUND",
      "Queue does not exist. If you just created the queue, wait at least a minute for the queue to initialize.",
    );
  }

  /** Throws where a queue has that name, or had it too recently (google-cloud.md 1.7). */
  requireFree(name: string, now: number): void {
    if (this.#queues.has(name)) throw new GoogleError("ALREADY_EXISTS", "Queue already exists");
    if (now < (this.#deleted.get(name) ?? -Infinity)) {
      throw new GoogleError(
        "FAILED_PRECONDITION",
        "The queue cannot be created because a queue with this name existed too recently.",
      );
    }
  }

  add(queue: Queue): void {
    queue.readyTime = this.#options.clock.now() + this.#options.readyAfterMs();
    this.#queues.set(queue.name, queue);
    this.#deleted.delete(queue.name);
    this.#keepTasksOf(queue);
  }

  /** Says that something of a queue was changed, other than its tasks. */
  changed(queue: Queue): void {
    this.#queues.touch(queue.name);
  }

  remove(queue: Queue, now: number): void {
    this.#queues.delete(queue.name);
    this.#deleted.set(queue.name, now + this.#options.tombstoneMs);
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

  #keepTasksOf(queue: Queue): void {
    const tasks = this.#tasks;
    if (!tasks) return;
    queue.state.onChange = (task) => {
      tasks.changed(queue, task);
    };
  }
}
