import { createServer, type Socket } from "node:net";
import { writeError } from "../api/api.ts";
import { CLIENT_LIMITS, type ClientLimits } from "../server/clientLimits.ts";
import { listen } from "../network/listen.ts";
import type { GrpcService, GrpcServiceOptions } from "./grpcService.ts";

export interface GrpcServerOptions extends Pick<GrpcServiceOptions, "served" | "events"> {
  /** 0 means any free one. */
  readonly port: number;
  /** @default - CLIENT_LIMITS, and connections may rest for ten minutes */
  readonly limits?: ClientLimits;
  /** @default - its stack goes to standard error */
  readonly onUnexpected?: GrpcServiceOptions["onUnexpected"];
}

/** The gRPC side of the local cloud, as it listens on 127.0.0.1. */
export interface GrpcServer {
  readonly port: number;
  /** Ends every connection. */
  readonly close: () => Promise<void>;
}

/** Serves the methods over gRPC, without TLS. Throws `PortTakenError`. */
export async function startGrpcServer({
  limits = { ...CLIENT_LIMITS, restMs: 600_000 },
  onUnexpected = writeError,
  ...options
}: GrpcServerOptions): Promise<GrpcServer> {
  const sockets = new Set<Socket>();
  let loading: Promise<GrpcService> | undefined;
  // Most runs never use it, and its libraries take a fifth of a second to load: the first connection does.
  const load = (): Promise<GrpcService> =>
    (loading ??= import("./grpcService.ts").then((module) =>
      module.createGrpcService({ ...options, limits, onUnexpected }),
    ));

  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    // A client that goes away is no failure here.
    socket.on("error", () => undefined);
    load().then(
      (service) => {
        service.accept(socket);
      },
      (error: unknown) => {
        onUnexpected("gRPC", error);
        socket.destroy();
      },
    );
  });
  server.maxConnections = MAX_CONNECTIONS;
  const port = await listen(server, options.port, "--grpc-port");

  return {
    port,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** As many as of REST. */
const MAX_CONNECTIONS = 4096;
