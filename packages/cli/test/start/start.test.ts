import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { apiAt } from "@background-tasks/program/resources/api.ts";
import type { Parsed } from "@background-tasks/cloud/test/support/localApi.ts";
import { ProjectCopy } from "../support/projectCopy.ts";
import { sendTo } from "@background-tasks/cloud/test/support/rawHttp.ts";
import { FREE_PORTS, RunningScript } from "../support/runningScript.ts";

/* `npm start` and `npm run enqueue`, as processes. */

const mail = { to: "ada@example.com", subject: "Hello", text: "It works." };

/** Where scripts under test put their files, each test anew. */
let temporary: string;

beforeEach(() => {
  temporary = mkdtempSync(join(tmpdir(), "start-test-"));
});

afterEach(() => {
  rmSync(temporary, { recursive: true });
});

const project = new ProjectCopy();
afterAll(() => {
  project[Symbol.dispose]();
});
const cwd = project.directory;

const start = (...args: string[]): RunningScript =>
  new RunningScript("packages/cli/main.ts", ["start", ...args], {
    cwd,
    env: { TMPDIR: temporary },
  });
const enqueue = (...args: string[]): RunningScript =>
  new RunningScript("packages/cli/main.ts", ["enqueue", ...args], { cwd });

function portOf(address: string): number {
  return Number(address.slice(address.lastIndexOf(":") + 1));
}

/** The port of the worker of a script that prints JSON. */
async function workerPort(script: RunningScript): Promise<number> {
  const { line } = await script.event("containerLog", ({ line }) => line.includes("listens"));
  return Number(/port (\d+)/.exec(line)![1]);
}

/** What becomes of a connection to a port of this machine. */
async function connectionTo(port: number): Promise<Socket | "refused"> {
  const socket = connect(port, "127.0.0.1");
  try {
    await once(socket, "connect");
    return socket.on("error", () => undefined);
  } catch {
    return "refused";
  }
}

