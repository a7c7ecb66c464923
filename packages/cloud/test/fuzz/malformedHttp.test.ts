import fc from "fast-check";
import { RawConnection, sendTo } from "../support/rawHttp.ts";
import { anyText } from "./anyText.ts";
import { answerProblem } from "./googleAnswer.ts";
import { startLimitedServer, type LimitedServer } from "./limitedServer.ts";
import { runs } from "./runs.ts";

const MIB = 2 ** 20;

let server: LimitedServer;
beforeAll(async () => {
  server = await startLimitedServer();
});
afterAll(() => server.close());

const send = async (bytes: string | Buffer) => {
  const connection = new RawConnection(server.port).write(bytes);
  // What is never whole is not waited for.
  const enough = setTimeout(() => connection.socket.end(), 50);
  const reply = await connection.reply();
  clearTimeout(enough);
  connection.socket.destroy();
  return reply;
};

const POST = "POST /v1/things/a HTTP/1.1";
const HOST = "Host: 127.0.0.1";
const request = (...lines: string[]): string => `${lines.join("\r\n")}\r\n\r\n`;

describe("a request that is not quite HTTP", () => {
  it.each([
    {
      what: "two lengths",
      bytes: request(POST, HOST, "Content-Length: 1", "Content-Length: 2") + "12",
    },
    {
      what: "a length and chunks",
      bytes: request(POST, HOST, "Content-Length: 1", "Transfer-Encoding: chunked") + "0\r\n\r\n",
    },
    {
      what: "another coding than chunks",
      bytes: request(POST, HOST, "Transfer-Encoding: chunked, identity"),
    },
    { what: "a negative length", bytes: request(POST, HOST, "Content-Length: -1") },
    {
      what: "a length beyond numbers",
      bytes: request(POST, HOST, `Content-Length: ${"9".repeat(30)}`),
    },
    { what: "a length in another base", bytes: request(POST, HOST, "Content-Length: 0x1") + "1" },
    { what: "a space before a colon", bytes: request(POST, "Host : 127.0.0.1") },
    { what: "a header folded over two lines", bytes: request(POST, HOST, "x-a: 1", " 2") },
    { what: "a line feed alone", bytes: request(POST, HOST, "x-a: 1\nx-b: 2") },
    { what: "a carriage return in a value", bytes: request(POST, HOST, "x-a: 1\rx-b: 2") },
    { what: "a NUL in a value", bytes: request(POST, HOST, "x-a: \u0000") },
    { what: "a header without a colon", bytes: request(POST, HOST, "x-a") },
    { what: "a space in its path", bytes: request("POST /v1/things/a b HTTP/1.1", HOST) },
    { what: "no host", bytes: request(POST) },
    { what: "another version", bytes: request("POST /v1/things/a HTTP/9.9", HOST) },
    { what: "an unknown verb", bytes: request("FROBNICATE /v1/things/a HTTP/1.1", HOST) },
    {
      what: "a chunk of a bad length",
      bytes: request(POST, HOST, "Transfer-Encoding: chunked") + "zz\r\n",
    },
    {
      what: "a chunk with too much in it",
      bytes: request(POST, HOST, "Transfer-Encoding: chunked") + "1\r\n123\r\n",
    },
    { what: "TLS", bytes: Buffer.from("16030100a5010000a10303", "hex") },
    { what: "HTTP/2", bytes: "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" },
  ])("with $what is refused", async ({ bytes }) => {
    expect((await send(bytes))?.status).toBe(400);
  });

  it.each([
    { what: "headers of more than 16 KiB", lines: [`x-a: ${"a".repeat(17_000)}`] },
    { what: "a path of more than 16 KiB", lines: [], path: `/${"a".repeat(17_000)}` },
  ])("with $what is refused before it is all there", async ({ lines, path = "/v1/things/a" }) => {
    expect((await send(request(`POST ${path} HTTP/1.1`, HOST, ...lines)))?.status).toBe(431);
  });

  it("with two hosts is refused, even where both are its own", async () => {
    const reply = await send(request(POST, HOST, "Host: localhost"));

    expect(JSON.parse(reply!.text).error).toEqual({
      code: 403,
      message:
        "Host '127.0.0.1, localhost' is not the local cloud's. Allowed: 127.0.0.1, localhost, [::1], *.googleapis.com and *.run.app.",
      status: "PERMISSION_DENIED",
    });
  });

  it("that expects what nobody knows is answered all the same", async () => {
    const reply = await send(request(POST, HOST, "Expect: wonders", "Content-Length: 1") + "1");

    expect(reply).toMatchObject({ status: 200, text: '{"thing":"a","size":1}' });
  });

  it("is answered well or not at all, and the next one is", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(spoiling, { maxLength: 4 }), async (spoilings) => {
        const reply = await send(Buffer.from(spoilings.reduce(spoil, GOOD), "latin1"));
        const next = await sendTo(server.port, { method: "POST", path: "/v1/things/a", body: "1" });

        const isApi = reply?.headers["content-type"]?.startsWith("application/json") === true;
        const isOurs = isApi ? answerProblem(reply) === undefined : OTHERS.includes(reply?.status);
        expect([reply, isOurs, next.status]).toEqual([reply, true, 200]);
      }),
      runs(150),
    );
    expect(server.unexpected).toEqual([]);
  });
});

