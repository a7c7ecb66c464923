import { createServer } from "node:http";
import { connect } from "node:net";
import { once } from "node:events";
import { startApiServer, type ApiServer } from "../../server/apiServer.ts";
import { listen, PortTakenError } from "../../network/listen.ts";
import type { Method } from "../../api/method.ts";
import type { NetworkReply, NetworkRequest } from "../../network/network.ts";
import { localApi } from "../support/localApi.ts";
import { sendTo } from "../support/rawHttp.ts";

const MIB = 2 ** 20;

const size: Method = {
  name: "Size",
  service: "google.test.v1.Things",
  http: "POST /v1/things/{thing}",
  handle: ({ params, body }) => ({
    thing: params["thing"],
    size: typeof body === "string" ? body.length : 0,
  }),
};

let server: ApiServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

const plainReply = async (request: NetworkRequest): Promise<NetworkReply> => ({
  status: 200,
  headers: { "x-worker": "yes", "set-cookie": ["a=1", "b=2"] },
  body: Buffer.from(`${request.method} ${request.url.href} ${String(request.body?.length)}`),
});

async function start(frontDoor = plainReply) {
  const requests: NetworkRequest[] = [];
  const { api, events, record } = localApi([size], {
    controlRoutes: { "GET /local/v1/outputs": () => ({ a: 1 }) },
  });
  server = await startApiServer({
    project: "demo",
    api,
    events,
    frontDoor: (request) => {
      requests.push(request);
      return frontDoor(request);
    },
    port: 0,
    insidePort: 0,
  });
  return { ...server, requests, refused: record("refused") };
}

