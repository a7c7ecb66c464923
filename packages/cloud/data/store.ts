import type { Queue } from "../cloudtasks/queue.ts";
import type { Task } from "../cloudtasks/task.ts";
import type { Json } from "../api/parseJson.ts";

/** Keeps what Google's services hold: for as long as the process, or beyond it. */
export interface Store {
  /** The entries of a kind, as they were left. What is done to them is kept. */
  map<V>(kind: string, form?: Form<V>): KeptMap<V>;
  /** `undefined` where tasks are kept by their queues alone. */
  readonly tasks: TaskStore | undefined;
}

/** How a value is written, where it is not JSON already. */
export interface Form<V> {
  readonly write: (value: V) => object;
  readonly read: (json: Json) => V;
}

/** Keeps the tasks of the queues. */
export interface TaskStore {
  /** A task was added, dispatched, answered or taken away. */
  changed(queue: Queue, task: Task): void;
  /** Puts the queues' tasks back, and the names that they remember. */
  restore(queues: Iterable<Queue>, now: number): void;
  /** The sequence number of the newest task there was; -1 where there was none. */
  readonly lastSequence: number;
}

/** A map whose changes are heard by whoever keeps it. */
export class KeptMap<V> extends Map<string, V> {
  /** Hears the key of every entry that was set, deleted or changed. */
  onChange: ((key: string) => void) | undefined;

  override set(key: string, value: V): this {
    super.set(key, value);
    this.onChange?.(key);
    return this;
  }

  override delete(key: string): boolean {
    const existed = super.delete(key);
    this.onChange?.(key);
    return existed;
  }

  /** Says that a value was changed where it is. */
  touch(key: string): void {
    this.onChange?.(key);
  }
}

/** Keeps everything for as long as the process lives. */
export const memoryStore: Store = {
  map: () => new KeptMap(),
  tasks: undefined,
};
