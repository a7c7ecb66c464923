import { GoAhead } from "./goAhead.ts";
import { server, startLocalRun, until } from "./localRun.ts";
import { PushedClock } from "./pushedClock.ts";

/** Anybody may call: these tests are about what is behind the door. */
const OPEN = { invokerIamDisabled: true };

describe("A container (G 5.2)", () => {
  it("is told its service, revision, configuration and port, and no template may say otherwise", async () => {
    await using local = await startLocalRun();
    const { K_SERVICE, K_REVISION, K_CONFIGURATION, PORT } = await environmentOf(local);
    const { latestReadyRevision } = await local.call("GetService", {
      project: "p",
      location: "europe-west1",
      service: "worker",
    });

    expect([K_SERVICE, K_CONFIGURATION]).toEqual(["worker", "worker"]);
    expect(latestReadyRevision).toBe(
      `projects/p/locations/europe-west1/services/worker/revisions/${K_REVISION}`,
    );
    expect(PORT).toMatch(/^\d+$/);
    for (const name of ["PORT", "K_SERVICE", "K_REVISION", "K_CONFIGURATION"]) {
      const env = [{ name, value: "mine" }];
      await expect(local.deploy("", { containers: [{ env }] })).rejects.toMatchObject({
        code: "INVALID_ARGUMENT",
        message: `template.containers[0].env: The following reserved env names were provided: ${name}. These values are automatically set by the system.`,
      });
    }
  });

  it("has ten seconds after SIGTERM, and is then killed (G 12.1.11)", async () => {
    const clock = new PushedClock();
    await using local = await startLocalRun({ clock });
    const trap = "process.on('SIGTERM', () => console.log('SIGTERM'));";
    await local.deploy(server("(_, s) => s.end()", trap), {}, OPEN);

    const before = clock.now();
    const stopped = local.run.stop();
    await until(() => local.seen("containerLog").length === 1);
    await clock.pushUntil(stopped);

    expect(clock.now() - before).toBeGreaterThanOrEqual(10_000);
    expect(local.seen("containerLog").map(({ line }) => line)).toEqual(["SIGTERM"]);
    expect(local.seen("instance").at(-1)).toMatchObject({ state: "stopped", detail: "SIGKILL" });
  });

  it("ends at once at SIGTERM where it does not trap it", async () => {
    await using local = await startLocalRun();
    await local.deploy(server("(_, s) => s.end()"), {}, OPEN);

    await local.run.stop();

    expect(local.seen("instance").at(-1)).toMatchObject({ state: "stopped", detail: "SIGTERM" });
  });

  it("has four minutes to listen", async () => {
    const clock = new PushedClock();
    await using local = await startLocalRun({ clock });

    const before = clock.now();
    const deployed = local.deploy("setInterval(() => {}, 1000);", {}, OPEN);
    const { error } = await clock.pushUntil(deployed);

    expect(clock.now() - before).toBeGreaterThanOrEqual(240_000);
    expect(error).toMatchObject({
      code: 9,
      message: expect.stringContaining("(not ready after 240 s)"),
    });
  });

  it("that is not up within a request's timeout has it answered 504", async () => {
    await using local = await startLocalRun();
    // The second instance never listens.
    const program = `
      const fs = require("node:fs");
      if (fs.existsSync("was-here")) setInterval(() => {}, 1000);
      else {
        fs.writeFileSync("was-here", "");
        ${server("() => process.exit(1)")}
      }`;
    await local.deploy(program, { timeout: "0.3s" }, OPEN);
    await local.ask();

    expect((await local.ask()).status).toBe(504);
    expect(local.seen("refused").at(-1)?.reason).toBe(
      "The request has been terminated because it has timed out.",
    );
  });

  it("that is slow to start makes requests wait longer for one: 3.5 starts", async () => {
    const clock = new PushedClock();
    await using local = await startLocalRun({ clock });
    using up = new GoAhead();
    const slow = `console.log("up"); ${up.before(server("() => console.log('in')"))}`;
    const template = { maxInstanceRequestConcurrency: 1, scaling: { maxInstanceCount: 1 } };
    const deployed = local.deploy(slow, template, OPEN);
    await until(() => local.seen("containerLog").length === 1);
    clock.push(5_000);
    up.give();
    await deployed;
    const caller = new AbortController();
    const first = local.ask({ signal: caller.signal }).catch(() => undefined);
    await until(() => local.seen("containerLog").length === 2);

    const before = clock.now();
    const { status } = await clock.pushUntil(local.ask());

    expect(clock.now() - before).toBeGreaterThanOrEqual(3.5 * 5_000);
    expect(status).toBe(429);
    caller.abort(new Error("gone"));
    await first;
  });

  it("that asks for HTTP/2 gets HTTP/1, and a line says so", async () => {
    await using local = await startLocalRun();
    const containers = [{ ports: [{ name: "h2c", containerPort: 8080 }] }];
    await local.deploy(server("(r, s) => s.end(r.httpVersion)"), { containers }, OPEN);

    expect((await local.ask()).body).toBe("1.1");
    expect(local.seen("notEmulated")).toEqual([{ what: "HTTP/2 to a container (port 'h2c')" }]);
  });
});

describe("The answer of a container (G 5.2)", () => {
  it.each([
    { answer: "with cookies, whatever it says,", cookie: "a=1", cacheControl: "private" },
    { answer: "without", cookie: undefined, cacheControl: "public, max-age=60" },
  ])("$answer has Cache-Control: $cacheControl", async ({ cookie, cacheControl }) => {
    await using local = await startLocalRun();
    const headers = {
      "Cache-Control": "public, max-age=60",
      ...(cookie && { "Set-Cookie": cookie }),
    };
    await local.deploy(
      server(`(_, s) => s.writeHead(200, ${JSON.stringify(headers)}).end()`),
      {},
      OPEN,
    );

    expect((await local.ask()).headers).toMatchObject({ "cache-control": cacheControl });
  });
});

async function environmentOf(
  local: Awaited<ReturnType<typeof startLocalRun>>,
): Promise<Record<string, string>> {
  await local.deploy(server("(_, s) => s.end(JSON.stringify(process.env))"), {}, OPEN);
  return JSON.parse((await local.ask()).body);
}
