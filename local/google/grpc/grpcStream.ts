import type { IncomingHttpHeaders, OutgoingHttpHeaders, ServerHttp2Stream } from "node:http2";
import { gunzipSync } from "node:zlib";
import { GoogleError } from "../googleError.ts";

/*
 * One call of gRPC over HTTP/2: https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md. A server of
 * @grpc/grpc-js does the same and takes a third more time for a whole CreateTask; only tests use its client.
 */

/** Who calls, and how long it is ready to wait. */
export interface Caller {
  readonly authorization: string | undefined;
  readonly timeoutMs: number | undefined;
}

/** What makes an answer to a call. */
export interface StreamHandler {
  /** Answers the bytes of a message with those of another. */
  readonly answer: (message: Uint8Array, caller: Caller) => Promise<Uint8Array>;
  /** The headers that tell of a failure of `answer`. */
  readonly statusOf: (error: unknown) => OutgoingHttpHeaders;
}

/** Reads the message of a call, and sends its answer or why there is none. */
export function serveStream(
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  { answer, statusOf }: StreamHandler,
): void {
  // A call that its caller breaks off is no failure here.
  stream.on("error", () => undefined);
  if (headers["content-type"]?.startsWith("application/grpc") !== true) {
    stream.respond({ ":status": 415 }, { endStream: true });
    return;
  }
  const fail = (error: unknown): void => {
    if (stream.destroyed || stream.headersSent) return;
    stream.respond({ ...ANSWERED, ...statusOf(error) }, { endStream: true });
  };
  const chunks: Buffer[] = [];
  let size = 0;
  stream.on("data", (chunk: Buffer) => {
    size += chunk.length;
    if (size <= PREFIX + MAX_MESSAGE) {
      chunks.push(chunk);
      return;
    }
    chunks.length = 0;
    fail(new GoogleError("RESOURCE_EXHAUSTED", `A message is larger than ${MAX_MESSAGE} bytes.`));
    stream.close();
  });
  stream.on("end", () => {
    if (stream.headersSent) return;
    // What is thrown on the way to the answer is answered too.
    new Promise<Uint8Array>((resolve) => {
      resolve(answer(messageOf(chunks, headers), callerOf(headers)));
    }).then((message) => {
      send(stream, message);
    }, fail);
  });
}

/** A frame begins with a flag, whether it is compressed, and its length. */
const PREFIX = 5;
const MAX_MESSAGE = 4 * 2 ** 20; // What gRPC takes unless told otherwise.
const ANSWERED = { ":status": 200, "content-type": "application/grpc" };

function send(stream: ServerHttp2Stream, message: Uint8Array): void {
  if (stream.destroyed) return;
  const frame = Buffer.allocUnsafe(PREFIX + message.length);
  frame[0] = 0;
  frame.writeUInt32BE(message.length, 1);
  frame.set(message, PREFIX);
  stream.respond(ANSWERED, { waitForTrailers: true });
  stream.on("wantTrailers", () => {
    stream.sendTrailers({ "grpc-status": "0" });
  });
  stream.end(frame);
}

function messageOf(
  chunks: readonly Buffer[],
  { "grpc-encoding": encoding }: IncomingHttpHeaders,
): Uint8Array {
  const [only] = chunks;
  const frame = only && chunks.length === 1 ? only : Buffer.concat(chunks);
  if (frame.length < PREFIX || frame.readUInt32BE(1) !== frame.length - PREFIX) {
    throw new GoogleError("INTERNAL", "The request is not one message.");
  }
  const message = frame.subarray(PREFIX);
  if (frame[0] === 0) return message;
  if (encoding !== "gzip") {
    throw new GoogleError("UNIMPLEMENTED", "Only 'gzip' may be the 'grpc-encoding' of a message.");
  }
  try {
    return gunzipSync(message, { maxOutputLength: MAX_MESSAGE });
  } catch (error) {
    throw new GoogleError("INTERNAL", `The message cannot be decompressed: ${String(error)}`);
  }
}

function callerOf({ authorization, "grpc-timeout": timeout }: IncomingHttpHeaders): Caller {
  const [, value, unit = ""] = /^(\d{1,8})([HMSmun])$/.exec(String(timeout)) ?? [];
  const unitMs = UNITS_MS[unit];
  return { authorization, timeoutMs: unitMs === undefined ? undefined : Number(value) * unitMs };
}

const UNITS_MS: Readonly<Record<string, number>> = {
  H: 3_600_000,
  M: 60_000,
  S: 1000,
  m: 1,
  u: 1e-3,
  n: 1e-6,
};
