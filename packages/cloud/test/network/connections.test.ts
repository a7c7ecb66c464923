import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { once } from "node:events";
import { createServer, type RequestListener, type Server, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { Connections } from "../../network/connections.ts";
import { listen } from "../../network/listen.ts";
import { exchangeOver } from "../../network/exchange.ts";

let servers: Server[] = [];
afterEach(() => {
  for (const server of servers) {
    server.close();
    server.closeAllConnections();
  }
  servers = [];
});

/** A server, the connections to it, and what was opened. */
async function serve(listener: RequestListener) {
  const server = createServer(listener);
  servers.push(server);
  const sockets: Socket[] = [];
  server.on("connection", (socket) => sockets.push(socket));
  const port = await listen(server, 0, "--port");
  const connections = new Connections(`http://127.0.0.1:${port}`);
  const get = async (signal = new AbortController().signal): Promise<number> => {
    const exchange = { method: "GET", path: "/", headers: [], body: undefined, deadline: Infinity };
    return (await exchangeOver(connections, { ...exchange, signal }, () => undefined)).status;
  };
  return { server, sockets, connections, get };
}

const times = <T>(count: number, run: () => T): T[] => Array.from({ length: count }, run);

describe("The connections to a server", () => {
  it("are as many as its slow requests", async () => {
    const open: ServerResponse[] = [];
    const { get, sockets } = await serve((_request, response) => {
      open.push(response);
      if (open.length === 300) for (const one of open) one.end();
    });

    expect(await Promise.all(times(300, get))).toEqual(times(300, () => 200));
    expect(sockets).toHaveLength(300);
  });

  it("are opened sixteen at a time, however many requests there are at once", async () => {
    const { get } = await serve((_request, response) => response.end());
    let attempts = 0;
    const count = (): void => {
      attempts++;
    };
    subscribe("undici:client:beforeConnect", count);

    const requests = times(500, get);

    expect(attempts).toBe(16);
    expect(await Promise.all(requests)).toEqual(times(500, () => 200));
    unsubscribe("undici:client:beforeConnect", count);
  });

  it("are used again, the one used last first", async () => {
    const used: (number | undefined)[] = [];
    const { get } = await serve((request, response) => {
      used.push(request.socket.remotePort);
      response.end();
    });

    await Promise.all([get(), get()]);
    await get();
    await get();

    expect(new Set(used).size).toBe(2);
    expect(used[3]).toBe(used[2]);
  });

  it("serve a request where the server has just closed the kept one", async () => {
    const { get, server, sockets } = await serve((_request, response) => response.end());
    await get();
    await new Promise(setImmediate);

    server.closeIdleConnections();

    expect(await get()).toBe(200);
    expect(sockets).toHaveLength(2);
  });

  it("serve the next request where the server closes each after its answer", async () => {
    const { get, sockets } = await serve((_request, response) => {
      response.writeHead(200, { connection: "close" }).end();
    });

    expect(await Promise.all(times(100, get))).toEqual(times(100, () => 200));
    expect(await get()).toBe(200);
    expect(sockets).toHaveLength(101);
  });

  it("rest for a second, and for less where the server says that it waits no longer", async () => {
    const rest = async (keepAlive?: string): Promise<number> => {
      const { get, sockets } = await serve((_request, response) => {
        if (keepAlive !== undefined) response.setHeader("keep-alive", keepAlive);
        response.end();
      });
      await get();
      const start = performance.now();
      await once(sockets[0]!, "end");
      return performance.now() - start;
    };

    const [usual, short] = await Promise.all([rest(), rest("timeout=1")]);

    expect(usual).toBeGreaterThan(900);
    expect(usual).toBeLessThan(2000);
    expect(short).toBeLessThan(900);
  });

  it("fail every request where nothing listens", async () => {
    const { get, server } = await serve(() => undefined);
    await new Promise((resolve) => server.close(resolve));

    const outcomes = await Promise.all(
      times(200, () => get().catch((error: unknown) => String(error))),
    );

    expect(new Set(outcomes)).toEqual(new Set([expect.stringContaining("ECONNREFUSED")]));
  });

  it("fail a request whose connection breaks, and send it once", async () => {
    let requests = 0;
    const { get } = await serve((request) => {
      requests++;
      request.socket.destroy();
    });

    await expect(get()).rejects.toThrow("other side closed");
    expect(requests).toBe(1);
  });

  it("let a request go that waits for one of them", async () => {
    const { get, sockets } = await serve(() => undefined);
    const caller = new AbortController();
    const waiting = times(100, () => get(caller.signal));

    caller.abort(new Error("The deadline is over."));

    const outcomes = await Promise.allSettled(waiting);
    expect(new Set(outcomes.map(({ status }) => status))).toEqual(new Set(["rejected"]));
    expect(sockets.length).toBeLessThan(100);
  });

  it("end at once when they are destroyed, with what waits for an answer", async () => {
    const { get, connections, server } = await serve(() => {
      connections.destroy();
    });

    await expect(get()).rejects.toThrow(/destroyed/);
    await new Promise((resolve) => server.close(resolve));
  });
});
