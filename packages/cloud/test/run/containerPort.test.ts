import { once } from "node:events";
import { sendTo, RawConnection } from "../support/rawHttp.ts";
import { server, startLocalRun, until, type LocalRun } from "./localRun.ts";

/** Anybody may call: these tests are about what is behind the door. */
const OPEN = { invokerIamDisabled: true };

/** Deploys a server that says which requests reach it. Returns the port that it listens on. */
async function deployed(local: LocalRun, template: object = {}): Promise<number> {
  const program = server("(r, s) => { console.log(r.url); s.end(process.env.PORT); }");
  const { error } = await local.deploy(program, template, OPEN);
  expect(error).toBeUndefined();
  return Number((await local.ask({ path: "/door" })).body);
}

const reached = (local: LocalRun) => local.seen("containerLog").map(({ line }) => line);

describe("The port of a container", () => {
  it.each<Record<string, string>>([
    { host: "evil.example" },
    { host: "127.0.0.1.evil.example:8080" },
    { host: "evil.run.app.example" },
    { host: "127.0.0.1", "sec-fetch-site": "cross-site" },
    { host: "localhost", "sec-fetch-site": "same-site" },
  ])("takes nothing of a web page from elsewhere: %j", async (headers) => {
    await using local = await startLocalRun();
    const port = await deployed(local);

    const reply = await sendTo(port, { path: "/page", method: "POST", headers, body: "1" });

    expect(reply.status).toBe(403);
    await local.ask({ path: "/end" });
    await until(() => reached(local).includes("/end"));
    expect(reached(local)).toEqual(["/door", "/end"]);
  });

  it("takes nothing of one that asks for another protocol, or whether it may send", async () => {
    await using local = await startLocalRun();
    const port = await deployed(local);

    const upgrade = new RawConnection(port).write(
      "GET /ws HTTP/1.1\r\nHost: evil.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
    );
    const expecting = new RawConnection(port).write(
      "POST /page HTTP/1.1\r\nHost: evil.example\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n",
    );

    expect((await upgrade.reply())?.status ?? 403).toBe(403);
    expect((await expecting.reply())?.status).toBe(403);
    if (!expecting.socket.closed) await once(expecting.socket, "close");
  });

  it.each(["127.0.0.1", "localhost:80", "[::1]", "worker-abc.a.run.app"])(
    "takes what names it %s",
    async (host) => {
      await using local = await startLocalRun();
      const port = await deployed(local);

      const reply = await sendTo(port, { headers: { host, "sec-fetch-site": "none" } });

      expect(reply.status).toBe(200);
    },
  );

  it("takes probes, whatever host they name", async () => {
    await using local = await startLocalRun();
    const httpGet = { path: "/probe", httpHeaders: [{ name: "Host", value: "worker.example" }] };

    await deployed(local, { containers: [{ startupProbe: { httpGet } }] });

    expect(reached(local)).toContain("/probe");
  });
});
