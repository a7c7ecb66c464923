/** What one client may cost the others: README.md has the figures in force. Times are milliseconds. */
export interface ClientLimits {
  /** From the start of a connection until the headers of its first request are there. */
  readonly headersMs: number;
  /** From the start of a request until all of it is there. What the answer takes does not count. */
  readonly requestMs: number;
  /** How long a connection may rest between two requests. */
  readonly restMs: number;
  /** How long a client may read nothing of an answer that waits for it. */
  readonly unreadMs: number;
  /** How often connections are looked at for whether they took too long. */
  readonly checkMs: number;
  /** The bytes of all requests that are not answered yet, and of all answers that are not read yet. */
  readonly heldBytes: number;
}

export const CLIENT_LIMITS: ClientLimits = {
  headersMs: 10_000,
  requestMs: 60_000,
  restMs: 60_000,
  unreadMs: 60_000,
  checkMs: 5000,
  heldBytes: 512 * 2 ** 20,
};

/** Bytes of many clients that are held in memory, up to a limit. */
export class HeldBytes {
  readonly limit: number;
  #held = 0;

  constructor(limit: number) {
    this.limit = limit;
  }

  /** Counts more bytes, or returns false where that would be too many. */
  take(bytes: number): boolean {
    if (this.#held + bytes > this.limit) return false;
    this.#held += bytes;
    return true;
  }

  release(bytes: number): void {
    this.#held -= bytes;
  }
}
