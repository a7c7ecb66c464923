import { connect, type ClientHttp2Session, type IncomingHttpHeaders } from "node:http2";
import type { OpenCaller } from "./caller.ts";

/** Sends one prepared message over a session of its own, call after call. */
export const openGrpcCaller: OpenCaller = async (order, onAnswer) => {
  const session = await open(order.port);
  session.on("error", (error) => {
    onAnswer(String(error));
  });
  const headers = {
    ":method": "POST",
    ":path": order.path,
    "content-type": "application/grpc",
    te: "trailers",
    ...order.headers,
  };
  const frame = frameOf(Buffer.from(order.body, "base64"));
  const good = String(order.status);
  return {
    send() {
      const stream = session.request(headers);
      let status: unknown;
      const onHeaders = (received: IncomingHttpHeaders): void => {
        status = received["grpc-status"];
      };
      // Where there is no message, the status comes with the headers.
      stream.on("response", onHeaders);
      stream.on("trailers", onHeaders);
      stream.on("error", (error: Error) => (status = error.message));
      stream.on("close", () => {
        onAnswer(status === good ? undefined : `grpc-status ${String(status)}`);
      });
      stream.resume();
      stream.end(frame);
    },
    close() {
      session.destroy();
    },
  };
};

/** A message as gRPC puts it into HTTP/2: a flag, its length, and its bytes. */
function frameOf(message: Buffer): Buffer {
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
}

function open(port: number): Promise<ClientHttp2Session> {
  return new Promise((resolve, reject) => {
    const session = connect(`http://127.0.0.1:${port}`, () => {
      session.off("error", reject);
      resolve(session);
    });
    session.once("error", reject);
  });
}
