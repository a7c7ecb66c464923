import { createServer, type Server } from "node:http";
import { getRequestListener, type HttpBindings } from "@hono/node-server";
import { Hono, type Context } from "hono";
import type { QueueTable } from "../tasks/environment.ts";
import type { Deliver } from "./delivery.ts";
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

/** The worker's HTTP interface. It reads headers and bodies from Node's own request, which is quicker by half. */
export type App = Hono<{ Bindings: HttpBindings }>;

/** Makes the worker's HTTP interface. */
export function makeApp(settings: AppSettings): App {
  const { deliver, log, now, isStopping } = settings;
  const readTaskRequest = makeTaskRequestReader(settings.queues);
  const isInvoker = makeIdentityCheck(settings.invoker);
  const app: App = new Hono();

  app.get("/health", (c) => c.body(null, 200));

  app.post("/tasks/:task", async (c) => {
    const arrivedAt = now();
    const { headers } = c.env.incoming;
    const header = (name: string): string | undefined => {
      const value = headers[name];
      return typeof value === "string" ? value : undefined;
    };
    if (!isInvoker(header)) throw new Refusal("not-the-invoker");
    if (isStopping()) throw new Refusal("stopping");
    const request = readTaskRequest(c.req.param("task"), header);
    const body = await readBody(c.env.incoming);
    return answer(c, await deliver({ ...request, body }, arrivedAt));
  });

  app.notFound((c) => refuse(c, new Refusal("not-found")));

  app.onError((error, c) => {
    if (!(error instanceof Refusal)) {
      log.error(stackOf(error), `${c.req.method} ${c.req.path} failed: ${describeError(error)}`);
      return refuse(c, new Refusal("internal"));
    }
    const fields = { code: error.code, taskId: c.req.header("x-cloudtasks-taskname") };
    // A task on a queue that this revision does not know is lost if nobody looks.
    log[error.code === "unknown-queue" ? "error" : "warn"](
      fields,
      `${c.req.method} ${c.req.path} is refused (${error.code}): ${error.message}`,
    );
    return refuse(c, error);
  });

  function refuse(c: Context, refusal: Refusal): Response {
    if (isStopping()) c.header("Connection", "close");
    return c.json(refusal, refusal.status);
  }

  function answer(c: Context, status: 204 | 422 | 500): Response {
    // A connection kept alive would hold up the worker's end.
    if (isStopping()) c.header("Connection", "close");
    return c.body(null, status);
  }

  return app;
}

/** Makes the worker's server. It does not listen yet. */
export function makeServer(app: App): Server {
  const listen = getRequestListener(app.fetch);
  const server = createServer((request, response) => {
    void listen(request, response);
  });
  // Longer than any front end keeps a connection: the one that closes it must not be the worker, or a
  // request may be under way. https://cloud.google.com/load-balancing/docs/https#timeouts_and_retries
  server.keepAliveTimeout = 620_000;
  return server;
}
