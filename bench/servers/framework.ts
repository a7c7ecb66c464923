import { http } from "@google-cloud/functions-framework";
import { getTestServer } from "@google-cloud/functions-framework/testing";

// What people start from who have no worker: a function that does nothing, in Google's framework.

http("noop", (_request, response) => {
  response.status(204).end();
});
const server = getTestServer("noop");
server.listen(Number(process.env["PORT"]), "127.0.0.1", () => {
  const address = server.address();
  if (typeof address === "object") console.log(`The server listens on port ${address?.port}.`);
});
