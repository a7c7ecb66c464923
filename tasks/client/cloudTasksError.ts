import { inspect } from "node:util";
import * as z from "zod";

/** An error that Cloud Tasks answered with. */
export class CloudTasksError extends Error {
  override readonly name = "CloudTasksError";
  /** The HTTP status. */
  readonly code: number;
  /** Google's canonical status, such as `NOT_FOUND`. */
  readonly status: string;
  /** Google's own sentence. */
  readonly detail: string;
  /** Whether an earlier try of the call may have been carried out: its answer was lost, or said nothing of that. */
  mayBeDone = false;

  constructor(call: string, code: number, status: string, detail: string) {
    super(`Cloud Tasks refused '${call}' with ${status} (${code}): ${detail}`);
    this.code = code;
    this.status = status;
    this.detail = detail;
  }
}

/** A server gave no answer, so that nobody knows whether it did what it was asked. */
export class NoAnswerError extends Error {
  override readonly name = "NoAnswerError";

  constructor(server: string, cause: unknown) {
    super(`${server} gave no answer: ${innermostMessage(cause)}`, { cause });
  }
}

const errorSchema = z.object({ error: z.object({ status: z.string(), message: z.string() }) });

/** Reads the body of an answer that is not 2xx. A proxy's page on the way is understood by its code. */
export function readError(call: string, code: number, body: string): CloudTasksError {
  const { success, data } = errorSchema.safeParse(parseJson(body));
  return success
    ? new CloudTasksError(call, code, data.error.status, data.error.message)
    : new CloudTasksError(call, code, STATUSES[code] ?? "UNKNOWN", body.slice(0, 200));
}

const STATUSES: Readonly<Record<number, string>> = {
  401: "UNAUTHENTICATED",
  403: "PERMISSION_DENIED",
  404: "NOT_FOUND",
  429: "RESOURCE_EXHAUSTED",
  500: "INTERNAL",
  502: "UNAVAILABLE",
  503: "UNAVAILABLE",
  504: "DEADLINE_EXCEEDED",
};

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not Google's JSON: the caller goes by the status.
    return undefined;
  }
}

/** `fetch failed` says nothing; what it wraps does. Of a caller's own reason the causes may form a circle. */
function innermostMessage(error: unknown): string {
  let innermost = error;
  for (let n = 0; n < 10 && innermost instanceof Error && innermost.cause instanceof Error; n++) {
    innermost = innermost.cause;
  }
  return innermost instanceof Error ? innermost.message : inspect(innermost);
}
