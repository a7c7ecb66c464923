import type { ClientHttp2Session, IncomingHttpHeaders } from "node:http2";

/** An answer of gRPC: headers and trailers in one, and the body. */
export interface RawGrpcReply {
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** A frame of gRPC, with whatever flag and length a test wants. */
export function grpcFrame(message: Uint8Array, flag = 0, length = message.length): Buffer {
  const prefix = Buffer.from([flag, 0, 0, 0, 0]);
  prefix.writeUInt32BE(length, 1);
  return Buffer.concat([prefix, message]);
}

/** Sends a call in pieces. `:path` and the like may be set among the headers. */
export async function sendGrpc(
  session: ClientHttp2Session,
  pieces: readonly Buffer[],
  headers: Record<string, string> = {},
): Promise<RawGrpcReply> {
  const stream = session.request({
    ":method": "POST",
    "content-type": "application/grpc+proto",
    te: "trailers",
    ...headers,
  });
  const chunks: Buffer[] = [];
  const got: IncomingHttpHeaders = {};
  stream.on("response", (one) => Object.assign(got, one));
  stream.on("trailers", (one) => Object.assign(got, one));
  stream.on("data", (chunk: Buffer) => chunks.push(chunk));
  // A call that the server breaks off has what came of it.
  stream.on("error", () => undefined);
  const closed = new Promise((resolve) => stream.once("close", resolve));
  for (const piece of pieces) stream.write(piece);
  stream.end();
  await closed;
  return { headers: got, body: Buffer.concat(chunks) };
}
