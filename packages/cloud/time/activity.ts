/** Requests to workers that are under way. A virtual clock stands still for them. */
export class Activity {
  readonly #underWay = new Set<symbol>();
  readonly #patienceMs: number;
  #onQuiet: (() => void) | undefined;
  #quiet: Promise<void> | undefined;

  /**
   * @param patienceMs how long, in the machine's time, nothing need end before what is under way no longer
   *   counts: a worker that hangs must not hold a virtual clock for ever.
   */
  constructor(patienceMs = 5000) {
    this.#patienceMs = patienceMs;
  }

  get isBusy(): boolean {
    return this.#underWay.size > 0;
  }

  /** Waits for `work` as its caller does, and counts it until then. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    const one = Symbol();
    this.#underWay.add(one);
    try {
      return await work();
    } finally {
      this.#underWay.delete(one);
      if (!this.isBusy) this.#onQuiet?.();
    }
  }

  /** Resolves once nothing is under way. */
  quiet(): Promise<void> {
    if (!this.isBusy) return Promise.resolve();
    this.#quiet ??= new Promise<void>((resolve) => {
      const seen = new Set(this.#underWay);
      const timer = setTimeout(() => {
        for (const one of seen) this.#underWay.delete(one);
        this.#onQuiet?.();
      }, this.#patienceMs);
      this.#onQuiet = () => {
        clearTimeout(timer);
        this.#quiet = this.#onQuiet = undefined;
        resolve();
      };
    });
    return this.#quiet;
  }
}
