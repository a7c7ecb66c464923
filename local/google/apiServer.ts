import {
  createServer,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type Server,
  type ServerResponse,
} from "node:http";
import { errorReply, type Api } from "./api.ts";
import type { Events } from "./events.ts";
import { GoogleError } from "./googleError.ts";
import { listen } from "./listen.ts";
import type { NetworkReply, Origin, Send } from "./network.ts";
import { BodyTooLargeError, readBody } from "./requestBody.ts";
import { destinationOf } from "./requestGuard.ts";
import { frontDoorPage } from "./run/frontDoorPages.ts";

export interface ApiServerOptions {
  readonly project: string;
  readonly api: Api;
  /** The front door of Cloud Run. */
  readonly frontDoor: Send;
  readonly events: Events;
  /** The API, and the front door as the world outside sees it. 0 means any free port. */
  readonly port: number;
  /** The same, as a caller inside the project's network sees it. */
  readonly insidePort: number;
}

/** The local cloud, as it listens on 127.0.0.1. */
export interface ApiServer {
  readonly port: number;
  readonly insidePort: number;
  /** Ends every connection. */
  readonly close: () => Promise<void>;
}

/** Serves the API and both sides of the front door. Throws `PortTakenError`. */
export async function startApiServer(options: ApiServerOptions): Promise<ApiServer> {
  const outside = serve(options, { internal: false });
  const inside = serve(options, { internal: true, project: options.project });
  const close = async (): Promise<void> => {
    await Promise.all([outside, inside].map(closeServer));
  };
  try {
    const port = await listen(outside, options.port, "--port");
    const insidePort = await listen(inside, options.insidePort, "--inside-port");
    return { port, insidePort, close };
  } catch (error) {
    await close();
    throw error;
  }
}

const MIB = 2 ** 20;
const API_BODY_LIMIT = 10 * MIB;
const DOOR_BODY_LIMIT = 32 * MIB; // https://cloud.google.com/run/quotas#request_limits

function serve(options: ApiServerOptions, origin: Origin): Server {
  const { events } = options;
  return createServer(
    // How long a client may take to send a request; how long the answer takes is the service's affair.
    { headersTimeout: 10_000, requestTimeout: 60_000, keepAliveTimeout: 60_000 },
    (request, response) => {
      const target = request.url ?? "";
      const path = target.split("?", 1)[0] ?? "";
      const { host } = request.headers;
      const destination = destinationOf(host, request.headers.origin);
      if ("refusal" in destination) {
        const reason = destination.refusal;
        events.emit("refused", { host: host ?? "", path, status: 403, reason });
        // The body is not read: the connection ends with the answer.
        end(request, response, errorReply(new GoogleError("PERMISSION_DENIED", reason)), true);
        return;
      }
      const { to, hostname } = destination;
      const isApi = to === "api";
      const answer = isApi
        ? callApi(options.api, request, target)
        : enterDoor(options.frontDoor, request, response, { target, hostname, origin });
      answer
        .then((reply) => {
          end(request, response, reply, false);
        })
        .catch((error: unknown) => {
          // What was begun cannot be taken back: the client sees that it broke off.
          if (response.headersSent) response.destroy();
          else end(request, response, failure(error, isApi, path), true);
        });
    },
  );
}

async function callApi(api: Api, request: IncomingMessage, target: string): Promise<NetworkReply> {
  if (!target.startsWith("/")) {
    // That of a proxy, or `*`.
    throw new GoogleError("INVALID_ARGUMENT", `The target '${target}' of the request is no path.`);
  }
  return api.answer({
    method: request.method ?? "GET",
    target,
    address: `http://${request.headers.host ?? ""}`,
    headers: request.headers,
    body: await readBody(request, API_BODY_LIMIT),
  });
}

async function enterDoor(
  frontDoor: Send,
  request: IncomingMessage,
  response: ServerResponse,
  { target, hostname, origin }: { target: string; hostname: string; origin: Origin },
): Promise<NetworkReply> {
  // `*`, or that of a proxy: no service answers it.
  if (!target.startsWith("/")) return frontDoorPage(404, target);
  const gone = new AbortController();
  response.once("close", () => {
    if (!response.writableFinished) gone.abort(new Error("The client is gone."));
  });
  return frontDoor({
    method: request.method ?? "GET",
    url: new URL(`https://${hostname}${target}`),
    headers: Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, [value ?? ""].flat().join()]),
    ),
    body: await readBody(request, DOOR_BODY_LIMIT),
    origin,
    signal: gone.signal,
  });
}

/** What a request is answered that could not be read, or that nothing answered. */
function failure(error: unknown, isApi: boolean, path: string): NetworkReply {
  if (error instanceof GoogleError) return errorReply(error);
  if (error instanceof BodyTooLargeError && isApi) {
    const message = `Request payload size exceeds the limit: ${API_BODY_LIMIT} bytes.`;
    return errorReply(new GoogleError("INVALID_ARGUMENT", message));
  }
  if (error instanceof BodyTooLargeError) {
    const text = "Your client issued a request that was too large.\n";
    return { status: 413, headers: { "content-type": "text/plain" }, body: Buffer.from(text) };
  }
  return frontDoorPage(503, path);
}

function end(
  request: IncomingMessage,
  response: ServerResponse,
  { status, headers, body }: NetworkReply,
  isLast: boolean,
): void {
  if (response.destroyed) return;
  const isHead = request.method === "HEAD";
  const sent: OutgoingHttpHeaders = { ...headers };
  // Of the body that is sent; a container's own may be of one that was cut off.
  if (!isHead && status !== 204 && status !== 304) sent["content-length"] = body.length;
  if (isLast) sent["connection"] = "close";
  response.writeHead(status, sent).end(isHead ? undefined : body);
  if (isLast) request.resume();
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeAllConnections();
  });
}
