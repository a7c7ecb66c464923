import type { IncomingMessage } from "node:http";

/** More than Cloud Tasks stores of a task. https://cloud.google.com/tasks/docs/quotas */
const MAX_BYTES = 2 ** 20;

/** A request's body. */
export interface Body {
  /** The body; of one of more than 1 MiB the beginning. */
  readonly body: Buffer;
  /** Of the whole of it. */
  readonly bodySize: number;
}

/** Reads a request's body. Rejects where the connection breaks off. */
export function readBody(incoming: IncomingMessage): Promise<Body> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bodySize = 0;
    incoming.on("data", (chunk: Buffer) => {
      if (bodySize < MAX_BYTES) chunks.push(chunk.subarray(0, MAX_BYTES - bodySize));
      bodySize += chunk.length;
    });
    incoming.on("end", () => {
      const [first] = chunks;
      resolve({ body: first && chunks.length === 1 ? first : Buffer.concat(chunks), bodySize });
    });
    incoming.on("error", reject);
  });
}
