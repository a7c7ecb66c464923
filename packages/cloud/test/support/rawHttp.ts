import { request, type IncomingHttpHeaders, type RequestOptions } from "node:http";
import { connect, type Socket } from "node:net";

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

/** A connection to a port of 127.0.0.1 that says exactly what a test wants. */
export class RawConnection {
  readonly socket: Socket;
  /** Resolves once the connection has ended, to all that came over it. */
  readonly ended: Promise<string>;
  #text = "";

  constructor(port: number) {
    this.socket = connect(port, "127.0.0.1").setEncoding("latin1");
    this.socket.on("data", (text: string) => (this.#text += text));
    // Broken off by the other side: what came is there all the same. 'once' of Node's events would reject.
    this.socket.on("error", () => undefined);
    this.ended = new Promise((resolve) => {
      this.socket.once("close", () => {
        resolve(this.#text);
      });
    });
  }

  write(bytes: string | Buffer): this {
    this.socket.write(bytes);
    return this;
  }

  /** The first answer; `undefined` where the connection ends without one. */
  async reply(): Promise<RawReply | undefined> {
    while (!this.socket.closed) {
      const found = parseReply(this.#text, false);
      if (found) return found;
      await Promise.race([new Promise((resolve) => this.socket.once("data", resolve)), this.ended]);
    }
    return parseReply(this.#text, true);
  }
}

/** Reads an answer off what came so far. Throws where that is none. */
function parseReply(text: string, isAll: boolean): RawReply | undefined {
  if (text === "" && isAll) return undefined;
  const end = text.indexOf("\r\n\r\n");
  if (end < 0 && !isAll) return undefined;
  const [start = "", ...lines] = text.slice(0, end).split("\r\n");
  const [, status] = /^HTTP\/1\.1 (\d{3}) [\w' -]+$/.exec(start) ?? [];
  if (status === undefined) throw new Error(`Not an answer of HTTP: ${JSON.stringify(text)}`);
  // The answer is yet to come.
  if (status === "100") return parseReply(text.slice(end + 4), isAll);
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const [, name = "", value = ""] = /^([\w-]+): ([^\r\n]*)$/.exec(line) ?? [];
    if (name === "") throw new Error(`Not a header: ${JSON.stringify(line)}`);
    headers[name.toLowerCase()] = value;
  }
  const body = text.slice(end + 4);
  const length = Number(headers["content-length"] ?? 0);
  if (body.length < length && !isAll) return undefined;
  return { status: Number(status), headers, text: body.slice(0, length) };
}
