import { connect, type Socket } from "node:net";
import type { LoadOrder, LoadReport } from "./load.ts";

/*
 * The process that makes load. It writes one prepared request and looks for the end of an answer without
 * a body: an HTTP client would cost more than the servers it is to measure.
 */

const HEAD_END = "\r\n\r\n";
const GOOD = "HTTP/1.1 204 ";

process.on("message", (order: LoadOrder) => {
  void load(order).then((report) => process.send?.(report));
});
// Whoever gave the orders is gone.
process.once("disconnect", () => process.exit());

async function load(order: LoadOrder): Promise<LoadReport> {
  const request = requestOf(order);
  let count = 0;
  let problem: string | undefined;

  const sockets = await Promise.all(
    Array.from({ length: order.connections }, () => open(order.port)),
  );
  const start = performance.now();
  for (const socket of sockets) {
    let pending = "";
    socket.on("data", (text: string) => {
      pending += text;
      if (!pending.endsWith(HEAD_END)) return;
      if (pending.startsWith(GOOD)) count += 1;
      else problem ??= pending;
      pending = "";
      socket.write(request);
    });
    socket.on("error", (error) => (problem ??= error.message));
    socket.on("end", () => (problem ??= "the server closed a connection"));
    socket.write(request);
  }
  await new Promise((resolve) => setTimeout(resolve, order.durationMs));
  const durationMs = performance.now() - start;
  const report = { count, durationMs, ...(problem !== undefined && { problem }) };
  for (const socket of sockets) socket.destroy();
  return report;
}

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
