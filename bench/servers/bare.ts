import { createServer } from "node:http";

// The least that answers a task: a server that reads the body and says 204.

const server = createServer((request, response) => {
  request.on("data", () => undefined);
  request.on("end", () => {
    response.writeHead(204).end();
  });
});
server.listen(Number(process.env["PORT"]), "127.0.0.1", () => {
  const address = server.address();
  if (typeof address === "object") console.log(`The server listens on port ${address?.port}.`);
});
