/** Something that waits for its time. The heap that holds it keeps `heapIndex`. */
export interface Due {
  dueTime: number;
  /** Decides between entries of the same time: the lower goes first. */
  readonly sequence: number;
  /** Where the heap has it; -1 while no heap does. */
  heapIndex: number;
}

/** A binary heap of what is due next. Adding and removing take logarithmic time, looking none. */
export class DueHeap<T extends Due> {
  readonly #entries: T[] = [];

  get size(): number {
    return this.#entries.length;
  }

  /** The entry that is due first. */
  peek(): T | undefined {
    return this.#entries[0];
  }

  add(entry: T): void {
    this.#entries.push(entry);
    this.#rise(entry, this.#entries.length - 1);
  }

  /** Takes an entry out, wherever in the heap it is. Does nothing for one that is not in it. */
  remove(entry: T): void {
    const index = entry.heapIndex;
    if (index < 0) return;
    entry.heapIndex = -1;
    const last = this.#entries.pop();
    if (last === undefined || last === entry) return;
    this.#sink(last, index);
    this.#rise(last, last.heapIndex);
  }

  clear(): void {
    for (const entry of this.#entries) entry.heapIndex = -1;
    this.#entries.length = 0;
  }

  #rise(entry: T, from: number): void {
    let index = from;
    while (index > 0) {
      const parentIndex = (index - 1) >> 1;
      const parent = this.#entries[parentIndex];
      if (parent === undefined || !before(entry, parent)) break;
      this.#place(parent, index);
      index = parentIndex;
    }
    this.#place(entry, index);
  }

  #sink(entry: T, from: number): void {
    let index = from;
    for (;;) {
      const left = this.#entries[2 * index + 1];
      const right = this.#entries[2 * index + 2];
      if (left === undefined) break;
      const child = right !== undefined && before(right, left) ? right : left;
      if (!before(child, entry)) break;
      const childIndex = child.heapIndex;
      this.#place(child, index);
      index = childIndex;
    }
    this.#place(entry, index);
  }

  #place(entry: T, index: number): void {
    this.#entries[index] = entry;
    entry.heapIndex = index;
  }
}

function before(a: Due, b: Due): boolean {
  return a.dueTime < b.dueTime || (a.dueTime === b.dueTime && a.sequence < b.sequence);
}
