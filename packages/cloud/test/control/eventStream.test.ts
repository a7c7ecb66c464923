import { EventEmitter, once } from "node:events";
import {
  createServer,
  get,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { Events } from "../../api/events.ts";
import { EventLog } from "../../control/eventLog.ts";
import { EVENT_STREAM_LIMITS, EventStream } from "../../control/eventStream.ts";
import { LOCAL_EVENTS_PATH } from "../../control/localCloud.ts";
import { startLocalCloud } from "../../startLocalCloud.ts";

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = undefined;
});

async function start(limits = {}, ring?: { events: number; size: number }) {
  const events = new Events();
  const log = new EventLog(events, () => 0, ring);
  const stream = new EventStream(log, { ...EVENT_STREAM_LIMITS, gatherMs: 1, ...limits });
  server = createServer((request, response) => {
    stream.answer(request, response);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  const tell = (what: string) => {
    events.emit("notEmulated", { what });
  };
  const write = (line: string) => {
    events.emit("containerLog", { service: "s", revision: "r", line, stream: "stdout" });
  };
  return { log, stream, tell, write, url: `http://127.0.0.1:${port}${LOCAL_EVENTS_PATH}` };
}

/** Reads until so many messages have come. */
function messages(url: string, count: number, headers = {}): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const request = get(url, { headers, agent: false }, (response) => {
      let text = "";
      response.on("data", (chunk: Buffer) => {
        text += chunk.toString();
        const all = text.split("\n\n");
        if (all.length <= count) return;
        request.destroy();
        resolve(all.slice(0, count));
      });
    });
    request.on("error", reject);
  });
}

const told = (number: number, what: string) =>
  `id: ${number}\nevent: notEmulated\ndata: {"time":0,"what":"${what}"}`;

describe("The stream of events", () => {
  it("tells what happened after a number, and what happens then", async () => {
    const { tell, stream, url } = await start();
    for (const what of ["a", "b", "c"]) tell(what);

    const reading = messages(`${url}?after=1`, 3);
    while (stream.clients === 0) await new Promise(setImmediate);
    tell("d");

    expect(await reading).toEqual([told(2, "b"), told(3, "c"), told(4, "d")]);
  });

  it("goes on after the last event that a client has heard", async () => {
    const { tell, url } = await start();
    for (const what of ["a", "b", "c"]) tell(what);

    expect(await messages(`${url}?after=0`, 1, { "Last-Event-ID": "2" })).toEqual([told(3, "c")]);
  });

  it("says how many are forgotten", async () => {
    const { tell, url } = await start({}, { events: 2, size: 1e6 });
    for (const what of ["a", "b", "c", "d"]) tell(what);

    expect(await messages(`${url}?after=1`, 3)).toEqual([
      'id: 2\nevent: gap\ndata: {"missed":1}',
      told(3, "c"),
      told(4, "d"),
    ]);
  });

  it("begins anew for who heard an earlier cloud", async () => {
    const { tell, url } = await start();
    tell("a");

    expect(await messages(`${url}?after=77`, 1)).toEqual([told(1, "a")]);
  });

  it("leaves out of too many the oldest, says how many, and tells of what is rare in any case", async () => {
    const { tell, write, url } = await start();
    for (let n = 1; n <= 10; n += 1) write(`old ${n}`);
    tell("rare");
    for (let n = 1; n <= 20; n += 1) write(`new ${n}`);
    const line = (number: number, text: string) =>
      `id: ${number}\nevent: containerLog\ndata: {"time":0,"service":"s","revision":"r","line":"${text}","stream":"stdout"}`;

    expect(await messages(`${url}?after=0&perSecond=1`, 12)).toEqual([
      'id: 0\nevent: gap\ndata: {"leftOut":20}',
      told(11, "rare"),
      ...Array.from({ length: 10 }, (_, i) => line(22 + i, `new ${11 + i}`)),
    ]);
    // To others, all.
    expect(await messages(`${url}?after=0`, 31)).toHaveLength(31);
  });

  it("says that it is there where nothing happens", async () => {
    const { url } = await start({ aliveMs: 5 });

    expect(await messages(url, 2)).toEqual([": ", ": "]);
  });

  it("is for so many clients, and forgets one that is gone", async () => {
    const { stream, url } = await start({ clients: 1 });
    const first = new AbortController();
    await fetch(url, { signal: first.signal });

    const second = await fetch(url);
    expect(second.status).toBe(429);
    expect(await second.json()).toEqual({
      error: {
        code: 429,
        status: "RESOURCE_EXHAUSTED",
        message: "1 clients listen already, as many as may. Close one.",
      },
    });
    first.abort();
    while (stream.clients > 0) await new Promise(setImmediate);
    expect(stream.clients).toBe(0);
  });
});

