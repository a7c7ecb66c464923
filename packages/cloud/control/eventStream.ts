import type { IncomingMessage, ServerResponse } from "node:http";
import type { EventLog } from "./eventLog.ts";

/*
 * The local cloud's events as server-sent events: `GET /local/v1/events?after=<number>`, or with the header
 * `Last-Event-ID`. https://html.spec.whatwg.org/multipage/server-sent-events.html
 */

export interface EventStreamLimits {
  /** Bytes that a client is sent and has not read, at the most; beyond, it waits, and misses what is forgotten meanwhile. */
  readonly unread: number;
  /** For how long it may read nothing, in milliseconds. */
  readonly unreadMs: number;
  /** Characters that are sent at once. */
  readonly batch: number;
  /** For how long events are gathered, in milliseconds. */
  readonly gatherMs: number;
  /** After how much silence a comment is sent, in milliseconds. */
  readonly aliveMs: number;
  readonly clients: number;
}

export const EVENT_STREAM_LIMITS: EventStreamLimits = {
  unread: 2 ** 20,
  unreadMs: 60_000,
  batch: 2 ** 18,
  gatherMs: 40,
  aliveMs: 15_000,
  clients: 32,
};

/** Answers requests with events, each from a number on until its client is gone. */
export class EventStream {
  readonly #log: EventLog;
  readonly #limits: EventStreamLimits;
  #clients = 0;

  constructor(log: EventLog, limits = EVENT_STREAM_LIMITS) {
    this.#log = log;
    this.#limits = limits;
  }

  /** How many listen. */
  get clients(): number {
    return this.#clients;
  }

  answer(request: IncomingMessage, response: ServerResponse): void {
    request.resume();
    if (this.#clients >= this.#limits.clients) {
      const error = {
        code: 429,
        status: "RESOURCE_EXHAUSTED",
        message: `${this.#limits.clients} clients listen already, as many as may. Close one.`,
      };
      response
        .writeHead(429, { "content-type": "application/json; charset=UTF-8" })
        .end(JSON.stringify({ error }));
      return;
    }
    response.writeHead(200, {
      "content-type": "text/event-stream; charset=UTF-8",
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
    });
    response.flushHeaders();
    this.#clients += 1;
    this.#send(response, startOf(request, this.#log.last));
  }

  #send(response: ServerResponse, from: number): void {
    const { unread, unreadMs, batch, gatherMs, aliveMs } = this.#limits;
    const log = this.#log;
    let sent = from;
    let gathering: NodeJS.Timeout | undefined;
    let isFull = false;
    const flush = (): void => {
      gathering = undefined;
      if (sent > log.last) sent = 0; // It heard an earlier cloud.
      if (sent + 1 < log.first) {
        const missed = log.first - 1 - sent;
        sent = log.first - 1;
        response.write(`id: ${sent}\nevent: gap\ndata: {"missed":${missed}}\n\n`);
      }
      while (sent < log.last && !isFull) {
        const events = log.after(sent, batch);
        const last = events.at(-1);
        if (!last) return;
        sent = last.number;
        response.write(
          events
            .map(({ number, name, json }) => `id: ${number}\nevent: ${name}\ndata: ${json}\n\n`)
            .join(""),
        );
        isFull = response.writableLength > unread;
        if (isFull) response.setTimeout(unreadMs, () => response.destroy());
      }
    };
    const onEvent = (): void => {
      if (!isFull) gathering ??= setTimeout(flush, gatherMs);
    };
    const onDrain = (): void => {
      if (isFull) response.setTimeout(0);
      isFull = false;
      onEvent();
    };
    // A connection that is quiet is told apart from one that is gone.
    const alive = setInterval(() => {
      if (!isFull) response.write(": \n\n");
    }, aliveMs).unref();
    const stop = log.onEvent(onEvent);
    response.on("drain", onDrain).once("close", () => {
      stop();
      clearInterval(alive);
      clearTimeout(gathering);
      this.#clients -= 1;
    });
    flush();
  }
}

/** The number after which a client asks: without one, it hears what happens from now on. */
function startOf({ url = "", headers }: IncomingMessage, last: number): number {
  const given =
    headers["last-event-id"]?.toString() ?? new URL(url, "http://local").searchParams.get("after");
  return given !== null && /^\d{1,15}$/.test(given) ? Number(given) : last;
}
