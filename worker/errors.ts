/** The task can never succeed: it becomes a dead letter and is not retried. */
export class PermanentError extends Error {
  override readonly name = "PermanentError";
}

/**
 * What the worker refuses before any handler runs. None of these ends a task: Cloud Tasks retries
 * whatever is not 2xx.
 */
const REFUSALS = {
  "not-a-task": {
    status: 400,
    message: "A task comes with the X-CloudTasks headers of its queue.",
  },
  "not-the-invoker": {
    status: 403,
    message: "Only the invoker account of this worker's queues may call it.",
  },
  "not-found": {
    status: 404,
    message: "The worker answers POST /tasks/<name> and GET /health.",
  },
  "body-too-large": { status: 413, message: "A task's body may be at most 1 MiB." },
  "unknown-queue": {
    status: 500,
    message: "The queue is not in 'TASKS_QUEUES', so that nobody knows how often to try.",
  },
  stopping: { status: 500, message: "The worker is stopping. The delivery is not counted." },
  internal: { status: 500, message: "The worker failed. The delivery is not counted." },
} as const;

export type RefusalCode = keyof typeof REFUSALS;

/** A request that is not a delivery the worker can handle. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly code: RefusalCode;

  /** `detail` is for the log. */
  constructor(code: RefusalCode, detail?: string) {
    super(detail ?? REFUSALS[code].message);
    this.code = code;
  }

  get status(): (typeof REFUSALS)[RefusalCode]["status"] {
    return REFUSALS[this.code].status;
  }

  /** The body of the answer. */
  toJSON(): object {
    return { error: { code: this.code, message: REFUSALS[this.code].message } };
  }
}

/** An error's message with those of its causes, for a log or a dead letter. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const message = error.message === "" ? error.name : error.message;
  if (error.cause === undefined || !(error.cause instanceof Error)) return message;
  const cause = describeError(error.cause);
  return message.includes(cause) ? message : `${message} (cause: ${cause})`;
}
