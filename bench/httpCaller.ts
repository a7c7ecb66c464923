import { connect, type Socket } from "node:net";
import type { OpenCaller } from "./caller.ts";
import type { LoadOrder } from "./load.ts";

const HEAD_END = "\r\n\r\n";

/** Writes one prepared request and looks for the end of its answer. */
export const openHttpCaller: OpenCaller = async (order, onAnswer) => {
  const request = requestOf(order);
  const good = `HTTP/1.1 ${order.status} `;
  const socket = await open(order.port);
  let pending = "";
  socket.on("data", (text: string) => {
    pending += text;
    if (!isWhole(pending)) return;
    const problem = pending.startsWith(good) ? undefined : pending;
    pending = "";
    onAnswer(problem);
  });
  socket.on("error", (error) => {
    onAnswer(error.message);
  });
  socket.on("end", () => {
    onAnswer("the server closed a connection");
  });
  return { send: () => socket.write(request), close: () => socket.destroy() };
};

/** Whether a text of single bytes is a whole answer: its head, and as much of a body as that tells of. */
function isWhole(text: string): boolean {
  const end = text.indexOf(HEAD_END);
  if (end < 0) return false;
  const length = CONTENT_LENGTH.exec(text)?.[1] ?? 0;
  return text.length === end + HEAD_END.length + Number(length);
}

const CONTENT_LENGTH = /^content-length: (\d+)/im;

function requestOf({ port, path, headers, body }: LoadOrder): Buffer {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(
    `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n${lines.join("")}` +
      `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}

function open(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true }, () => {
      socket.off("error", reject);
      resolve(socket);
    });
    socket.once("error", reject);
    socket.setEncoding("latin1");
  });
}
