import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GoAhead } from "./goAhead.ts";
import { INVOKER, RUNTIME, server, startLocalRun, until, WORKER } from "./localRun.ts";
import { PushedClock } from "./pushedClock.ts";

/** Anybody may call: these tests are about what is behind the door. */
const OPEN = { invokerIamDisabled: true };

// google-cloud.md 5.2
describe("An instance", () => {
  it("gets its own environment and nothing of the developer's but the PATH (G 5.2)", async () => {
    await using local = await startLocalRun({
      containerEnvironment: ({ service, serviceAccount }) => ({
        GCE_METADATA_HOST: `${service} ${serviceAccount}`,
      }),
    });
    const env = [{ name: "MAIL_FROM", value: "a@example.com" }];
    await local.deploy(
      server("(_, s) => s.end(JSON.stringify(process.env))"),
      { containers: [{ env }] },
      OPEN,
    );

    const { HOME, PORT, K_REVISION, ...rest } = JSON.parse((await local.ask()).body);

    expect(rest).toEqual({
      PATH: process.env["PATH"],
      GCE_METADATA_HOST: `projects/p/locations/europe-west1/services/worker ${RUNTIME}`,
      MAIL_FROM: "a@example.com",
      K_SERVICE: "worker",
      K_CONFIGURATION: "worker",
    });
    expect(K_REVISION).toMatch(/^worker-00001-[a-z]{3}$/);
    expect(HOME).not.toBe(process.env["HOME"]);
    expect(Number(PORT)).toBeGreaterThan(1024);
  });

  it("listens on loopback only, whatever it asks for (G 5.2)", async () => {
    await using local = await startLocalRun();
    const program = `
      const server = require("node:http").createServer((_, s) => s.end(server.address().address));
      server.listen({ port: Number(process.env.PORT), host: "0.0.0.0" });`;
    await local.deploy(program, {}, OPEN);

    expect((await local.ask()).body).toBe("127.0.0.1");
  });

  it("has its lines told, with their stream", async () => {
    await using local = await startLocalRun();
    await local.deploy(
      server("(_, s) => s.end()", 'console.log("out"); console.error("err");'),
      {},
      OPEN,
    );
    await until(() => local.seen("containerLog").length === 2);

    expect(
      local.seen("containerLog").map(({ service, line, stream }) => [service, line, stream]),
    ).toEqual(
      expect.arrayContaining([
        ["worker", "out", "stdout"],
        ["worker", "err", "stderr"],
      ]),
    );
  });

  it("is told of: since when, what it has to do, the memory that it holds, and how many failed", async () => {
    await using local = await startLocalRun();
    const answer =
      "(r, s) => (r.url === '/exit' ? process.exit(3) : s.end(String(process.memoryUsage().rss)))";
    await local.deploy(server(answer), {}, OPEN);
    const states = async () => Promise.all(Array.from(local.run.revisions, (one) => one.state()));
    const rss = Number((await local.ask()).body);

    const [state] = await states();
    expect(state).toEqual({
      service: "worker",
      revision: expect.stringMatching(/^worker-00001-/) as string,
      failures: 0,
      instances: [
        {
          startTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string,
          inFlight: 0,
          memoryBytes: expect.any(Number) as number,
        },
      ],
    });
    const { memoryBytes = 0 } = state!.instances[0]!;
    expect(memoryBytes / rss).toBeGreaterThan(0.5);
    expect(memoryBytes / rss).toBeLessThan(2);
    await local.ask({ path: "/exit" });
    expect(await states()).toEqual([{ ...state, failures: 1, instances: [] }]);
  });

  it("that exits in a request answers it 503, and the next request gets a new instance", async () => {
    await using local = await startLocalRun();
    const answer = "(r, s) => (r.url === '/exit' ? process.exit(3) : s.end(String(process.pid)))";
    await local.deploy(server(answer), {}, OPEN);
    const first = (await local.ask()).body;

    const crashed = await local.ask({ path: "/exit" });
    const second = await local.ask();

    expect(crashed.status).toBe(503);
    expect(second.status).toBe(200);
    expect(second.body).not.toBe(first);
    expect(local.seen("instance").map(({ state, detail }) => [state, detail])).toEqual([
      ["started", "ready"],
      ["crashed", "exit code 3"],
      ["started", "ready"],
    ]);
  });

  it("that blocks its event loop is killed by the liveness probe and replaced", async () => {
    await using local = await startLocalRun();
    const answer = "(r, s) => { if (r.url === '/block') for (;;); s.end(String(process.pid)); }";
    const livenessProbe = { periodSeconds: 1, timeoutSeconds: 1, failureThreshold: 1, httpGet: {} };
    await local.deploy(server(answer), { containers: [{ livenessProbe }] }, OPEN);

    const blocked = await local.ask({ path: "/block" });
    const next = await local.ask();

    expect(blocked.status).toBe(503);
    expect(next.status).toBe(200);
    expect(local.seen("instance").map(({ state }) => state)).toEqual([
      "started",
      "unhealthy",
      "stopped",
      "started",
    ]);
  });

  it("is given SIGTERM and lets a request in flight end when the service stops (G 5.2)", async () => {
    await using local = await startLocalRun();
    const program = `
      let response;
      process.on("SIGTERM", () => { response.end("finished"); process.exitCode = 0; server.close(); });
      const server = require("node:http").createServer((_, s) => { response = s; console.log("in"); });
      server.listen(process.env.PORT);`;
    await local.deploy(program, {}, OPEN);
    const answer = local.ask();
    await until(() => local.seen("containerLog").length > 0);

    await local.run.stop();

    expect((await answer).body).toBe("finished");
    expect(local.seen("instance").at(-1)).toMatchObject({
      state: "stopped",
      detail: "exit code 0",
    });
  });

  it("ends when the local cloud does, even by kill -9", async () => {
    const directory = mkdtempSync(join(tmpdir(), "container-"));
    writeFileSync(
      join(directory, "main.js"),
      "console.log(process.pid); setInterval(() => {}, 1000);",
    );
    const parent = spawn(process.execPath, ["--input-type=module", "-e", CLOUD], {
      env: { ...process.env, DIRECTORY: directory },
      stdio: ["ignore", "pipe", "inherit"],
    });
    const pid = await new Promise<number>((resolve) => {
      parent.stdout.once("data", (data) => {
        resolve(Number(data));
      });
    });
    expect(isRunning(pid)).toBe(true);

    parent.kill("SIGKILL");

    await until(() => !isRunning(pid));
    rmSync(directory, { recursive: true });
  });
});

