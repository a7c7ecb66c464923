import { once } from "node:events";
import { createServer, request, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { z } from "zod";
import { CommandError, EXIT } from "../../command/exitCodes.ts";
import { change, read } from "../../console/server/call.ts";
import { makeConsole } from "../../console/server/server.ts";

const TOKEN = "t".repeat(43);
const text = (body: string) => ({
  type: "text/html; charset=utf-8",
  body: Buffer.from(body),
  gzipped: Buffer.from("zipped"),
});

const done: unknown[] = [];
const calls = {
  sum: read(z.strictObject({ a: z.int(), b: z.int().default(1) }), ({ a, b }) => ({ sum: a + b })),
  put: change(z.strictObject({ what: z.string() }), ({ what }) => {
    done.push(what);
    return undefined;
  }),
  fail: read(z.strictObject({ exitCode: z.int() }), ({ exitCode }) => {
    throw new CommandError(exitCode as 1, "Google says no.");
  }),
};

let server: Server;
let address: string;
let bundled = 0;

beforeAll(async () => {
  server = createServer(
    makeConsole({
      token: TOKEN,
      calls,
      async bundle() {
        bundled += 1;
        if (bundled === 1) throw new Error("A file does not parse.");
        return { "/": text("<p>page</p>") };
      },
    }),
  );
  await once(server.listen(0, "127.0.0.1"), "listening");
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const headers = () => ({
  origin: address,
  "sec-fetch-site": "same-origin",
  "content-type": "application/json",
  "x-console": "1",
  "x-console-token": TOKEN,
});

async function ask(path: string, init: RequestInit = {}) {
  const response = await fetch(`${address}/console/v1/${path}`, { headers: headers(), ...init });
  return { status: response.status, answer: await response.json() };
}

const args = (value: unknown) => `?args=${encodeURIComponent(JSON.stringify(value))}`;

describe("The console's page", () => {
  it("is made when it is first asked for, again where that failed, and then no more", async () => {
    const broken = await fetch(`${address}/`);
    expect([broken.status, await broken.json()]).toEqual([
      500,
      { error: "A file does not parse.", exitCode: 1 },
    ]);
    for (let i = 0; i < 2; i += 1) {
      const response = await fetch(`${address}/`, { headers: { "accept-encoding": "identity" } });
      expect(await response.text()).toBe("<p>page</p>");
    }
    expect(bundled).toBe(2);
  });

  it.each(["//", "http://", "/%", "*"])("is not at '%s', and stays", async (path) => {
    const { hostname, port } = new URL(address);
    const asking = request({ hostname, port, path });
    const [response] = (await once(asking.end(), "response")) as [IncomingMessage];

    expect([response.statusCode, await json(response)]).toEqual([
      404,
      { error: `There is no '${path}' here.` },
    ]);
  });

  it("keeps everything from elsewhere out, and itself to itself", async () => {
    const response = await fetch(`${address}/`);

    expect(Object.fromEntries(response.headers)).toMatchObject({
      "content-security-policy":
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; " +
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'",
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-resource-policy": "same-origin",
      "cache-control": "no-store",
    });
    expect([...response.headers.keys()].filter((name) => /^access-control/.test(name))).toEqual([]);
  });

  it("has no other files", async () => {
    expect((await fetch(`${address}/console/../../etc/passwd`)).status).toBe(404);
    expect((await fetch(`${address}/console/other.js`)).status).toBe(404);
  });
});

describe("The console's calls", () => {
  it("are answered with JSON", async () => {
    expect(await ask(`sum${args({ a: 2 })}`)).toEqual({ status: 200, answer: { sum: 3 } });
    expect(await ask("put", { method: "POST", body: '{"what":"x"}' })).toEqual({
      status: 200,
      answer: null,
    });
    expect(done).toEqual(["x"]);
  });

  it("are a closed list, with arguments that are checked", async () => {
    expect(await ask("proxy")).toEqual({
      status: 404,
      answer: { error: "The console has no call 'proxy'.", exitCode: 1 },
    });
    expect((await ask("toString")).status).toBe(404);
    expect(await ask(`sum${args({ a: "2", c: 1 })}`)).toEqual({
      status: 400,
      answer: {
        error:
          "'sum' cannot be called so. 'a' is '2': it must be a number. There is no argument 'c'. Known arguments: " +
          "'a', 'b'.",
        exitCode: 1,
      },
    });
    expect((await ask(`sum${args({})}`)).answer).toEqual({
      error: "'sum' cannot be called so. 'a' is missing: it must be a number.",
      exitCode: 1,
    });
    expect((await ask(`sum${args({ a: "x".repeat(61) })}`)).answer).toMatchObject({
      error: "'sum' cannot be called so. 'a' is 63 characters of JSON: it must be a number.",
    });
    expect((await ask(`sum${args(5)}`)).answer).toMatchObject({
      error: "'sum' cannot be called so. What it is given is 5: it must be an object.",
    });
    expect((await ask("sum?args=%7B")).status).toBe(400);
  });

  it("change nothing by GET, and read nothing by POST", async () => {
    expect((await ask(`put${args({ what: "y" })}`)).status).toBe(405);
    expect((await ask("sum", { method: "POST", body: '{"a":1}' })).status).toBe(405);
    expect(done).toEqual(["x"]);
  });

  it("are not answered without the token", async () => {
    const without = { ...headers(), "x-console-token": "" };

    expect((await ask(`sum${args({ a: 1 })}`, { headers: without })).status).toBe(401);
  });

  it("have two megabytes of arguments at the most", async () => {
    const body = JSON.stringify({ what: "x".repeat(3e6) });

    expect((await ask("put", { method: "POST", body })).status).toBe(413);
  });

  it.each([
    [EXIT.failed, 409],
    [EXIT.usage, 400],
    [EXIT.notConfirmed, 403],
    [EXIT.nothing, 404],
    [EXIT.permission, 403],
    [EXIT.noAnswer, 502],
  ])("that end like a command with %s are answered with %s", async (exitCode, status) => {
    expect(await ask(`fail${args({ exitCode })}`)).toEqual({
      status,
      answer: { error: "Google says no.", exitCode },
    });
  });
});
