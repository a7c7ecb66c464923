import type { IncomingMessage, RequestListener, Server, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { QueueTable } from "../tasks/contract/environment.ts";
import type { Caller } from "./deadline.ts";
import type { Deliver, DeliveryStatus } from "./delivery.ts";
import { Refusal } from "./errors.ts";
import { makeIdentityCheck } from "./identity.ts";
import type { Log } from "./log.ts";
import { readBody } from "./requestBody.ts";
import { makeTaskRequestReader } from "./taskRequest.ts";
import { describeError, stackOf } from "./thrown.ts";

/**
 * Not imported: an import reads all that a module of Node's has, and `node:http` has what loads fetch, HTTP/2 and TLS
 * when it is read. That was a quarter of the worker's start.
 */
const { createServer } = process.getBuiltinModule("node:http");

export interface AppSettings {
  readonly queues: QueueTable;
  readonly invoker: string;
  readonly deliver: Deliver;
  readonly log: Log;
  /** Milliseconds that only grow. */
  readonly now: () => number;
  /** Whether the worker takes no more deliveries. */
  readonly isStopping: () => boolean;
}

/**
 * Makes the worker's HTTP interface. Whatever a queue sends is a delivery, whatever its path, method and
 * body; of all else it answers `GET /health`.
 */
export function makeApp(settings: AppSettings): RequestListener {
  const { deliver, log, now, isStopping } = settings;
  const readTaskRequest = makeTaskRequestReader(settings.queues, (taskId, problem) => {
    log.warn({ taskId }, problem);
  });
  const isInvoker = makeIdentityCheck(settings.invoker);

  return (request, response) => {
    serve(request, response).then(
      (status) => {
        answer(response, status);
      },
      (error: unknown) => {
        const refusal = refusalOf(error, request);
        response.setHeader("Content-Type", "application/json");
        answer(response, refusal.status, JSON.stringify(refusal));
      },
    );
  };

  async function serve(
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<DeliveryStatus | 200> {
    const { method = "", url = "", headers } = request;
    if (headers["x-cloudtasks-queuename"] === undefined) {
      if (method === "GET" && /^\/health(?:\?|$)/.test(url)) return 200;
      throw new Refusal("not-found");
    }
    const arrivedAt = now();
    const header = (name: string): string | undefined => {
      const value = headers[name];
      return typeof value === "string" ? value : undefined;
    };
    if (!isInvoker(header)) throw new Refusal("not-the-invoker");
    if (isStopping()) throw new Refusal("stopping");
    const taskRequest = readTaskRequest({ method, url, header, ...(await readBody(request)) });
    if (!taskRequest) throw new Refusal("not-found");
    return deliver(taskRequest, arrivedAt, callerOf(response));
  }

  /** Logs why a request is not served, and says what to answer. Nobody needs to know of a lost path. */
  function refusalOf(error: unknown, request: IncomingMessage): Refusal {
    const what = `${request.method} ${request.url?.split("?", 1)[0]}`;
    if (!(error instanceof Refusal)) {
      log.error(stackOf(error), `${what} failed: ${describeError(error)}`);
      return new Refusal("internal");
    }
    if (error.code !== "not-found") {
      const fields = { code: error.code, taskId: request.headers["x-cloudtasks-taskname"] };
      log.warn(fields, `${what} is refused (${error.code}): ${error.message}`);
    }
    return error;
  }

  function answer(response: ServerResponse, status: number, body?: string): void {
    // A connection kept alive would hold up the worker's end.
    if (isStopping()) response.setHeader("Connection", "close");
    response.writeHead(status).end(body);
  }
}

/**
 * What the headers of a delivery may take: 80 KB are a task's own, for Cloud Tasks counts their names and
 * values alone, which may be a byte each. https://cloud.google.com/tasks/docs/reference/rest/v2/projects.locations.queues.tasks#HttpRequest
 */
const MAX_HEADER_BYTES = 512 * 1024;

/** Makes the worker's server. It does not listen yet. */
export function makeServer(app: RequestListener, log: Pick<Log, "warn">): Server {
  const server = createServer({ maxHeaderSize: MAX_HEADER_BYTES }, app);
  // By itself, Node leaves out what comes after 2,000 headers, and the invoker's token with it.
  server.maxHeadersCount = 0;
  // Longer than any front end keeps a connection: the one that closes it must not be the worker, or a
  // request may be under way. https://cloud.google.com/load-balancing/docs/https#timeouts_and_retries
  server.keepAliveTimeout = 620_000;
  // A task may carry any header: Node would answer 417 to an 'Expect' that it does not know.
  server.on("checkExpectation", app);
  server.on("clientError", (error: NodeJS.ErrnoException, socket: Duplex) => {
    if (error.code === "ECONNRESET" || !socket.writable) {
      socket.destroy();
      return;
    }
    log.warn({ code: error.code }, `A request cannot be read: ${describeError(error)}`);
    socket.end("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n");
  });
  return server;
}

function callerOf(response: ServerResponse): Caller {
  return {
    hasGone: () => response.closed,
    onGone(run) {
      response.on("close", run);
      return () => response.off("close", run);
    },
  };
}