/** A process that starts a container, prints its process id, and stays. */
const CLOUD = `
import { startContainer } from ${JSON.stringify(`${process.cwd()}/packages/cloud/run/containerProcess.ts`)};
const directory = process.env.DIRECTORY;
const script = directory + "/main.js";
await startContainer(
  { command: { flags: [], script, args: [] }, directory, env: {}, inspect: false },
  (line) => console.log(line),
);
setInterval(() => {}, 1000);`;

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe("A revision", () => {
  it("starts another instance when all have their fill, up to the maximum", async () => {
    await using local = await startLocalRun();
    using answering = new GoAhead();
    const answer = `(_, s) => { console.log("in"); ${answering.before("s.end(String(process.pid));")} }`;
    const scaling = { maxInstanceCount: 2 };
    await local.deploy(server(answer), { maxInstanceRequestConcurrency: 2, scaling }, OPEN);

    const asked = Promise.all([1, 2, 3, 4, 5].map(() => local.ask()));
    await until(() => local.seen("containerLog").length === 4);
    answering.give();
    const answers = await asked;

    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect(new Set(answers.map(({ body }) => body)).size).toBe(2);
    expect(local.seen("instance")).toHaveLength(2);
  });

  it("keeps the instances warm that its template asks for (G 5.2)", async () => {
    await using local = await startLocalRun();
    await local.deploy(
      server("(_, s) => s.end()"),
      { scaling: { minInstanceCount: 2, maxInstanceCount: 2 } },
      OPEN,
    );

    expect(local.seen("instance").map(({ state }) => state)).toEqual(["started", "started"]);
  });

  it("starts again what it keeps warm", async () => {
    const clock = new PushedClock();
    await using local = await startLocalRun({ clock });
    const scaling = { minInstanceCount: 1, maxInstanceCount: 1 };
    await local.deploy(server("() => process.exit(4)"), { scaling }, OPEN);
    // What has lived for less is not started again.
    clock.push(1_000);

    expect((await local.ask()).status).toBe(503);
    await until(() => local.seen("instance").filter((e) => e.state === "started").length === 2);

    expect(local.seen("instance").map(({ state }) => state)).toEqual([
      "started",
      "crashed",
      "started",
    ]);
  });

  it("answers 429 to a request for which no instance becomes free in time (G 5.2)", async () => {
    const clock = new PushedClock();
    await using local = await startLocalRun({ clock });
    const template = { maxInstanceRequestConcurrency: 1, scaling: { maxInstanceCount: 1 } };
    await local.deploy(server("() => console.log('in')"), template, OPEN);
    const caller = new AbortController();
    const first = local.ask({ signal: caller.signal });
    await until(() => local.seen("containerLog").length === 1);

    const { status } = await clock.pushUntil(local.ask());
    caller.abort(new Error("gone"));

    expect(status).toBe(429);
    expect(local.seen("refused").map(({ reason }) => reason)).toEqual([
      "The request was aborted because there was no available instance.",
    ]);
    await expect(first).rejects.toThrow("gone");
  });

  it("ends instances that have had nothing to do for a minute, but for one (G 5.2)", async () => {
    const clock = new PushedClock();
    await using local = await startLocalRun({ clock });
    using answering = new GoAhead();
    const answer = `(_, s) => { console.log("in"); ${answering.before("s.end();")} }`;
    await local.deploy(server(answer), { maxInstanceRequestConcurrency: 1 }, OPEN);
    const answers = Promise.all([local.ask(), local.ask(), local.ask()]);
    await until(() => local.seen("containerLog").length === 3);
    answering.give();
    await answers;

    clock.push(60_000);
    await until(() => local.seen("instance").length === 5);

    const count = (state: string) => local.seen("instance").filter((e) => e.state === state).length;
    expect([count("started"), count("stopped")]).toEqual([3, 2]);
    expect((await local.ask()).status).toBe(200);
  });

  it("under the debugger has neither timeout nor liveness probe", async () => {
    const clock = new PushedClock();
    await using local = await startLocalRun({ inspect: true, clock });
    const answer = `(_, s) => {
      require("node:fs").writeSync(1, "in\\n");
      const t = Date.now();
      while (Date.now() - t < 700);
      s.end();
    }`;
    const livenessProbe = { periodSeconds: 1, timeoutSeconds: 1, failureThreshold: 1, httpGet: {} };
    await local.deploy(server(answer), { timeout: "0.5s", containers: [{ livenessProbe }] }, OPEN);

    const asked = local.ask();
    await until(() => local.seen("containerLog").some(({ line }) => line === "in"));

    // The timeout and the probe would have ended it.
    expect((await clock.pushUntil(asked)).status).toBe(200);
    expect(local.seen("containerLog")[0]?.line).toMatch(
      /^Debugger listening on ws:\/\/127\.0\.0\.1:/,
    );
  });

  it("answers 504 when the template's timeout has passed (G 5.2)", async () => {
    await using local = await startLocalRun();
    await local.deploy(server("() => {}"), { timeout: "0.2s" }, OPEN);

    expect((await local.ask()).status).toBe(504);
    expect(local.seen("refused")).toMatchObject([
      { status: 504, reason: "The request has been terminated because it has timed out." },
    ]);
  });

  it("lets a caller go that waits no longer", async () => {
    await using local = await startLocalRun();
    const program = `(r) => {
      console.log("in");
      r.socket.once("close", () => console.log("closed"));
    }`;
    await local.deploy(server(program), {}, OPEN);

    const caller = new AbortController();
    const answer = local.ask({ signal: caller.signal });
    await until(() => local.seen("containerLog").length === 1);

    caller.abort(new Error("gone"));

    await expect(answer).rejects.toThrow("gone");

    await until(() => local.seen("containerLog").some(({ line }) => line === "closed"));
  });

  it("takes over only when it is ready, and the old one then ends", async () => {
    await using local = await startLocalRun();
    await local.deploy(server("(_, s) => s.end('old')"), {}, OPEN);
    using listening = new GoAhead();
    const slow = `console.log("up"); ${listening.before(server("(_, s) => s.end('new')"))}`;

    const deployed = local.deploy(slow, {}, OPEN);
    await until(() => local.seen("containerLog").length === 1);
    const meanwhile = (await local.ask()).body;
    listening.give();
    await deployed;
    const afterwards = (await local.ask()).body;
    await until(() => local.seen("instance").some(({ state }) => state === "stopped"));

    expect([meanwhile, afterwards]).toEqual(["old", "new"]);
  });

  it("finishes what it has been sent before it ends", async () => {
    await using local = await startLocalRun();
    using answering = new GoAhead();
    const slow = `(_, s) => { console.log("in"); ${answering.before("s.end('old');")} }`;
    await local.deploy(server(slow), {}, OPEN);
    const answer = local.ask();
    await until(() => local.seen("containerLog").length > 0);

    await local.deploy(server("(_, s) => s.end('new')"), {}, OPEN);
    answering.give();

    expect((await answer).body).toBe("old");
  });

  it("that fails to start leaves the old one serving, and says what the container wrote", async () => {
    await using local = await startLocalRun();
    await local.deploy(server("(_, s) => s.end('old')"), {}, OPEN);

    const { error } = await local.deploy(
      "console.error('no SMTP_URL'); process.exit(1);",
      {},
      OPEN,
    );
    const service = await local.call("GetService", WORKER);

    expect(error).toEqual({
      code: 9,
      message: expect.stringMatching(
        /^Revision 'worker-00002-[a-z]{3}' is not ready and cannot serve traffic\. The user-provided container failed to start and listen on the port defined provided by the PORT environment variable within the allocated timeout \(exit code 1\)\. Its last lines:\n {2}no SMTP_URL$/,
      ),
    });
    expect((await local.ask()).body).toBe("old");
    expect(service.latestReadyRevision).toMatch(/worker-00001-[a-z]{3}$/);
    expect(service.latestCreatedRevision).toMatch(/worker-00002-[a-z]{3}$/);
    expect(service.terminalCondition).toMatchObject({ type: "Ready", state: "CONDITION_FAILED" });
  });

  it("that is not ready within its startup probe's bound fails", async () => {
    await using local = await startLocalRun();
    const startupProbe = { periodSeconds: 1, failureThreshold: 1, httpGet: { path: "/health" } };

    const { error } = await local.deploy(
      server("(_, s) => s.writeHead(500).end()"),
      { containers: [{ startupProbe }] },
      OPEN,
    );

    expect(error.message).toContain("(not ready after 1 s). It wrote nothing.");
  });

  it("may be made again after it failed as the first one", async () => {
    await using local = await startLocalRun();
    const failed = await local.deploy("process.exit(1)", {}, OPEN);
    const image = await local.push(server("(_, s) => s.end('fixed')"));
    const body = { ...OPEN, template: { serviceAccount: RUNTIME, containers: [{ image }] } };

    const { error } = await local.call("CreateService", WORKER, body, "serviceId=worker");

    expect(failed.error.code).toBe(9);
    expect(error).toBeUndefined();
    expect((await local.ask()).body).toBe("fixed");
  });

  it("of an image that is not on this machine is ready and answers 503", async () => {
    await using local = await startLocalRun();
    const image = "gcr.io/p/other@sha256:1111";
    const body = { ...OPEN, template: { serviceAccount: INVOKER, containers: [{ image }] } };

    const { error } = await local.call("CreateService", WORKER, body, "serviceId=worker");

    const elsewhere =
      `The image '${image}' is not on this machine, and the local cloud takes images from registries on ` +
      "127.0.0.1 alone: push it to one, and deploy it from there.";
    expect(error).toBeUndefined();
    expect((await local.ask()).status).toBe(503);
    expect(local.seen("refused")).toMatchObject([{ status: 503, reason: elsewhere }]);
    expect(local.seen("notEmulated")).toEqual([{ what: `worker answers 503: ${elsewhere}` }]);
  });
});

