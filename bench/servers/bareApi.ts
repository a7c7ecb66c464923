import { createServer } from "node:http";
import { createServer as createHttp2Server } from "node:http2";

// The least that answers a call of an API: a server that reads it and sends always the same, over HTTP/1.1
// or as gRPC does.

const answer = Buffer.from(process.env["ANSWER"] ?? "", "base64");
const json = { "content-type": "application/json; charset=UTF-8", "content-length": answer.length };

const rest = createServer((request, response) => {
  request.on("data", () => undefined);
  request.on("end", () => {
    response.writeHead(200, json).end(answer);
  });
});

const prefix = Buffer.alloc(5);
prefix.writeUInt32BE(answer.length, 1);
const frame = Buffer.concat([prefix, answer]);

const grpc = createHttp2Server().on("stream", (stream) => {
  stream.on("data", () => undefined);
  stream.on("end", () => {
    const headers = { ":status": 200, "content-type": "application/grpc" };
    stream.respond(headers, { waitForTrailers: true });
    stream.on("wantTrailers", () => {
      stream.sendTrailers({ "grpc-status": "0" });
    });
    stream.end(frame);
  });
});

const server = process.env["PROTOCOL"] === "grpc" ? grpc : rest;
server.listen(Number(process.env["PORT"]), "127.0.0.1", () => {
  const address = server.address();
  if (typeof address === "object") console.log(`The server listens on port ${address?.port}.`);
});
