import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { errorReply, type Api } from "../api/api.ts";
import { ClientConnection } from "./clientConnection.ts";
import { CLIENT_LIMITS, HeldBytes, type ClientLimits } from "./clientLimits.ts";
import type { Events } from "../api/events.ts";
import { LostResponse } from "../network/lostResponse.ts";
import { GoogleError } from "../api/googleError.ts";
import { listen } from "../network/listen.ts";
import type { NetworkReply, Origin, Send } from "../network/network.ts";
import { BodyTooLargeError, NoRoomError, withBody } from "./requestBody.ts";
import { destinationOf, hostOf, isLoopback } from "./requestGuard.ts";
import type { OwnAnswers } from "./ownAnswers.ts";
import { frontDoorPage } from "../network/frontDoorPages.ts";
import { sendReply } from "./sendReply.ts";

export interface ApiServerOptions {
  readonly project: string;
  readonly api: Api;
  /** The front door of Cloud Run. */
  readonly frontDoor: Send;
  readonly events: Events;
  /**
   * What answers some paths by itself, for callers that name this machine.
   *
   * @default - the API answers all
   */
  readonly ownAnswer?: OwnAnswers;
  /** The API, and the front door as the world outside sees it. 0 means any free port. */
  readonly port: number;
  /** The same, as a caller inside the project's network sees it. */
  readonly insidePort: number;
  /**
   * What a client may cost the others, on both ports together.
   *
   * @default CLIENT_LIMITS
   */
  readonly limits?: ClientLimits;
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
  const held = new HeldBytes((options.limits ?? CLIENT_LIMITS).heldBytes);
  const outside = serve(options, held, { internal: false });
  const inside = serve(options, held, { internal: true, project: options.project });
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

/** Enough for everybody, and few enough to leave files for what else the process opens. */
const MAX_CONNECTIONS = 4096;

function serve(options: ApiServerOptions, held: HeldBytes, origin: Origin): Server {
  const { events, limits = CLIENT_LIMITS } = options;
  const connections = new WeakMap<Socket, ClientConnection>();
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    const connection = connections.get(request.socket);
    if (!connection?.begin(response)) return;
    const send = (reply: NetworkReply, isLast = false): void => {
      sendReply(request, response, reply, isLast);
      connection.keep(response, limits.unreadMs);
    };
    const target = request.url ?? "";
    const path = target.split("?", 1)[0] ?? "";
    const host = hostOf(request);
    const destination = destinationOf(host, request.headers);
    if ("refusal" in destination) {
      const reason = destination.refusal;
      events.emit("refused", { host: host ?? "", path, status: 403, reason });
      // The body is not read.
      send(errorReply(new GoogleError("PERMISSION_DENIED", reason)), true);
      request.resume();
      return;
    }
    const { to, hostname } = destination;
    const isApi = to === "api";
    const own =
      isApi && isLoopback(hostname) ? options.ownAnswer?.(request.method, path) : undefined;
    if (own) {
      own(request, response);
      return;
    }
    const answer = isApi
      ? callApi(options.api, held, request, target)
      : enterDoor(options.frontDoor, held, request, response, { target, hostname, origin });
    answer
      .then((reply) => {
        send(reply);
      })
      .catch((error: unknown) => {
        // What was begun cannot be taken back: the client sees that it broke off.
        if (response.headersSent || error instanceof LostResponse) response.destroy();
        else send(failure(error, isApi, path));
      });
  };
  const server = createServer(
    {
      headersTimeout: limits.headersMs,
      requestTimeout: limits.requestMs,
      keepAliveTimeout: limits.restMs,
      connectionsCheckingInterval: limits.checkMs,
    },
    listener,
  );
  server.maxConnections = MAX_CONNECTIONS;
  server.on("connection", (socket: Socket) => {
    connections.set(socket, new ClientConnection(socket, held));
  });
  // Whatever a request expects, it is answered; of itself, Node would answer 417.
  return server.on("checkExpectation", listener);
}

async function callApi(
  api: Api,
  held: HeldBytes,
  request: IncomingMessage,
  target: string,
): Promise<NetworkReply> {
  if (!target.startsWith("/")) {
    // That of a proxy, or `*`.
    throw new GoogleError("INVALID_ARGUMENT", `The target '${target}' of the request is no path.`);
  }
  return withBody(request, { limit: API_BODY_LIMIT, held }, (body) =>
    api.answer({
      method: request.method ?? "GET",
      target,
      address: `http://${request.headers.host ?? ""}`,
      headers: request.headers,
      body,
    }),
  );
}

async function enterDoor(
  frontDoor: Send,
  held: HeldBytes,
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
  return withBody(request, { limit: DOOR_BODY_LIMIT, held }, (body) =>
    frontDoor({
      method: request.method ?? "GET",
      url: new URL(`https://${hostname}${target}`),
      headers: Object.fromEntries(
        Object.entries(request.headers).map(([name, value]) => [name, [value ?? ""].flat().join()]),
      ),
      body,
      origin,
      signal: gone.signal,
    }),
  );
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
  if (error instanceof NoRoomError && isApi) {
    return errorReply(new GoogleError("UNAVAILABLE", `${error.message} Try again later.`));
  }
  return frontDoorPage(503, path);
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeAllConnections();
  });
}