describe("npm start", () => {
  let running: RunningScript;
  let ready: Parsed;

  beforeAll(async () => {
    running = new RunningScript("packages/cli/main.ts", ["start", ...FREE_PORTS, "--json"], {
      cwd,
    });
    ready = await running.event("ready");
  });

  afterAll(async () => {
    await running[Symbol.asyncDispose]();
  });

  const host = (): string => new URL(ready.addresses.workers.worker).host;
  const askInside = (authorization?: string) =>
    sendTo(portOf(ready.addresses.inside), {
      path: "/health",
      headers: { host: host(), ...(authorization !== undefined && { authorization }) },
    });
  const tokenOf = async (account: string, audience: string): Promise<string> => {
    const { token } = await apiAt(ready.addresses.api).post(
      `/v1/projects/-/serviceAccounts/${account}@local-project.iam.gserviceaccount.com:generateIdToken`,
      { audience, includeEmail: true },
    );
    return `Bearer ${String(token)}`;
  };

  it("says when it is ready, and where everything is", () => {
    expect(ready).toEqual({
      time: expect.any(String),
      event: "ready",
      addresses: {
        console: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/#[\w-]{43}$/),
        api: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
        inside: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
        grpc: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
        workers: {
          worker: expect.stringMatching(/^https:\/\/local-worker-[a-z0-9]{10}-ew\.a\.run\.app$/),
        },
        mail: expect.stringMatching(/^smtp:\/\/127\.0\.0\.1:\d+$/),
      },
      durationMs: expect.any(Number),
    });
  });

  it("answers a caller from outside as if there were no worker", async () => {
    const reply = await sendTo(portOf(ready.addresses.api), {
      method: "POST",
      path: "/tasks/send-email",
      headers: { host: host() },
    });

    expect(reply.status).toBe(404);
    expect(await running.event("refused")).toMatchObject({
      status: 404,
      path: "/tasks/send-email",
    });
  });

  it("lets the invoker in from inside, and nobody else", async () => {
    const worker = ready.addresses.workers.worker;
    const invoker = await tokenOf("local-invoker", worker);
    const elsewhere = await tokenOf("local-invoker", "https://elsewhere.example");
    const withoutRole = await tokenOf("local-scheduler", worker);

    const replies = [
      await askInside(invoker),
      await askInside(),
      await askInside("Bearer not-a-token"),
      await askInside(`${invoker}x`),
      await askInside(elsewhere),
      await askInside(withoutRole),
    ];

    expect(replies.map(({ status }) => status)).toEqual([200, 403, 401, 401, 401, 403]);
  });

  it.each([
    { flag: "--port", address: "api" },
    { flag: "--inside-port", address: "inside" },
    { flag: "--grpc-port", address: "grpc" },
    { flag: "--smtp-port", address: "mail" },
  ])("says that the port of $flag is taken, in one line", async ({ flag, address }) => {
    const port = portOf(ready.addresses[address]);
    await using second = start(...FREE_PORTS, `${flag}=${port}`);

    expect(await second.ended).toEqual({ code: 1, signal: null });
    const taken =
      `Port ${port} on 127.0.0.1 is taken: another program listens on it (another 'npm start', perhaps). ` +
      `Choose another one with ${flag} <port>.`;
    const beside = "'npm start -- --port-offset 100' moves all four ports.";
    expect([...second.stdout, ...second.stderr]).toEqual([
      // The stack is known by its API alone.
      flag === "--port"
        ? `Stack 'local' runs at http://127.0.0.1:${port}. To start another one beside it: ${beside} ${taken}`
        : `${taken} ${beside}`,
    ]);
  });

  it("moves all ports that are not given", async () => {
    // A port that is taken is told with its number.
    const port = portOf(ready.addresses.api);
    const args = [`--port=${port}`, "--port-offset=57000", "--smtp-port=0", "--no-deploy"];
    await using script = start(...args, "--json");

    await script.ended;
    expect(script.stdout.join("\n")).toContain(`Port ${port} on 127.0.0.1 is taken`);
    await using moved = start("--port-offset=40000", "--smtp-port=0", "--no-deploy", "--json");
    const { addresses } = await moved.event("ready");
    expect(addresses).toMatchObject({
      api: "http://127.0.0.1:48123",
      inside: "http://127.0.0.1:48124",
      grpc: "127.0.0.1:48125",
    });
  });

  describe("npm run enqueue", () => {
    const port = (): string => `--port=${portOf(ready.addresses.api)}`;

    it("puts a task on its queue, which is then delivered", async () => {
      await using script = enqueue("send-email", JSON.stringify(mail), port());

      expect(await script.ended).toEqual({ code: 0, signal: null });
      expect(script.stdout).toEqual([
        expect.stringMatching(
          /^Enqueued projects\/local-project\/locations\/europe-west1\/queues\/local-email-[0-9a-f]{8}\/tasks\/[0-9a-f]+$/,
        ),
      ]);
      expect(await running.event("mail")).toMatchObject({ to: [mail.to], subject: mail.subject });
      expect(await running.event("deliveryFinished")).toMatchObject({ status: 204, end: "done" });
    });

    it.each([
      {
        what: "a payload that is not the task's, naming the field",
        args: ["send-email", JSON.stringify({ ...mail, to: "nobody" })],
        code: 1,
        says: /'to'/,
      },
      {
        what: "a payload that is not JSON",
        args: ["send-email", "{to"],
        code: 2,
        says: /^The payload is not JSON: .* It reads: \{to \(its quotes are gone: put it in single quotes\)$/,
      },
    ])("refuses $what", async ({ args, code, says }) => {
      await using script = enqueue(...args, port());

      expect(await script.ended).toEqual({ code, signal: null });
      expect(script.stdout).toEqual([]);
      expect(script.stderr.join("\n")).toMatch(says);
    });

    it("prints a link to the queue where it enqueues the lines of a file", async () => {
      const file = join(temporary, "mails.jsonl");
      writeFileSync(file, `${JSON.stringify(mail)}\n`.repeat(2));
      const args = ["enqueue", "send-email", "--file", file, port()];
      const env = { LOCAL_CLOUD_TOKEN: "secret" };
      await using script = new RunningScript("packages/cli/main.ts", args, { cwd, env });

      expect(await script.ended).toEqual({ code: 0, signal: null });
      expect(script.stdout.slice(2)).toEqual([
        expect.stringMatching(/^ {2}http:\/\/127\.0\.0\.1:\d+\/#[\w-]{43}\/queue\/email$/),
      ]);
    });

    it("refuses a file that is not UTF-8, where it would send other text", async () => {
      const file = join(temporary, "latin1.jsonl");
      writeFileSync(
        file,
        Buffer.from(`${JSON.stringify({ ...mail, text: "caf\xe9" })}\n`, "latin1"),
      );
      await using script = enqueue("send-email", "--file", file, port());

      expect(await script.ended).toEqual({ code: 2, signal: null });
      expect(script.stderr).toEqual([
        `File '${file}' is not UTF-8. Save it as UTF-8: 'iconv -f LATIN1 -t UTF-8' converts it.`,
      ]);
    });

    it("says that nothing runs there", async () => {
      const nobody = await freePort();
      await using script = enqueue("send-email", JSON.stringify(mail), `--port=${nobody}`);

      expect(await script.ended).toEqual({ code: 6, signal: null });
      expect(script.stderr).toEqual([
        `No local cloud answers at http://127.0.0.1:${nobody}. Start one with 'npm start', name its port ` +
          "with --port, or name a deployed stack with --stack alone.",
      ]);
    });
  });
});

describe("npm start, on a machine with other users", () => {
  it("keeps the token of whoever may deploy to it, for as long as it runs", async () => {
    const env = { TMPDIR: temporary, XDG_STATE_HOME: join(temporary, "state") };
    const args = [...FREE_PORTS, "--json", "--no-deploy"];
    await using script = new RunningScript("packages/cli/main.ts", ["start", ...args], {
      cwd,
      env,
    });
    const { addresses } = await script.event("ready");
    const folder = join(temporary, "state/background-tasks");
    const file = join(folder, `${portOf(addresses.api)}.token`);
    const give = (token?: string) =>
      apiAt(addresses.api, token).post("/local/v1/images", {
        image: `example.com/worker@sha256:${"1".repeat(64)}`,
        files: {},
      });

    expect(statSync(file).mode & 0o777).toBe(0o600);
    await expect(give()).rejects.toMatchObject({ status: 403 });
    expect(await give(readFileSync(file, "utf8"))).toEqual({});
    script.kill("SIGTERM");
    await script.ended;
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe("npm start, when it ends", () => {
  it("stops on Ctrl-C, and leaves no process and no file behind", async () => {
    await using script = start(...FREE_PORTS, "--json");
    const port = await workerPort(script);
    await script.event("ready");
    expect(readdirSync(temporary)).toEqual([expect.stringMatching(/^cloud-run-/)]);

    script.kill("SIGINT");

    expect(await script.ended).toEqual({ code: 0, signal: null });
    expect(await connectionTo(port)).toBe("refused");
    expect(readdirSync(temporary)).toEqual([]);
    expect(script.stderr).toEqual([]);
  });

  it("stops once, though it is told twice", async () => {
    await using script = start(...FREE_PORTS, "--json", "--no-deploy");
    await script.event("ready");

    script.kill("SIGHUP");
    script.kill("SIGTERM");

    expect(await script.ended).toEqual({ code: 0, signal: null });
    expect(script.stdout.filter((line) => line.includes("Stopping."))).toHaveLength(1);
  });

  it("stops on Ctrl-C while it is deploying, and leaves nothing behind", async () => {
    await using script = start(...FREE_PORTS, "--json");
    const port = await workerPort(script);

    script.kill("SIGINT");

    expect(await script.ended).toEqual({ code: 0, signal: null });
    expect(await connectionTo(port)).toBe("refused");
    expect(readdirSync(temporary)).toEqual([]);
    expect(script.stdout.filter((line) => /"event":"(ready|problem)"/.test(line))).toEqual([]);
  });

  it("takes the worker with it when it is killed", async () => {
    await using script = start(...FREE_PORTS, "--json");
    const worker = (await connectionTo(await workerPort(script))) as Socket;
    await script.event("ready");

    script.kill("SIGKILL");

    expect(await script.ended).toEqual({ code: null, signal: "SIGKILL" });
    if (!worker.closed) await once(worker, "close");
    expect(worker.closed).toBe(true);
  });
});

describe("npm start --quiet", () => {
  it("prints errors and dead letters, and nothing else", async () => {
    const port = await freePort();
    await using script = start("--quiet", ...FREE_PORTS, `--port=${port}`);
    const { clientEnvironment, operations } = await outputsAt(port);
    const { queues, workers } = operations;
    expect(clientEnvironment).toEqual({
      TASKS_QUEUES: expect.stringContaining(queues.email),
      TASKS_ENDPOINT: `http://127.0.0.1:${port}`,
    });
    const api = apiAt(`http://127.0.0.1:${port}`);
    const task = (headers: object) => ({
      task: {
        httpRequest: {
          url: "https://set-by-the-queue.invalid/tasks/send-email",
          headers: { "Content-Type": "application/json", ...headers },
          body: Buffer.from(JSON.stringify(mail)).toString("base64"),
        },
      },
    });

    // One that is delivered, and one as the worker writes it when it gives a task up.
    await api.post(`/v2/${queues.email}/tasks`, task({}));
    await api.post(
      `/v2/${queues["dead-letter"]}/tasks`,
      task({
        "Dead-Letter-Task": "send-email",
        "Dead-Letter-Queue": "email",
        "Dead-Letter-Task-Id": "fedcba9876543210",
        "Dead-Letter-Reason": "permanent-error",
        "Dead-Letter-Error": "550%20No%20such%20user",
      }),
    );
    await sendTo(port, { path: "/health", headers: { host: new URL(workers[0].url).host } });
    await script.line(/refused/);
    script.kill("SIGINT");
    await script.ended;

    expect(script.stdout.map((line) => line.replace(/^\S+ +/, ""))).toEqual([
      expect.stringMatching(
        /^refused +404 for local-worker-\w+-ew\.a\.run\.app\/health: The ingress of/,
      ),
      expect.stringMatching(
        /^dead letter {2}email {2}send-email \w{8} \(task fedcba98\) {2}permanent-error: 550 No such user$/,
      ),
    ]);
  });
});

describe("npm start --inspect", () => {
  it("gives handlers all the time there is, and tells where the debugger is", async () => {
    await using script = start(...FREE_PORTS, "--inspect", "--json");
    const { line } = await script.event("containerLog", ({ line }) => line.startsWith("Debugger"));
    const { addresses } = await script.event("ready");

    const { template }: Parsed = await apiAt(addresses.api).get(
      "/v2/projects/local-project/locations/europe-west1/services/local-worker",
    );

    expect(line).toMatch(/^Debugger listening on ws:\/\/127\.0\.0\.1:\d+\//);
    expect(template.timeout).toBe("3600s");
    const { value } = template.containers[0].env.find(
      ({ name }: Parsed) => name === "TASKS_QUEUES",
    );
    const queues: Parsed[] = Object.values(JSON.parse(value));
    expect(queues.map(({ dispatchDeadline }) => dispatchDeadline)).toEqual(["1800s", "1800s"]);
  });
});

describe("npm start --no-deploy", () => {
  it("starts a cloud that holds nothing", async () => {
    await using script = start(...FREE_PORTS, "--no-deploy", "--json");

    const { addresses } = await script.event("ready");

    expect(addresses.workers).toEqual({});
    const location = "projects/local-project/locations/europe-west1";
    expect(await apiAt(addresses.api).get(`/v2/${location}/queues`)).toEqual({});
    expect(await apiAt(addresses.api).get(`/v2/${location}/services`)).toEqual({});
  });
});

describe("npm start under npm", () => {
  const script = [process.execPath, "withNode.mjs", "packages/cli/main.ts", "start"];
  // 'true' keeps the shell from becoming the program.
  const line = `${[...script, ...FREE_PORTS, "--no-deploy", "--json"].join(" ")}; true`;

  /** Runs the line below another process, which is killed once it is ready. Returns what it told until its end. */
  async function eventsOf(
    command: string,
    args: readonly string[],
    signal: NodeJS.Signals,
  ): Promise<string[]> {
    const parent = spawn(command, args, {
      env: { ...process.env, npm_lifecycle_event: "start", XDG_STATE_HOME: temporary },
      stdio: ["ignore", "pipe", "inherit"],
    });
    const lines = createInterface({ input: parent.stdout });
    const events: string[] = [];
    const isOver = once(lines, "close");
    await new Promise<void>((resolve) => {
      lines.on("line", (text) => {
        events.push((JSON.parse(text) as { event: string }).event);
        if (events.at(-1) === "ready") resolve();
      });
    });
    parent.kill(signal);
    await isOver;
    return events;
  }

  it("ends where npm's shell does, to which npm passes SIGTERM", async () => {
    expect(await eventsOf("sh", ["-c", line], "SIGTERM")).toEqual(["ready", "message"]);
  });

  it("ends where npm was killed and its shell was not", async () => {
    const npm = `require("child_process").spawn("sh", ["-c", ${JSON.stringify(line)}], { stdio: "inherit" })`;

    expect(await eventsOf(process.execPath, ["-e", npm], "SIGKILL")).toEqual(["ready", "message"]);
  });
});

describe("npm start --help", () => {
  it("names every flag", async () => {
    await using script = start("--help");

    expect(await script.ended).toEqual({ code: 0, signal: null });
    const flags = script.stdout.flatMap(
      (line) => /^ {2}(?:-h, )?(--[a-z-]+)/.exec(line)?.[1] ?? [],
    );
    expect(flags).toEqual([
      "--port",
      "--port-offset",
      "--inside-port",
      "--grpc-port",
      "--smtp-port",
      "--allow-host",
      "--clock",
      "--data",
      "--quiet",
      "--json",
      "--inspect",
      "--no-watch",
      "--no-type-check",
      "--no-deploy",
      "--help",
    ]);
  });

  it.each([
    {
      args: ["--port", "70000"],
      says: "argument '70000' is invalid. A port is a number from 1 to 65535.",
    },
    {
      args: ["--smtp-port", "mail"],
      says: "argument 'mail' is invalid. A port is a number from 1 to 65535.",
    },
    {
      args: ["--inside-port", "-1"],
      says: "argument '-1' is invalid. A port is a number from 1 to 65535.",
    },
    { args: ["--port="], says: "argument '' is invalid. A port is a number from 1 to 65535." },
    {
      args: ["--port", "0x50"],
      says: "argument '0x50' is invalid. A port is a number from 1 to 65535.",
    },
    {
      args: ["--port", "1e3"],
      says: "argument '1e3' is invalid. A port is a number from 1 to 65535.",
    },
    {
      args: ["--port", "9111", "--grpc-port", "9111"],
      says: "'--port' and '--grpc-port' are both 9111. Each needs a port of its own",
    },
    {
      args: ["--allow-host", "http://x"],
      says: "argument 'http://x' is invalid. 'http://x' is no host. A host is a name or an address",
    },
    { args: ["--data="], says: "argument '' is invalid. A path is not empty" },
    { args: ["--prot", "1"], says: "Unknown option '--prot'. Did you mean '--port'?" },
    { args: ["--port"], says: "argument missing" },
    { args: ["local"], says: "Too many arguments. Expected 0 arguments but got 1: local." },
  ])("refuses $args before anything starts", async ({ args, says }) => {
    await using script = start(...args);

    expect(await script.ended).toEqual({ code: 2, signal: null });
    expect(script.stdout).toEqual([]);
    expect(script.stderr.join("\n")).toContain(says);
  });
});

/** A port that nobody listens on. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/** The outputs of the stack, once it is deployed: a quiet start does not say when. */
async function outputsAt(port: number): Promise<Parsed> {
  for (let tries = 0; tries < 400; tries += 1) {
    try {
      const response = await fetch(`http://127.0.0.1:${port}/local/v1/outputs`);
      if (response.ok) return await response.json();
    } catch {
      // It does not listen yet.
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`Nothing was deployed on port ${port}.`);
}