describe("the API server", () => {
  it("answers the API on both ports", async () => {
    const { port, insidePort } = await start();

    for (const each of [port, insidePort]) {
      const reply = await sendTo(each, { method: "POST", path: "/v1/things/a", body: '"abc"' });
      expect([reply.status, reply.text]).toEqual([200, '{"thing":"a","size":3}']);
      expect(reply.headers["content-length"]).toBe("22");
    }
  });

  it("answers the API under Google's own host names", async () => {
    const { port } = await start();

    const reply = await sendTo(port, {
      method: "POST",
      path: "/v1/things/a",
      headers: { host: "things.googleapis.com" },
      body: "1",
    });

    expect(reply.status).toBe(200);
  });

  it("is the front door for a run.app host: from outside on one port, from inside on the other", async () => {
    const { port, insidePort, requests } = await start();
    const request = {
      method: "POST",
      path: "/tasks/a?x=1",
      headers: { host: "worker-x1.a.run.app", authorization: "Bearer t" },
      body: "abc",
    };

    const outside = await sendTo(port, request);
    const inside = await sendTo(insidePort, request);

    expect(outside.text).toBe("POST https://worker-x1.a.run.app/tasks/a?x=1 3");
    expect(outside.headers["x-worker"]).toBe("yes");
    expect(outside.headers["set-cookie"]).toEqual(["a=1", "b=2"]);
    expect(inside.status).toBe(200);
    expect(requests.map(({ origin }) => origin)).toEqual([
      { internal: false },
      { internal: true, project: "demo" },
    ]);
    expect(requests[0]!.headers["authorization"]).toBe("Bearer t");
  });

  it("answers HEAD without a body", async () => {
    const { port } = await start();

    const reply = await sendTo(port, { method: "HEAD", headers: { host: "a.run.app" } });

    expect([reply.status, reply.text]).toEqual([200, ""]);
  });

  it("refuses a Host that is not its own, and tells of it", async () => {
    const { port, insidePort, requests, refused } = await start();

    const reply = await sendTo(port, {
      path: "/local/v1/outputs?x=1",
      headers: { host: "evil.example:8123" },
    });
    const inside = await sendTo(insidePort, { headers: { host: "evil.example" } });

    const reason =
      "Host 'evil.example:8123' is not the local cloud's. Allowed: 127.0.0.1, localhost, [::1], *.googleapis.com and *.run.app.";
    expect([reply.status, inside.status]).toEqual([403, 403]);
    expect(JSON.parse(reply.text)).toEqual({
      error: { code: 403, message: reason, status: "PERMISSION_DENIED" },
    });
    expect(reply.headers).not.toHaveProperty("access-control-allow-origin");
    expect(refused[0]).toEqual({
      host: "evil.example:8123",
      path: "/local/v1/outputs",
      status: 403,
      reason,
    });
    expect(requests).toEqual([]);
  });

  it.each(["127.0.0.1:8123", "worker.a.run.app"])(
    "refuses a page from elsewhere at %s",
    async (host) => {
      const { port, requests } = await start();

      const reply = await sendTo(port, {
        method: "POST",
        path: "/v1/things/a",
        headers: { host, origin: "https://evil.example" },
        body: "1",
      });

      expect(reply.status).toBe(403);
      expect(JSON.parse(reply.text).error.message).toMatch(
        /^Origin 'https:\/\/evil\.example' is not the local cloud's\. Allowed: /,
      );
      expect(requests).toEqual([]);
    },
  );

  it("refuses what a page from elsewhere has sent without an Origin, on both ports", async () => {
    const { port, insidePort, requests, refused } = await start();
    const headers = { host: "127.0.0.1:8123", "sec-fetch-site": "cross-site" };

    const image = await sendTo(port, { path: "/v1/things/a", headers });
    const form = await sendTo(insidePort, { method: "POST", headers, body: "1" });

    expect([image.status, form.status]).toEqual([403, 403]);
    expect(refused.map(({ reason }) => reason)).toEqual(
      Array(2).fill(
        "A web page from elsewhere sends it: Sec-Fetch-Site is 'cross-site'. Allowed: 'same-origin', 'none', or no such header at all.",
      ),
    );
    expect(requests).toEqual([]);
  });

  it("answers its own page", async () => {
    const { port } = await start();
    const host = `localhost:${port}`;

    const reply = await sendTo(port, {
      path: "/local/v1/outputs",
      headers: { host, origin: `http://${host}` },
    });

    expect([reply.status, reply.text]).toEqual([200, '{"a":1}']);
  });

  it.each(["http://evil.example/v1/things/a", "*"])("refuses the target %s", async (path) => {
    const { port, requests } = await start();

    const api = await sendTo(port, { method: "POST", path });
    const door = await sendTo(port, { path, headers: { host: "a.run.app" } });

    expect([api.status, door.status]).toEqual([400, 404]);
    expect(requests).toEqual([]);
  });

  it("accepts a body of 10 MiB for the API, and refuses a larger one", async () => {
    const { port } = await start();
    const send = (body: Buffer, headers = {}) =>
      sendTo(port, { method: "POST", path: "/v1/things/a", headers, body });

    const largest = await send(Buffer.from(`"${"a".repeat(10 * MIB - 2)}"`));
    const declared = await send(Buffer.alloc(10 * MIB + 1, " "));
    const chunked = await send(Buffer.alloc(10 * MIB + 1, " "), { "transfer-encoding": "chunked" });

    expect(largest.status).toBe(200);
    for (const reply of [declared, chunked]) {
      expect(JSON.parse(reply.text)).toEqual({
        error: {
          code: 400,
          message: "Request payload size exceeds the limit: 10485760 bytes.",
          status: "INVALID_ARGUMENT",
        },
      });
    }
  });

  it("refuses a body of more than 32 MiB at the front door", async () => {
    const { port } = await start();
    const headers = { host: "a.run.app" };

    const largest = await sendTo(port, { method: "POST", headers, body: Buffer.alloc(32 * MIB) });
    const larger = await sendTo(port, {
      method: "POST",
      headers,
      body: Buffer.alloc(32 * MIB + 1),
    });

    expect([largest.status, larger.status]).toEqual([200, 413]);
  });

  it("answers 503 where the front door gives no answer, and goes on", async () => {
    const { port } = await start(() => Promise.reject(new Error("The container is gone.")));

    const reply = await sendTo(port, { path: "/a", headers: { host: "a.run.app" } });
    const next = await sendTo(port, { path: "/local/v1/outputs" });

    expect([reply.status, next.status]).toEqual([503, 200]);
  });

  it("survives an answer that HTTP cannot carry", async () => {
    const { port } = await start(async () => ({
      status: 200,
      headers: { "x-bad": "a\nb" },
      body: Buffer.alloc(0),
    }));

    const reply = await sendTo(port, { path: "/a", headers: { host: "a.run.app" } });
    const next = await sendTo(port, { path: "/local/v1/outputs" });

    expect([reply.status, next.status]).toEqual([503, 200]);
  });

  it("tells the front door when the client is gone", async () => {
    let aborted: (reason: unknown) => void;
    const abortion = new Promise((resolve) => (aborted = resolve));
    let entered: () => void;
    const entry = new Promise<void>((resolve) => (entered = resolve));
    const { port } = await start(
      ({ signal }) =>
        new Promise((_, reject) => {
          signal.addEventListener("abort", () => {
            aborted(signal.reason);
            reject(signal.reason as Error);
          });
          entered();
        }),
    );
    const socket = connect(port, "127.0.0.1");
    socket.write("GET /slow HTTP/1.1\r\nHost: a.run.app\r\n\r\n");
    await entry;

    socket.destroy();

    expect(await abortion).toEqual(new Error("The client is gone."));
  });

  it("closes with connections open", async () => {
    const { port, close } = await start();
    const socket = connect(port, "127.0.0.1");
    await once(socket, "connect");

    await close();
    await once(socket.resume(), "close");

    expect(socket.destroyed).toBe(true);
  });
});

const asError = (error: unknown): unknown => error;

describe("a port that is taken", () => {
  it("is told in one line that names it and the flag to change it", async () => {
    const other = createServer();
    const port = await listen(other, 0, "--other");
    const { api, events } = localApi([]);
    const options = { project: "demo", api, events, frontDoor: plainReply };

    const outside = await startApiServer({ ...options, port, insidePort: 0 }).catch(asError);
    const inside = await startApiServer({ ...options, port: 0, insidePort: port }).catch(asError);
    other.close();

    expect(outside).toBeInstanceOf(PortTakenError);
    expect(outside).toHaveProperty(
      "message",
      `Port ${port} on 127.0.0.1 is taken: another program listens on it (another 'npm start', perhaps). Choose another one with --port <port>.`,
    );
    expect(inside).toHaveProperty(
      "message",
      expect.stringContaining("Choose another one with --inside-port <port>."),
    );
  });
});
