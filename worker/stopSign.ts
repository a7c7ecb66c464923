interface Listener {
  readonly run: () => void;
  /** Its place in the list. */
  index: number;
}

/**
 * Says that what still runs has to end. An AbortSignal for many listeners that come and go quickly: they
 * are in an array, since a Set that changes all the time leaves old tables behind that hold the next
 * table each, and with it whatever was listening, until a full garbage collection.
 */
export class StopSign {
  readonly #listeners: Listener[] = [];
  readonly #controller = new AbortController();

  /** For what takes an AbortSignal. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Calls `run` when the sign is raised, unless the returned function was called before. */
  onRaised(run: () => void): () => void {
    const listener = { run, index: this.#listeners.length };
    this.#listeners.push(listener);
    return () => {
      this.#remove(listener);
    };
  }

  raise(): void {
    this.#controller.abort(new Error("The worker is stopping."));
    for (const { run } of [...this.#listeners]) run();
  }

  /** The last one takes its place. */
  #remove(listener: Listener): void {
    if (this.#listeners[listener.index] !== listener) return;
    const last = this.#listeners.pop();
    if (!last || last === listener) return;
    last.index = listener.index;
    this.#listeners[last.index] = last;
  }
}
