import { Client, type Dispatcher } from "undici";

type Request = Dispatcher.DispatchOptions;
type Handler = Dispatcher.DispatchHandler;

/**
 * The kept connections to a server, one request at a time on each. There may come to be as many as there are
 * requests under way, for a worker may be slow at thousands of them. But one that is free goes before a new
 * one, and few are opened at once, so that a quick worker is not given thousands.
 */
export class Connections {
  readonly #origin: string;
  readonly #options: Client.Options;
  readonly #all = new Set<Client>();
  /** Those that have nothing to do. The one used last goes first. */
  readonly #free: Client[] = [];
  readonly #waiting = new Set<readonly [Request, Handler]>();
  readonly #opening = new Set<Client>();

  /** Waits for answers as long as it takes, unless `options` say otherwise: callers have deadlines. */
  constructor(origin: string, options: Client.Options = {}) {
    this.#origin = origin;
    this.#options = { headersTimeout: 0, bodyTimeout: 0, ...RESTS_BRIEFLY, ...options };
  }

  /** Sends a request, now or as soon as there is a connection for it. */
  dispatch(request: Request, handler: Handler): void {
    this.#waiting.add([request, handler]);
    this.#serve();
  }

  /** Closes all connections at once. What waits for an answer gets an error. */
  destroy(): void {
    const all = [...this.#all];
    this.#all.clear();
    this.#free.length = 0;
    for (const client of all) void client.destroy();
  }

  #serve(): void {
    for (const exchange of this.#waiting) {
      const client = this.#free.pop() ?? this.#open();
      if (client === undefined) return;
      this.#waiting.delete(exchange);
      this.#send(client, ...exchange);
    }
  }

  #send(client: Client, request: Request, handler: Handler): void {
    client.dispatch(request, {
      onRequestStart(controller, context) {
        handler.onRequestStart?.(controller, context);
      },
      onResponseStart(controller, status, headers, message) {
        handler.onResponseStart?.(controller, status, headers, message);
      },
      onResponseData(controller, chunk) {
        handler.onResponseData?.(controller, chunk);
      },
      onResponseEnd: (controller, trailers) => {
        if (this.#all.has(client)) this.#free.push(client);
        this.#serve();
        handler.onResponseEnd?.(controller, trailers);
      },
      onResponseError: (controller, error) => {
        this.#drop(client);
        handler.onResponseError?.(controller, error);
      },
    });
  }

  /** A connection for one request; `undefined` while enough are being opened. */
  #open(): Client | undefined {
    if (this.#opening.size === MAX_OPENING) return undefined;
    const client = new Client(this.#origin, this.#options);
    this.#all.add(client);
    this.#opening.add(client);
    client.on("connect", () => {
      this.#opening.delete(client);
      this.#serve();
    });
    client.on("disconnect", () => {
      this.#drop(client);
    });
    return client;
  }

  #drop(client: Client): void {
    this.#all.delete(client);
    this.#opening.delete(client);
    const index = this.#free.indexOf(client);
    if (index >= 0) this.#free.splice(index, 1);
    this.#serve();
  }
}

/** Opening is most of the work where answers are quick. */
const MAX_OPENING = 16;

/**
 * A server may close a connection that rests just when a request is written to it, which would then fail.
 * To send it again might run a task twice. So no connection rests for longer than a second, which is less than
 * servers wait by default; and one that says how long it waits (`Keep-Alive: timeout=1`) is left sooner still.
 */
const RESTS_BRIEFLY = {
  keepAliveTimeout: 1000,
  keepAliveMaxTimeout: 1000,
  keepAliveTimeoutThreshold: 500,
};
