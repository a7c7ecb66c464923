import type { IncomingMessage } from "node:http";
import { Refusal } from "./errors.ts";

const MAX_BYTES = 2 ** 20;

/** Reads a request's body. Rejects with a `Refusal` for one over 1 MiB, and keeps none of it. */
export function readBody(incoming: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    if (Number(incoming.headers["content-length"] ?? 0) > MAX_BYTES) {
      reject(new Refusal("body-too-large"));
      return;
    }
    const chunks: Buffer[] = [];
    let size = 0;
    incoming.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size <= MAX_BYTES) chunks.push(chunk);
      else reject(new Refusal("body-too-large"));
    });
    incoming.on("end", () => {
      const [first] = chunks;
      resolve(first && chunks.length === 1 ? first : Buffer.concat(chunks));
    });
    incoming.on("error", reject);
  });
}
