import {
  constants,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
  type ServerHttp2Stream,
} from "node:http2";
import { gunzipSync } from "node:zlib";
import type { ClientLimits, HeldBytes } from "../server/clientLimits.ts";
import { LostResponse } from "../network/lostResponse.ts";
import { GoogleError } from "../api/googleError.ts";

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
  readonly limits: ClientLimits;
  /** Where the message is counted while it comes, and its answer until its client has read it. */
  readonly held: HeldBytes;
  /** Answers the bytes of a message with those of another. */
  readonly answer: (message: Uint8Array, caller: Caller) => Promise<Uint8Array>;
  /** The headers that tell of a failure of `answer`. */
  readonly statusOf: (error: unknown) => OutgoingHttpHeaders;
}

/** Reads the message of a call, and sends its answer or why there is none. */
export function serveStream(
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  { limits, held, answer, statusOf }: StreamHandler,
): void {
  // A call that its caller breaks off is no failure here.
  stream.on("error", () => undefined);
  if (headers["content-type"]?.startsWith("application/grpc") !== true) {
    stream.respond({ ":status": 415 }, { endStream: true });
    // Whatever else it is going to send.
    stream.close();
    return;
  }
  const fail = (error: unknown): void => {
    if (stream.destroyed || stream.headersSent) return;
    if (error instanceof LostResponse) {
      // The connection breaks, with whatever else is under way on it.
      stream.session?.destroy();
      return;
    }
    stream.respond({ ...ANSWERED, ...statusOf(error) }, { endStream: true });
  };
  const chunks: Buffer[] = [];
  let size = 0;
  // Of whichever side: a client that sends nothing more, a method that waits, a client that reads nothing.
  const late = setTimeout(() => {
    const seconds = limits.requestMs / 1000;
    fail(new GoogleError("DEADLINE_EXCEEDED", `The call took more than ${seconds} s.`));
    stream.close(constants.NGHTTP2_CANCEL);
  }, limits.requestMs).unref();
  stream.once("close", () => {
    clearTimeout(late);
    held.release(size);
  });
  const count = (bytes: number): boolean => {
    if (!held.take(bytes)) return false;
    size += bytes;
    return true;
  };
  const refuse = (reason: string): void => {
    chunks.length = 0;
    fail(new GoogleError("RESOURCE_EXHAUSTED", reason));
    stream.close();
  };
  stream.on("data", (chunk: Buffer) => {
    if (stream.headersSent) return;
    if (size + chunk.length > PREFIX + MAX_MESSAGE) {
      refuse(`A message is larger than ${MAX_MESSAGE} bytes.`);
    } else if (count(chunk.length)) {
      chunks.push(chunk);
    } else {
      refuse(NO_ROOM);
    }
  });
  stream.on("end", () => {
    if (stream.headersSent) return;
    // What is thrown on the way to the answer is answered too.
    new Promise<Uint8Array>((resolve) => {
      resolve(answer(messageOf(chunks, headers), callerOf(headers)));
    }).then((message) => {
      if (stream.destroyed) return;
      if (count(message.length)) send(stream, message);
      else fail(new GoogleError("RESOURCE_EXHAUSTED", NO_ROOM));
    }, fail);
  });
}

/** A frame begins with a flag, whether it is compressed, and its length. */
const PREFIX = 5;
const MAX_MESSAGE = 4 * 2 ** 20; // What gRPC takes unless told otherwise.
const NO_ROOM = "Too many messages are under way. Try again later.";
const ANSWERED = { ":status": 200, "content-type": "application/grpc" };

function send(stream: ServerHttp2Stream, message: Uint8Array): void {
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
