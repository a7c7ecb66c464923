import type { IncomingMessage, ServerResponse } from "node:http";
import type { EventLog } from "./eventLog.ts";

/*
 * The local cloud's events as server-sent events: `GET /local/v1/events?after=<number>`, or with the header
 * `Last-Event-ID`. https://html.spec.whatwg.org/multipage/server-sent-events.html
 *
 * Who reads lines and not data says `perSecond=<number>`: so many a second of what is told of each task, the newest, once
 * ten times as many have come at once; and how many are left out.
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
    this.#send(response, startOf(request, this.#log.last), paceOf(request));
  }

  #send(response: ServerResponse, from: number, perSecond: number | undefined): void {
    const { unread, unreadMs, batch, gatherMs, aliveMs } = this.#limits;
    const log = this.#log;
    let sent = from;
    let gathering: NodeJS.Timeout | undefined;
    let isFull = false;
    const pace = perSecond === undefined ? undefined : new Pace(perSecond);
    const flush = (): void => {
      gathering = undefined;
      if (sent > log.last) sent = 0; // It heard an earlier cloud.
      if (sent + 1 < log.first) {
        const missed = log.first - 1 - sent;
        sent = log.first - 1;
        response.write(`id: ${sent}\nevent: gap\ndata: {"missed":${missed}}\n\n`);
      }
      const commonFrom = pace && log.commonFrom(sent, pace.most());
      while (sent < log.last && !isFull) {
        const events = log.after(sent, batch, commonFrom);
        const last = events.at(-1);
        if (!last) return;
        const leftOut = last.number - sent - events.length;
        const messages = events.map(
          ({ number, name, json }) => `id: ${number}\nevent: ${name}\ndata: ${json}\n\n`,
        );
        if (leftOut > 0) {
          messages.unshift(`id: ${sent}\nevent: gap\ndata: {"leftOut":${leftOut}}\n\n`);
        }
        sent = last.number;
        // What is told in any case, such as a thousand dead letters at once, is not paid for.
        pace?.take(events.filter((one) => one.isCommon).length);
        response.write(messages.join(""));
        isFull = response.writableLength > unread;
        if (isFull) response.setTimeout(unreadMs, () => response.destroy());
      }
    };
    const onEvent = (): void => {
      if (isFull) return;
      gathering ??= setTimeout(flush, pace?.isSpent() ? gatherMs * SLOWER : gatherMs);
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

/** For so many seconds' worth a client is told at once what it asks for each second. */
const BURST_S = 10;

/** Who is told of some only is told less often too: each write wakes a browser. */
const SLOWER = 4;

/** How many events a client may be told. */
class Pace {
  readonly #perSecond: number;
  #left: number;
  #time = performance.now();

  constructor(perSecond: number) {
    this.#perSecond = perSecond;
    this.#left = perSecond * BURST_S;
  }

  /** At this moment; the newest in any case. */
  most(): number {
    return Math.max(1, this.#earned());
  }

  take(events: number): void {
    this.#left -= events;
  }

  /** Whether it was told all that it may be at once. */
  isSpent(): boolean {
    return this.#earned() < 1;
  }

  #earned(): number {
    const now = performance.now();
    const earned = (this.#perSecond * (now - this.#time)) / 1000;
    this.#left = Math.min(this.#perSecond * BURST_S, this.#left + earned);
    this.#time = now;
    return this.#left;
  }
}

/** How many events a second a client asks for at the most; `undefined` for all. */
function paceOf({ url = "" }: IncomingMessage): number | undefined {
  const given = new URL(url, "http://local").searchParams.get("perSecond");
  return given !== null && /^[1-9]\d{0,5}$/.test(given) ? Number(given) : undefined;
}

/** The number after which a client asks: without one, it hears what happens from now on. */
function startOf({ url = "", headers }: IncomingMessage, last: number): number {
  const given =
    headers["last-event-id"]?.toString() ?? new URL(url, "http://local").searchParams.get("after");
  return given !== null && /^\d{1,15}$/.test(given) ? Number(given) : last;
}