describe("The stream of events to a client that does not read", () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  /** A stream to a client that reads when it is told to. */
  function slowClient({ url = "/", unread = 3000 } = {}) {
    const events = new Events();
    const log = new EventLog(events, () => 0, { events: 50, size: 1e9 });
    const written: string[] = [];
    const response = Object.assign(new EventEmitter(), {
      writableLength: 0,
      ends: undefined as (() => void) | undefined,
      isDestroyed: false,
      writeHead: () => response,
      flushHeaders: () => undefined,
      write(text: string) {
        written.push(text);
        response.writableLength += text.length;
      },
      setTimeout(ms: number, ends?: () => void) {
        response.ends = ms === 0 ? undefined : ends;
      },
      destroy() {
        response.isDestroyed = true;
      },
    });
    const stream = new EventStream(log, { ...EVENT_STREAM_LIMITS, unread, batch: 1000 });
    stream.answer(
      { url, headers: {}, resume: () => undefined } as unknown as IncomingMessage,
      response as unknown as ServerResponse,
    );
    return {
      response,
      written,
      tell: (n: number) => {
        for (let i = 0; i < n; i += 1) events.emit("notEmulated", { what: "x".repeat(500) });
        jest.advanceTimersByTime(100);
      },
      /** Deletes so many tasks, and gathers what is told of it. */
      deleteTasks: (n: number): string[] => {
        written.length = 0;
        for (let i = 0; i < n; i += 1) events.emit("taskDeleted", { queue: "q", task: "t" });
        jest.advanceTimersByTime(100);
        return [
          ...written.join("").matchAll(/^id: (\d+)\nevent: (\w+)(?:\ndata: (\{"l.*))?/gm),
        ].map(([, id, name, rest = ""]) => `${id} ${name}${rest}`);
      },
      read() {
        response.writableLength = 0;
        written.length = 0;
        response.emit("drain");
        jest.advanceTimersByTime(100);
      },
    };
  }

  it("is so long at the most, whatever happens", () => {
    const { tell, response } = slowClient();

    tell(20);
    const length = response.writableLength;
    tell(2000);

    expect(length).toBeGreaterThan(3000);
    expect(length).toBeLessThan(4500);
    expect(response.writableLength).toBe(length);
  });

  it("goes on where it was once it reads, and tells what is forgotten meanwhile", () => {
    const client = slowClient();
    const { tell, written } = client;
    tell(20);
    const last = Number(/.*id: (\d+)\n/s.exec(written.join(""))![1]);

    tell(10);
    client.read();
    expect(written[0]).toMatch(new RegExp(`^id: ${last + 1}\n`));
    tell(1000);
    client.read();

    const [gap] = written;
    expect(gap).toMatch(/^id: 980\nevent: gap\ndata: \{"missed":\d+\}\n\n$/);
    expect(written[1]).toMatch(/^id: 981\nevent: notEmulated\n/);
  });

  it("tells who asks for few a second as many, and the newest in any case", () => {
    const { deleteTasks } = slowClient({ url: "/?after=0&perSecond=1", unread: 1e6 });

    expect(deleteTasks(10)).toHaveLength(10);
    // What is gathered for four times as long, then.
    expect(deleteTasks(2)).toEqual([]);
    expect(deleteTasks(3)).toEqual(['10 gap{"leftOut":4}', "15 taskDeleted"]);
    jest.advanceTimersByTime(5000);
    expect(deleteTasks(5)).toEqual([
      '15 gap{"leftOut":1}',
      ...[17, 18, 19, 20].map((n) => `${n} taskDeleted`),
    ]);
  });

  it("counts nothing against who asks for few a second that is told in any case", () => {
    const { deleteTasks, tell } = slowClient({ url: "/?after=0&perSecond=1", unread: 1e6 });

    tell(50);

    expect(deleteTasks(10)).toHaveLength(10);
  });

  it("ends after a minute in which it reads nothing", () => {
    const client = slowClient();
    const { tell, response } = client;
    tell(20);
    expect(response.ends).toBeDefined();

    client.read();
    client.read();
    client.read();
    expect(response.ends).toBeUndefined();
    tell(20);
    response.ends!();

    expect(response.isDestroyed).toBe(true);
  });
});

describe("A local cloud", () => {
  it("tells its events", async () => {
    await using cloud = await startLocalCloud();
    const queue = `${cloud.location}/queues/q`;
    await fetch(`${cloud.endpoint}/v2/${cloud.location}/queues`, {
      method: "POST",
      body: JSON.stringify({ name: queue }),
    });
    await fetch(`${cloud.endpoint}/v2/${queue}:pause`, { method: "POST" });

    const [message = ""] = await messages(`${cloud.endpoint}${LOCAL_EVENTS_PATH}?after=0`, 1);

    expect(message.replace(/"time":[\d.]+/, '"time":0')).toBe(
      `id: 1\nevent: queueChanged\ndata: {"time":0,"queue":"${queue}","change":"paused"}`,
    );
  });

  it("tells them to nobody by another method or host", async () => {
    await using cloud = await startLocalCloud();
    const url = `${cloud.endpoint}${LOCAL_EVENTS_PATH}`;

    expect((await fetch(url, { method: "POST" })).status).toBe(404);
    const foreign = await fetch(url, { headers: { Origin: "https://evil.example" } });
    expect(foreign.status).toBe(403);
  });
});
