import { request, type IncomingHttpHeaders, type RequestOptions } from "node:http";

/** An answer, read to its end. */
export interface RawReply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** Sends a request to a port of 127.0.0.1 with whatever headers a test wants, `Host` among them. */
export function sendTo(
  port: number,
  {
    body,
    ...options
  }: Pick<RequestOptions, "method" | "path" | "headers"> & { body?: string | Buffer } = {},
): Promise<RawReply> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: "127.0.0.1", port, agent: false, ...options }, (response) => {
      const chunks: Buffer[] = [];
      response
        .on("data", (chunk: Buffer) => chunks.push(chunk))
        .on("end", () => {
          const { statusCode = 0, headers } = response;
          resolve({ status: statusCode, headers, text: Buffer.concat(chunks).toString() });
        })
        .on("error", reject);
    });
    sent.on("error", reject).end(body);
  });
}