describe("a body that is too large", () => {
  it.each([
    { what: "a length", header: `Content-Length: ${10 * MIB + 1}`, body: "" },
    {
      what: "chunks",
      header: "Transfer-Encoding: chunked",
      body: `${(10 * MIB + 1).toString(16)}\r\n${" ".repeat(10 * MIB + 1)}\r\n`,
    },
  ])("of $what is refused before it is all there", async ({ header, body }) => {
    await using patient = await startLimitedServer();
    const connection = new RawConnection(patient.port).write(request(POST, HOST, header) + body);

    const reply = await connection.reply();
    connection.socket.destroy();

    expect(JSON.parse(reply!.text).error.message).toBe(
      "Request payload size exceeds the limit: 10485760 bytes.",
    );
  });
});

/** What Node answers itself, the front door's answers, and none. */
const OTHERS: readonly (number | undefined)[] = [undefined, 204, 400, 403, 404, 408, 413, 431];

const GOOD = `${request(POST, HOST, "Content-Type: application/json", "Content-Length: 7")}{"a":1}`;

interface Spoiling {
  readonly at: number;
  readonly length: number;
  readonly text: string;
}

const spoiling: fc.Arbitrary<Spoiling> = fc.record({
  at: fc.nat({ max: GOOD.length }),
  length: fc.nat({ max: 20 }),
  text: fc.oneof(
    fc.constantFrom(
      ...[
        "",
        "\r\n",
        "\n",
        "\r",
        "\r\n\r\n",
        "\u0000",
        "\u00ff",
        " ",
        "\t",
        ":",
        "%",
        "?",
        "#",
        "/",
      ],
      ...["Host: a.run.app\r\n", "Host: evil.example\r\n", "Transfer-Encoding: chunked\r\n"],
      ...["Content-Length: 0\r\n", "Connection: close\r\n", "Upgrade: websocket\r\n", "HTTP/1.0"],
      ...[
        "Expect: 100-continue\r\n",
        "Origin: null\r\n",
        "0\r\n\r\n",
        "CONNECT",
        "HEAD",
        "OPTIONS *",
      ],
      ...[
        "http://evil.example",
        "__proto__: 1\r\n",
        "Authorization: Bearer x\r\n",
        "a".repeat(20_000),
      ],
    ),
    anyText(10),
  ),
});

function spoil(text: string, { at, length, text: bad }: Spoiling): string {
  return text.slice(0, at) + bad + text.slice(at + length);
}
