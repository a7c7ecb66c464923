import type { Duplex } from "node:stream";
import { Server, ServerCredentials, type handleUnaryCall } from "@grpc/grpc-js";
import type { Method as RpcMethod, Root } from "protobufjs";
import { callMethod } from "../callMethod.ts";
import { GoogleError } from "../googleError.ts";
import type { GrpcServerOptions } from "./grpcServer.ts";
import { grpcStatus } from "./grpcStatus.ts";
import { readHttpRule } from "./httpRule.ts";
import { decodeBytes, encodeBytes, type JsonMessage } from "./messageCodec.ts";
import { loadProtos } from "./protos.ts";

/** What answers gRPC on a connection. */
export interface GrpcService {
  readonly accept: (connection: Duplex) => void;
  readonly close: () => void;
}

export type GrpcServiceOptions = Required<Omit<GrpcServerOptions, "port">>;

const SERVICES = [
  "google.cloud.tasks.v2.CloudTasks",
  "google.cloud.tasks.v2beta3.CloudTasks",
  "google.cloud.location.Locations",
];

/** Serves every RPC of the services from the method of that name. */
export function createGrpcService(options: GrpcServiceOptions): GrpcService {
  const root = loadProtos();
  const server = new Server({
    "grpc.max_connection_idle_ms": MAX_IDLE_MS,
    // Nobody asks for its statistics, which cost a tenth of a call.
    "grpc.enable_channelz": 0,
  });
  for (const name of SERVICES) {
    for (const rpc of root.lookupService(name).methodsArray) register(server, rpc, root, options);
  }
  const injector = server.createConnectionInjector(ServerCredentials.createInsecure());
  return {
    accept(connection) {
      injector.injectConnection(connection);
    },
    close() {
      injector.destroy();
      server.forceShutdown();
    },
  };
}

const MAX_IDLE_MS = 600_000;

function register(server: Server, rpc: RpcMethod, root: Root, options: GrpcServiceOptions): void {
  const { resolvedRequestType: requestType, resolvedResponseType: responseType, parent } = rpc;
  const service = parent?.fullName.slice(1) ?? "";
  if (!requestType || !responseType) throw new Error(`${rpc.fullName} is not resolved.`);
  const answer = answerTo(rpc, service, options);

  const handle: handleUnaryCall<JsonMessage, object> = (call, callback) => {
    const deadline = Number(call.getDeadline());
    const authorization = call.metadata.get("authorization")[0]?.toString();
    // The answer or the refusal of a call, whether it comes at once or later.
    void new Promise<object>((resolve) => {
      requireDeadline(deadline);
      resolve(answer(call.request, authorization));
    }).then(
      (json) => {
        callback(null, json);
      },
      (error: unknown) => {
        callback(grpcStatus(refusalOf(error, `${service}/${rpc.name}`, options), root));
      },
    );
  };
  server.register(
    `/${service}/${rpc.name}`,
    handle,
    (json) => encodeBytes(responseType, json),
    (bytes) => decodeBytes(requestType, bytes),
    "unary",
  );
}

function answerTo(
  rpc: RpcMethod,
  service: string,
  { methods, authority, events }: GrpcServiceOptions,
): (request: JsonMessage, authorization: string | undefined) => object | Promise<object> {
  const method = methods.find((one) => one.service === service && one.name === rpc.name);
  if (method === undefined) {
    return () => {
      const what = `${service}/${rpc.name}`;
      events.emit("notEmulated", { what });
      throw new GoogleError("UNIMPLEMENTED", `'${what}' is not emulated locally.`);
    };
  }
  const callOf = readHttpRule(rpc, method);
  return (request, authorization) => {
    const member = authority.identify(authorization);
    return callMethod(method, callOf(request, member), authority);
  };
}

const MAX_DEADLINE_MS = 30_000;

/** Cloud Tasks takes no call that may last longer (google-cloud.md 1.1). */
function requireDeadline(deadline: number): void {
  if (deadline === Infinity || deadline - Date.now() <= MAX_DEADLINE_MS) return;
  throw new GoogleError(
    "INVALID_ARGUMENT",
    `The request deadline is ${new Date(deadline).toISOString()}. The deadline cannot be more than 30s in the future.`,
  );
}

function refusalOf(error: unknown, what: string, { onUnexpected }: GrpcServiceOptions) {
  if (error instanceof GoogleError) return error;
  onUnexpected(what, error);
  return new GoogleError("INTERNAL", "Internal error encountered.");
}
