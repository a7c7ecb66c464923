/** Names that were in use lately and may not be used again yet. Forgets them by itself. */
export class Tombstones {
  /** How long a name that is added now may not be used again. */
  lifeMs: number;
  /** Name to expiry. Life is nearly always the same for all, so the order of insertion is that of expiry. */
  readonly #expiries = new Map<string, number>();
  #nextSweep = 0;

  constructor(lifeMs: number) {
    this.lifeMs = lifeMs;
  }

  add(name: string, now: number): void {
    if (now >= this.#nextSweep) this.#sweep(now);
    this.addUntil(name, now + this.lifeMs);
  }

  /** Keeps a name from being used before a time. */
  addUntil(name: string, expiry: number): void {
    this.#expiries.delete(name);
    this.#expiries.set(name, expiry);
  }

  has(name: string, now: number): boolean {
    const expiry = this.#expiries.get(name);
    return expiry !== undefined && now < expiry;
  }

  /** When a name may be used again, where it was in use lately. */
  expiryOf(name: string): number | undefined {
    return this.#expiries.get(name);
  }

  #sweep(now: number): void {
    for (const [name, expiry] of this.#expiries) {
      if (expiry > now) break;
      this.#expiries.delete(name);
    }
    // A map passes over its deleted entries at every walk: few walks, each over many.
    this.#nextSweep = now + SWEEP_INTERVAL_MS;
  }
}

const SWEEP_INTERVAL_MS = 60_000;
