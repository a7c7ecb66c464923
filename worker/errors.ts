import { isInstance, read } from "./thrown.ts";

export interface PermanentErrorOptions extends ErrorOptions {
  /**
   * What such failures are called, such as `mailbox-full`: the cause of the dead letter, by which these are
   * listed and redriven together. 1 to 64 letters, digits, `.`, `_` and `-`; any other text is told by a hash
   * of it.
   *
   * @default - a hash of the error's message without its particulars
   */
  readonly group?: string;
}

/** The task can never succeed: it becomes a dead letter and is not retried. */
export class PermanentError extends Error {
  override readonly name = "PermanentError";
  readonly group: string | undefined;

  constructor(message?: string, options: PermanentErrorOptions = {}) {
    super(message, options);
    this.group = options.group;
  }
}

/** Whether what a handler threw is a `PermanentError`. */
export function isPermanent(thrown: unknown): boolean {
  return isInstance(thrown, PermanentError);
}

/** What a handler calls the failure that it threw, where it does. */
export function groupOf(thrown: unknown): string | undefined {
  const group = isInstance(thrown, PermanentError) ? read(thrown, "group") : undefined;
  return typeof group === "string" ? group : undefined;
}

/**
 * What the worker refuses before any handler runs. None of these ends a task: Cloud Tasks retries
 * whatever is not 2xx.
 */
const REFUSALS = {
  "not-the-invoker": {
    status: 403,
    message: "Only the invoker account of this worker's queues may call it.",
  },
  "not-found": {
    status: 404,
    message: "The worker answers the deliveries of its queues, and GET /health.",
  },
  stopping: { status: 500, message: "The worker is stopping. The delivery is not counted." },
  internal: { status: 500, message: "The worker failed. The delivery is not counted." },
} as const;

export type RefusalCode = keyof typeof REFUSALS;

/** A request that the worker does not serve. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly code: RefusalCode;

  constructor(code: RefusalCode) {
    super(REFUSALS[code].message);
    this.code = code;
  }

  get status(): (typeof REFUSALS)[RefusalCode]["status"] {
    return REFUSALS[this.code].status;
  }

  /** The body of the answer. */
  toJSON(): object {
    return { error: { code: this.code, message: this.message } };
  }
}
