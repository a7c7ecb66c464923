import { createServer, type IncomingMessage } from "node:http";
import { once } from "node:events";
import { OAuth2Client } from "google-auth-library";
import { startCloud, type Cloud } from "../../cloud.ts";
import type { CloudEvents, EventName } from "../../api/events.ts";
import { listen } from "../../network/listen.ts";

export const LOCATION = "projects/demo/locations/europe-west1";

/** A request as a worker got it. */
export interface Delivery {
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

/** A local cloud for a client of Google's, and a worker beside it. */
export interface ClientCloud extends AsyncDisposable {
  readonly cloud: Cloud;
  /** The port of Google's API over REST. */
  readonly port: number;
  readonly workerUrl: string;
  /** The next request that the worker gets. */
  readonly delivery: () => Promise<Delivery>;
  readonly event: <Name extends EventName>(name: Name) => Promise<CloudEvents[Name]>;
  /** Calls Google's API over REST, as the owner. */
  readonly rest: (request: string, body?: object) => Promise<unknown>;
}

/** What Google's libraries over REST take for the credentials of the owner. */
export function ownerClient(): OAuth2Client {
  // Of itself it imports its own fetch at the first request, which Jest does not let it.
  const client = new OAuth2Client({ transporterOptions: { fetchImplementation: fetch } });
  client.setCredentials({ access_token: "local-owner" });
  return client;
}

/** Starts both, on free ports of 127.0.0.1. */
export async function startClientCloud(): Promise<ClientCloud> {
  const cloud = await startCloud({
    project: "demo",
    region: "europe-west1",
  });
  const worker = createServer((request, response) => {
    void (async () => {
      let body = "";
      for await (const chunk of request.setEncoding("utf8")) body += String(chunk);
      response.writeHead(204).end();
      const { method, url: path, headers } = request;
      worker.emit("delivery", { method, path, headers, body });
    })();
  });
  const workerPort = await listen(worker, 0, "");
  return {
    cloud,
    port: Number(new URL(cloud.endpoint).port),
    workerUrl: `http://127.0.0.1:${workerPort}`,
    delivery: async () => (await once(worker, "delivery"))[0],
    event: (name) =>
      new Promise((resolve) => {
        const off = cloud.events.on(name, (event) => {
          off();
          resolve(event);
        });
      }),
    async rest(request, body) {
      const [method = "", path = ""] = request.split(" ");
      const response = await fetch(cloud.endpoint + path, {
        method,
        ...(body && { body: JSON.stringify(body) }),
      });
      return response.json();
    },
    async [Symbol.asyncDispose]() {
      await cloud.stop();
      worker.closeAllConnections();
      await new Promise((resolve) => worker.close(resolve));
    },
  };
}
