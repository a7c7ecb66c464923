import type { IncomingMessage } from "node:http";

/** A body that is larger than may be sent. */
export class BodyTooLargeError extends Error {
  override readonly name = "BodyTooLargeError";
}

/** The body of a request; `undefined` where it has none. Rejects once it is larger than `limit` bytes. */
export function readBody(
  request: IncomingMessage,
  limit: number,
): Promise<Uint8Array | undefined> | undefined {
  const { "content-length": length, "transfer-encoding": encoding } = request.headers;
  if (encoding === undefined && (length === undefined || length === "0")) return undefined;
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const refuse = (): void => {
      reject(new BodyTooLargeError(`A body is larger than ${limit} bytes.`));
    };
    if (Number(length) > limit) {
      refuse();
      return;
    }
    request
      .on("data", (chunk: Buffer) => {
        size += chunk.length;
        if (size <= limit) chunks.push(chunk);
        else refuse();
      })
      .on("end", () => {
        const [only] = chunks;
        resolve(chunks.length === 1 ? only : Buffer.concat(chunks));
      })
      .on("error", reject);
  });
}
