import { createServer, type Server } from "node:http";
import { setImmediate } from "node:timers/promises";
import { listen } from "../../network/listen.ts";
import { createNetwork } from "../../network/localNetwork.ts";
import type { NetworkReply, NetworkRequest } from "../../network/network.ts";

const WORKER = "worker-x1.a.run.app";

function answering(name: string, calls: NetworkRequest[]) {
  return async (request: NetworkRequest): Promise<NetworkReply> => {
    calls.push(request);
    return { status: 200, headers: {}, body: Buffer.from(name) };
  };
}

function makeNetwork(allowHosts: readonly string[] = []) {
  const calls: NetworkRequest[] = [];
  const send = createNetwork({
    frontDoor: answering("door", calls),
    serves: (host) => host === WORKER,
    api: answering("api", calls),
    allowHosts,
  });
  const to = (url: string, more: Partial<NetworkRequest> = {}): NetworkRequest => ({
    method: "POST",
    url: new URL(url),
    headers: {},
    origin: { internal: true, project: "demo" },
    signal: new AbortController().signal,
    ...more,
  });
  return { calls, send, to };
}

const text = ({ body }: NetworkReply): string => Buffer.from(body).toString();

describe("the small network", () => {
  it.each([
    { url: `https://${WORKER}/tasks/a`, to: "door" },
    { url: `http://${WORKER}:80/tasks/a`, to: "door" },
    { url: "https://cloudtasks.googleapis.com/v2/x", to: "api" },
  ])("takes $url to the $to, as it is", async ({ url, to: name }) => {
    const { calls, send, to } = makeNetwork();
    const request = to(url);

    expect(text(await send(request))).toBe(name);
    expect(calls).toEqual([request]);
  });

  it.each([
    "https://api.example.com/hook",
    "https://other-service.a.run.app/",
    "http://169.254.169.254/computeMetadata/v1/",
    "http://metadata.google.internal/",
    "http://10.0.0.1/",
    "https://googleapis.com.example/",
    "http://0.0.0.0:8123/",
  ])("refuses %s, and says how to allow it", async (url) => {
    const { calls, send, to } = makeNetwork(["elsewhere.example"]);
    const { hostname } = new URL(url);

    await expect(send(to(url))).rejects.toThrow(
      new Error(
        `Host '${hostname}' is not in the local cloud, which calls nothing beyond this machine. To allow it: --allow-host ${hostname}.`,
      ),
    );
    expect(calls).toEqual([]);
  });

  it("refuses the placeholder of a queue without a target, even when it is allowed", async () => {
    const { send, to } = makeNetwork(["set-by-the-queue.invalid"]);

    await expect(send(to("https://set-by-the-queue.invalid/tasks/a"))).rejects.toThrow(
      "Host 'set-by-the-queue.invalid' stands for the one that the queue's 'httpTarget' sets; this queue sets none.",
    );
  });

  it("refuses an allowed host by another protocol than HTTP", async () => {
    const { send, to } = makeNetwork(["files.example"]);

    await expect(send(to("ftp://files.example/"))).rejects.toThrow(/neither http nor https/);
  });
});

describe("the small network, to a server on this machine", () => {
  let server: Server | undefined;
  afterEach(() => {
    server?.close();
    server?.closeAllConnections();
  });

  async function serve(listener: Parameters<typeof createServer>[1]): Promise<string> {
    server = createServer(listener);
    return `http://127.0.0.1:${await listen(server, 0, "--port")}`;
  }

  it("sends method, path, headers and body, and gives back status, headers and body", async () => {
    const { send, to } = makeNetwork();
    const url = await serve((request, response) => {
      const chunks: Buffer[] = [];
      request
        .on("data", (chunk: Buffer) => chunks.push(chunk))
        .on("end", () => {
          const { method, url: path, headers } = request;
          const body = Buffer.concat(chunks).toString();
          response
            .writeHead(418, { "x-answer": "1" })
            .end(JSON.stringify({ method, path, body, headers }));
        });
    });

    const reply = await send(
      to(`${url}/hook?x=1`, {
        headers: { "X-CloudTasks-TaskName": "a", Host: "evil.example", Connection: "close" },
        body: Buffer.from("hello"),
      }),
    );

    expect([reply.status, reply.headers["x-answer"]]).toEqual([418, "1"]);
    const seen = JSON.parse(text(reply));
    expect([seen.method, seen.path, seen.body]).toEqual(["POST", "/hook?x=1", "hello"]);
    expect(seen.headers).toMatchObject({
      host: new URL(url).host,
      "x-cloudtasks-taskname": "a",
      "content-length": "5",
    });
  });

  it("does not follow a redirect", async () => {
    const { send, to } = makeNetwork();
    let requests = 0;
    const url = await serve((_request, response) => {
      requests++;
      response.writeHead(302, { location: "/elsewhere" }).end();
    });

    const { status } = await send(to(url));

    expect([status, requests]).toEqual([302, 1]);
  });

  it("uses a connection again", async () => {
    const { send, to } = makeNetwork();
    const url = await serve((_request, response) => response.end("ok"));
    let connections = 0;
    server!.on("connection", () => connections++);

    await send(to(url));
    // The answer is given a moment before its connection is free.
    await setImmediate();
    await send(to(url));

    expect(connections).toBe(1);
  });

  it("rejects when the caller waits no longer", async () => {
    const { send, to } = makeNetwork();
    const caller = new AbortController();
    const url = await serve(() => {
      caller.abort(new Error("The deadline is over."));
    });

    await expect(send(to(url, { signal: caller.signal }))).rejects.toThrow("The deadline is over.");
    await expect(send(to(url, { signal: caller.signal }))).rejects.toThrow("The deadline is over.");
  });

  it("rejects where nothing listens", async () => {
    const { send, to } = makeNetwork();
    const url = await serve(() => undefined);
    await new Promise((resolve) => server!.close(resolve));

    await expect(send(to(url))).rejects.toThrow(/ECONNREFUSED/);
  });

  it("breaks off an answer of more than 32 MiB", async () => {
    const { send, to } = makeNetwork();
    const url = await serve((_request, response) => {
      response.on("error", () => undefined).end(Buffer.alloc(32 * 2 ** 20 + 1));
    });

    await expect(send(to(url))).rejects.toThrow(/size exceeded|max size/i);
  });

  it("calls an allowed host", async () => {
    const { send, to } = makeNetwork(["Allowed.Invalid"]);

    // It is let through, and then no name server knows it: `.invalid` never resolves (RFC 2606).
    await expect(send(to("http://allowed.invalid/"))).rejects.toThrow(/ENOTFOUND|EAI_AGAIN/);
  });
});
