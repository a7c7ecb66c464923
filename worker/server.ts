import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from "node:http";
import type { QueueTable } from "../tasks/contract/environment.ts";
import type { Deliver, DeliveryStatus } from "./delivery.ts";
import { describeError, Refusal } from "./errors.ts";
import { makeIdentityCheck } from "./identity.ts";
import { stackOf, type Log } from "./log.ts";
import { readBody } from "./requestBody.ts";
import { makeTaskRequestReader } from "./taskRequest.ts";

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

/** Makes the worker's HTTP interface: `POST /tasks/<name>` and `GET /health`. */
export function makeApp(settings: AppSettings): RequestListener {
  const { deliver, log, now, isStopping } = settings;
  const readTaskRequest = makeTaskRequestReader(settings.queues);
  const isInvoker = makeIdentityCheck(settings.invoker);

  return (request, response) => {
    serve(request).then(
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

  async function serve(request: IncomingMessage): Promise<DeliveryStatus | 200> {
    const { method, headers } = request;
    const path = pathOf(request);
    if (method === "GET" && path === "/health") return 200;
    const task = method === "POST" ? taskOf(path) : undefined;
    if (task === undefined) throw new Refusal("not-found");

    const arrivedAt = now();
    const header = (name: string): string | undefined => {
      const value = headers[name];
      return typeof value === "string" ? value : undefined;
    };
    if (!isInvoker(header)) throw new Refusal("not-the-invoker");
    if (isStopping()) throw new Refusal("stopping");
    const taskRequest = readTaskRequest(task, header);
    const body = await readBody(request);
    return deliver({ ...taskRequest, body }, arrivedAt);
  }

  /** Logs why a request is not served, and says what to answer. Nobody needs to know of a lost path. */
  function refusalOf(error: unknown, request: IncomingMessage): Refusal {
    const what = `${request.method} ${pathOf(request)}`;
    if (!(error instanceof Refusal)) {
      log.error(stackOf(error), `${what} failed: ${describeError(error)}`);
      return new Refusal("internal");
    }
    if (error.code !== "not-found") {
      const fields = { code: error.code, taskId: request.headers["x-cloudtasks-taskname"] };
      // A task on a queue that this revision does not know is lost if nobody looks.
      log[error.code === "unknown-queue" ? "error" : "warn"](
        fields,
        `${what} is refused (${error.code}): ${error.message}`,
      );
    }
    return error;
  }

  function answer(response: ServerResponse, status: number, body?: string): void {
    // A connection kept alive would hold up the worker's end.
    if (isStopping()) response.setHeader("Connection", "close");
    response.writeHead(status).end(body);
  }
}

/** Makes the worker's server. It does not listen yet. */
export function makeServer(app: RequestListener): Server {
  const server = createServer(app);
  // Longer than any front end keeps a connection: the one that closes it must not be the worker, or a
  // request may be under way. https://cloud.google.com/load-balancing/docs/https#timeouts_and_retries
  server.keepAliveTimeout = 620_000;
  return server;
}

function pathOf({ url = "" }: IncomingMessage): string {
  const end = url.indexOf("?");
  return end < 0 ? url : url.slice(0, end);
}

/** The task that a path names. */
function taskOf(path: string): string | undefined {
  const name = /^\/tasks\/([^/]+)$/.exec(path)?.[1];
  try {
    return name && decodeURIComponent(name);
  } catch {
    // What is not percent-encoded text names nothing.
    return undefined;
  }
}
