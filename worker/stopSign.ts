/** Says that what still runs has to end. An AbortSignal for many listeners that come and go quickly. */
export class StopSign {
  readonly #listeners = new Set<() => void>();
  readonly #controller = new AbortController();

  /** For what takes an AbortSignal. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Calls `listener` when the sign is raised, unless the returned function was called before. */
  onRaised(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  raise(): void {
    this.#controller.abort(new Error("The worker is stopping."));
    for (const listener of [...this.#listeners]) listener();
  }
}
