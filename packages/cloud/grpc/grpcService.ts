import { createServer, type ServerHttp2Session } from "node:http2";
import type { Socket } from "node:net";
import type { Method as RpcMethod } from "protobufjs";
import type { Authority } from "../api/authority.ts";
import { callMethod } from "../api/callMethod.ts";
import type { Events } from "../api/events.ts";
import { HeldBytes, type ClientLimits } from "../server/clientLimits.ts";
import { GoogleError } from "../api/googleError.ts";
import type { Method } from "../api/method.ts";
import { NotEmulatedError, tellNotEmulated } from "../api/notEmulated.ts";
import { grpcStatus } from "./grpcStatus.ts";
import { serveStream, type StreamHandler } from "./grpcStream.ts";
import { readHttpRule } from "./httpRule.ts";
import { decodeBytes, encodeBytes } from "./messageCodec.ts";
import { loadProtos } from "./protos.ts";

/** What answers gRPC on a connection. */
export interface GrpcService {
  readonly accept: (connection: Socket) => void;
}

/** What answers calls. */
export interface Served {
  /** All methods there are. Those of services that Google's package for Cloud Tasks defines are served. */
  readonly methods: readonly Method[];
  readonly authority: Authority;
}

export interface GrpcServiceOptions {
  /** Asked at each call: a reset of the cloud puts another in its place. */
  readonly served: () => Served;
  readonly events: Events;
  /** What a client may cost the others. */
  readonly limits: ClientLimits;
  /** Told of an error that no method is meant to throw. */
  readonly onUnexpected: (what: string, error: unknown) => void;
}

const SERVICES = [
  "google.cloud.tasks.v2.CloudTasks",
  "google.cloud.tasks.v2beta3.CloudTasks",
  "google.cloud.location.Locations",
];

/** Serves every RPC of the services from the method of that name. */
export function createGrpcService(options: GrpcServiceOptions): GrpcService {
  const { limits } = options;
  const held = new HeldBytes(limits.heldBytes);
  const root = loadProtos();
  const answersOf = (served: Served): Answers => ({
    served,
    byName: new Map(
      SERVICES.flatMap((service) =>
        root
          .lookupService(service)
          .methodsArray.map((rpc) => [`${service}/${rpc.name}`, readRpc(rpc, service, served)]),
      ),
    ),
  });
  let answers: Answers | undefined;
  const find = (name: string): Answer => {
    const served = options.served();
    if (answers?.served !== served) answers = answersOf(served);
    return answers.byName.get(name) ?? notEmulated(name);
  };

  const server = createServer({ settings: { maxConcurrentStreams: MAX_STREAMS } });
  server.on("session", (session: ServerHttp2Session) => {
    const end = (): void => {
      session.destroy();
    };
    session.setTimeout(limits.headersMs, end);
    session.once("stream", () => {
      session.setTimeout(limits.restMs);
    });
    // What a client breaks is its own connection.
    session.on("error", () => undefined);
  });
  server.on("stream", (stream, headers) => {
    const name = headers[":path"]?.slice(1) ?? "";
    serveStream(stream, headers, {
      limits,
      held,
      answer: find(name),
      statusOf: (error) => grpcStatus(refusalOf(error, name, options), root),
    });
  });
  return {
    accept(connection) {
      server.emit("connection", connection);
    },
  };
}

const MAX_STREAMS = 1000;

type Answer = StreamHandler["answer"];

interface Answers {
  readonly served: Served;
  readonly byName: ReadonlyMap<string, Answer>;
}

function readRpc(rpc: RpcMethod, service: string, { methods, authority }: Served): Answer {
  const { resolvedRequestType: requestType, resolvedResponseType: responseType } = rpc;
  const method = methods.find((one) => one.service === service && one.name === rpc.name);
  if (method === undefined) return notEmulated(`${service}/${rpc.name}`);
  if (!requestType || !responseType) throw new Error(`${rpc.fullName} is not resolved.`);
  const callOf = readHttpRule(rpc, method);
  return async (message, { authorization, timeoutMs }) => {
    requireTimeout(timeoutMs);
    const member = authority.identify(authorization);
    const call = callOf(decodeBytes(requestType, message), member);
    return encodeBytes(responseType, await callMethod(method, call, authority));
  };
}

function notEmulated(what: string): Answer {
  return async () => {
    throw new NotEmulatedError(what);
  };
}

const MAX_TIMEOUT_MS = 30_000;

/** Cloud Tasks takes no call that may last longer (google-cloud.md 1.1). */
function requireTimeout(timeoutMs: number | undefined): void {
  if (timeoutMs === undefined || timeoutMs <= MAX_TIMEOUT_MS) return;
  const deadline = new Date(Date.now() + timeoutMs).toISOString();
  throw new GoogleError(
    "INVALID_ARGUMENT",
    `The request deadline is ${deadline}. The deadline cannot be more than 30s in the future.`,
  );
}

function refusalOf(error: unknown, what: string, { events, onUnexpected }: GrpcServiceOptions) {
  tellNotEmulated(error, events);
  if (error instanceof GoogleError) return error;
  onUnexpected(what, error);
  return new GoogleError("INTERNAL", "Internal error encountered.");
}
