import type { Connections } from "./connections.ts";
import type { NetworkReply } from "./network.ts";

/** A request to a container. */
export interface Exchange {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  /** Names and values in turn. */
  readonly headers: string[];
  readonly body: Uint8Array | undefined;
  /** Fires when the caller waits no longer. */
  readonly signal: AbortSignal;
  /** When the answer is due, by the clock. */
  readonly deadline: number;
}

/**
 * Sends a request over a kept connection and collects the answer. It uses undici's own handler, since a
 * response object with streams costs more than the rest of the way.
 */
export function exchangeOver(
  connections: Connections,
  { method, path, headers, body, signal }: Exchange,
  /** Gets what ends the exchange at once. */
  onStart: (abort: (reason: Error) => void) => void,
): Promise<NetworkReply> {
  return new Promise((resolve, reject) => {
    let status = 0;
    let replyHeaders: NetworkReply["headers"] = {};
    const chunks: Buffer[] = [];
    let abort: ((reason: Error) => void) | undefined;
    let aborted: Error | undefined;
    const end = (reason: Error): void => {
      aborted = reason;
      abort?.(reason);
      settle();
      reject(reason);
    };
    const onAbort = (): void => {
      end(reasonOf(signal));
    };
    const settle = (): void => {
      signal.removeEventListener("abort", onAbort);
    };

    signal.addEventListener("abort", onAbort);
    onStart(end);
    connections.dispatch(
      { method, path, headers, body: body ?? null },
      {
        onRequestStart(controller) {
          abort = (reason) => {
            controller.abort(reason);
          };
          if (aborted) controller.abort(aborted);
        },
        onResponseStart(_controller, statusCode, received) {
          status = statusCode;
          replyHeaders = endToEnd(received);
        },
        onResponseData(_controller, chunk) {
          chunks.push(chunk);
        },
        onResponseEnd() {
          settle();
          const [first] = chunks;
          const only = chunks.length === 1 && first !== undefined;
          resolve({ status, headers: replyHeaders, body: only ? first : Buffer.concat(chunks) });
        },
        onResponseError(_controller, error) {
          settle();
          reject(error);
        },
      },
    );
  });
}

/** The error that a signal carries. */
export function reasonOf(signal: AbortSignal): Error {
  const reason: unknown = signal.reason;
  return reason instanceof Error ? reason : new Error("The caller waits no longer.");
}

/** Headers that are about one connection. RFC 9110 §7.6.1 */
export const HOP_BY_HOP: ReadonlySet<string> = new Set([
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

function endToEnd(received: NetworkReply["headers"]): NetworkReply["headers"] {
  const headers: Record<string, string | string[] | undefined> = {};
  for (const name in received) if (!HOP_BY_HOP.has(name)) headers[name] = received[name];
  return headers;
}
