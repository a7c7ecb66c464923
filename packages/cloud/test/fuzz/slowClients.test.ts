import { once } from "node:events";
import type { NetworkReply, NetworkRequest } from "../../network/network.ts";
import { RawConnection, sendTo } from "../support/rawHttp.ts";
import { startLimitedServer } from "./limitedServer.ts";

const MIB = 2 ** 20;
const HEAD = "POST /v1/things/a HTTP/1.1\r\nHost: 127.0.0.1\r\n";
const DOOR = { path: "/a", headers: { host: "a.run.app" } };

/** Short for a test, and long enough for a machine that is busy. */
const LIMITS = { headersMs: 150, requestMs: 150 };
const TIMED_OUT = "HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n";

describe("a client that takes its time", () => {
  it.each([
    { what: "nothing", bytes: "" },
    { what: "half a line", bytes: "POST /v1/thi" },
    { what: "headers without an end", bytes: HEAD },
  ])("loses the connection when it sends $what for too long", async ({ bytes }) => {
    await using server = await startLimitedServer(LIMITS);

    expect(await new RawConnection(server.port).write(bytes).ended).toBe(TIMED_OUT);
  });

  it.each([
    { what: "too little of its body", bytes: `${HEAD}Content-Length: 9\r\n\r\n"abc` },
    {
      what: "a body without an end",
      bytes: `${HEAD}Transfer-Encoding: chunked\r\n\r\n2\r\n"a\r\n`,
    },
    { what: "no body at all", bytes: `${HEAD}Content-Length: 9\r\n\r\n` },
  ])("loses the connection when it sends $what", async ({ bytes }) => {
    await using server = await startLimitedServer(LIMITS);

    expect(await new RawConnection(server.port).write(bytes).ended).toBe(TIMED_OUT);
  });

  it("does not gain any by sending a little at a time", async () => {
    await using server = await startLimitedServer(LIMITS);
    const slow = new RawConnection(server.port).write(`${HEAD}Transfer-Encoding: chunked\r\n\r\n`);
    const drip = setInterval(() => slow.write("1\r\na\r\n"), 10);

    const text = await slow.ended;
    clearInterval(drip);

    expect(text).toBe(TIMED_OUT);
  });

  it("keeps the connection while it waits for an answer, however long that takes", async () => {
    const { promise: reply, resolve: release } = Promise.withResolvers<NetworkReply>();
    await using server = await startLimitedServer(LIMITS, () => reply);
    const waiting = sendTo(server.port, { method: "POST", ...DOOR, body: "abc" });

    // These end by their limits; the one that waits has been there for longer.
    for (let i = 0; i < 2; i += 1) await new RawConnection(server.port).ended;
    release({ status: 201, headers: {}, body: Buffer.from("done") });

    expect((await waiting).status).toBe(201);
  });

  it("loses a connection that rests", async () => {
    await using server = await startLimitedServer({ restMs: 1 });
    const resting = new RawConnection(server.port).write(`${HEAD}\r\n`);

    expect(await resting.ended).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  });

  it("loses the connection when it does not read its answer", async () => {
    const requests: NetworkRequest[] = [];
    await using server = await startLimitedServer({ unreadMs: 150 }, async (request) => {
      requests.push(request);
      return { status: 200, headers: {}, body: Buffer.alloc(32 * MIB) };
    });
    const client = new RawConnection(server.port);
    client.socket.pause();

    client.write("GET /a HTTP/1.1\r\nHost: a.run.app\r\n\r\n");
    while (requests.length === 0) await new Promise(setImmediate);
    await once(requests[0]!.signal, "abort");

    expect(requests[0]!.signal.reason).toEqual(new Error("The client is gone."));
    client.socket.destroy();
  });
});

describe("many clients", () => {
  it("lose a connection on which too many requests wait for their answers", async () => {
    let entered = 0;
    await using server = await startLimitedServer({}, () => {
      entered += 1;
      return new Promise(() => undefined);
    });
    const eager = new RawConnection(server.port);

    eager.write("GET /a HTTP/1.1\r\nHost: a.run.app\r\n\r\n".repeat(1000));

    expect(await eager.ended).toBe("");
    expect(entered).toBe(16);
  });

  it("may have no more than so many bytes under way, all together", async () => {
    await using server = await startLimitedServer({ heldBytes: 1000 });
    const other = { method: "POST", path: "/v1/things/a", body: `"${"a".repeat(198)}"` };
    const stalled = new RawConnection(server.port);
    stalled.write(`${HEAD}Content-Length: 950\r\n\r\n${" ".repeat(900)}`);

    let reply = await sendTo(server.port, other);
    while (reply.status === 200) reply = await sendTo(server.port, other);
    expect(JSON.parse(reply.text)).toEqual({
      error: {
        code: 503,
        message: "All requests together have more than 1000 bytes. Try again later.",
        status: "UNAVAILABLE",
      },
    });

    stalled.socket.destroy();
    while (reply.status === 503) reply = await sendTo(server.port, other);
    expect(JSON.parse(reply.text)).toEqual({ thing: "a", size: 200 });
  });

  it("may have no more than so many bytes of answers unread", async () => {
    const answer = { status: 200, headers: {}, body: Buffer.alloc(32 * MIB) };
    const requests: NetworkRequest[] = [];
    await using server = await startLimitedServer({ heldBytes: 40 * MIB }, async (request) => {
      requests.push(request);
      return answer;
    });
    const idle = new RawConnection(server.port);
    idle.socket.pause();
    idle.write("GET /a HTTP/1.1\r\nHost: a.run.app\r\n\r\n");
    while (requests.length === 0) await new Promise(setImmediate);

    await expect(sendTo(server.port, DOOR)).rejects.toMatchObject({ code: "ECONNRESET" });

    idle.socket.destroy();
    await once(requests[0]!.signal, "abort");
    expect((await sendTo(server.port, DOOR)).text).toHaveLength(32 * MIB);
  });
});
