import type { IncomingMessage } from "node:http";
import type { HeldBytes } from "./clientLimits.ts";

/** A body that is larger than may be sent. */
export class BodyTooLargeError extends Error {
  override readonly name = "BodyTooLargeError";
}

/** A body that there is no room for beside those of other requests. */
export class NoRoomError extends Error {
  override readonly name = "NoRoomError";
}

export interface BodyOptions {
  /** The most bytes that a body may have. */
  readonly limit: number;
  /** Where it is counted until `use` is done with it. */
  readonly held: HeldBytes;
}

/** Reads the body of a request, which is `undefined` where it has none, and gives it to `use`. */
export async function withBody<Result>(
  request: IncomingMessage,
  { limit, held }: BodyOptions,
  use: (body: Uint8Array | undefined) => Result | Promise<Result>,
): Promise<Result> {
  const { "content-length": length, "transfer-encoding": encoding } = request.headers;
  if (encoding === undefined && (length === undefined || length === "0")) return use(undefined);
  if (Number(length) > limit) throw tooLarge(limit);
  let size = 0;
  const count = (bytes: number): void => {
    if (size + bytes > limit) throw tooLarge(limit);
    if (!held.take(bytes)) {
      throw new NoRoomError(`All requests together have more than ${held.limit} bytes.`);
    }
    size += bytes;
  };
  try {
    return await use(await read(request, count));
  } finally {
    held.release(size);
  }
}

/** Collects a body. Rejects with what `count` throws; the rest of the body is then read and dropped. */
function read(request: IncomingMessage, count: (bytes: number) => void): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const collect = (chunk: Buffer): void => {
      try {
        count(chunk.length);
        chunks.push(chunk);
      } catch (error) {
        chunks.length = 0;
        request.off("data", collect).resume();
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    };
    request
      .on("data", collect)
      .on("end", () => {
        const [only] = chunks;
        resolve(only && chunks.length === 1 ? only : Buffer.concat(chunks));
      })
      .on("error", reject);
  });
}

function tooLarge(limit: number): BodyTooLargeError {
  return new BodyTooLargeError(`A body is larger than ${limit} bytes.`);
}