describe("A secret in the environment", () => {
  const env = [
    { name: "SMTP_URL", valueSource: { secretKeyRef: { secret: "smtp", version: "2" } } },
  ];
  const program = server("(_, s) => s.end(process.env.SMTP_URL)");

  it("is read with the revision's own account", async () => {
    await using local = await startLocalRun();
    local.iam.policies.set("projects/p/secrets/smtp", {
      bindings: [
        { role: "roles/secretmanager.secretAccessor", members: [`serviceAccount:${RUNTIME}`] },
      ],
    });
    await local.deploy(program, { containers: [{ env }] }, OPEN);

    expect((await local.ask()).body).toBe("smtp://local version 2");
  });

  it("keeps the revision from starting where the account may not read it", async () => {
    await using local = await startLocalRun();

    const { error } = await local.deploy(program, { containers: [{ env }] }, OPEN);

    expect(error.code).toBe(7);
    expect(error.message).toMatch(
      /is not ready and cannot serve traffic\. template\.containers\[0\]\.env\[0\]\.value_source\.secret_key_ref: Permission 'secretmanager\.versions\.access' denied on secret: projects\/p\/secrets\/smtp\/versions\/2 for Revision service account runtime@p\.iam\.gserviceaccount\.com\./,
    );
    expect(local.seen("denied")).toEqual([
      {
        member: `serviceAccount:${RUNTIME}`,
        permission: "secretmanager.versions.access",
        resource: "projects/p/secrets/smtp",
      },
    ]);
  });
});
